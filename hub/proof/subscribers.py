"""What happens becomes a fact of the log, in the same transaction or not at all."""

from hub import dossier, result, vault
from hub.kernel.db import UnitOfWork
from hub.kernel.events import Subscribers
from hub.proof import sources
from hub.proof.service import record


async def moved(uow: UnitOfWork, fact: dossier.DossierFact) -> None:
    """A step with legal effect."""
    move = await dossier.move(uow, fact.dossier_id, fact.revision)
    if move.trigger in sources.LEGAL:
        await record(uow, sources.of_move(move))


async def receipt_issued(uow: UnitOfWork, fact: dossier.ReceiptIssued) -> None:
    """DOS-04."""
    receipt = dossier.Receipt(
        dossier_id=fact.dossier_id, code=fact.code, entry_id=fact.entry_id, owner_id=fact.owner_id
    )
    await record(uow, sources.of_receipt(receipt, await vault.entry(uow, fact.entry_id)))


async def result_stored(uow: UnitOfWork, fact: result.ResultStored) -> None:
    """RES-01: each result of the delivery."""
    for code in fact.codes:
        await _newest_step(uow, code)


async def result_ended(uow: UnitOfWork, fact: result.ResultSuperseded | result.ResultRevoked) -> None:
    """Replaced or taken back."""
    await _newest_step(uow, fact.code)


async def converted(uow: UnitOfWork, fact: vault.ConvertedToPaper) -> None:
    """RES-09."""
    for made in await vault.conversions_of(uow, fact.entry_id):
        if made.id == fact.conversion_id:
            await record(uow, await sources.of_conversion(uow, made))


async def _newest_step(uow: UnitOfWork, code: str) -> None:
    await record(uow, sources.of_step((await result.steps(uow, code))[-1]))


SUBSCRIBERS: Subscribers = {
    dossier.Submitted: (moved,),
    dossier.Accepted: (moved,),
    dossier.Refused: (moved,),
    dossier.SupplementRequested: (moved,),
    dossier.Supplemented: (moved,),
    dossier.Progressed: (moved,),
    dossier.Resolved: (moved,),
    dossier.Returned: (moved,),
    dossier.WithdrawalRequested: (moved,),
    dossier.Stopped: (moved,),
    dossier.ReceiptIssued: (receipt_issued,),
    result.ResultStored: (result_stored,),
    result.ResultSuperseded: (result_ended,),
    result.ResultRevoked: (result_ended,),
    vault.ConvertedToPaper: (converted,),
}
