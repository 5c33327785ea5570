"""What the modules tell, as the log writes it: one reading for who records and for who audits."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from hub import dossier, result, vault
from hub.dossier import Trigger
from hub.kernel.db import UnitOfWork
from hub.proof.model import Fact, Kind, Note

LEGAL = frozenset(
    {
        Trigger.SUBMIT, Trigger.ACCEPT, Trigger.REFUSE, Trigger.REQUEST_SUPPLEMENT, Trigger.SUPPLEMENT, Trigger.RESOLVE,
        Trigger.CORRECT, Trigger.RETURN, Trigger.WITHDRAW, Trigger.STOP,
    }
)  # fmt: skip
"""Steps of a dossier on which somebody's right or time limit hangs."""

_RESULT = {
    result.Trigger.ISSUE: Kind.RESULT_ISSUED,
    result.Trigger.SUPERSEDE: Kind.RESULT_SUPERSEDED,
    result.Trigger.REVOKE: Kind.RESULT_REVOKED,
}


def of_move(move: dossier.Move) -> Note:
    """A dossier's step."""
    return Note(
        kind=f"dossier-{move.trigger}", subject=move.reference, revision=move.version, at=move.at, digests={},
        dossier_id=move.dossier_id, owner_id=move.owner_id, cause=move.cause, person=(move.name, move.id_number),
    )  # fmt: skip


def of_step(step: result.Step) -> Note:
    """A result's step."""
    digests = {"document": step.sha256} | ({"replacement": step.replacement} if step.replacement else {})
    return Note(
        kind=_RESULT[result.Trigger(step.trigger)], subject=step.code, revision=step.version, at=step.at,
        digests=digests, dossier_id=step.dossier_id, owner_id=step.owner_id, cause=step.cause,
    )  # fmt: skip


def of_receipt(receipt: dossier.Receipt, stored: vault.Entry) -> Note:
    """A receipt, with the file that lies in the vault."""
    return Note(
        kind=Kind.RECEIPT_ISSUED, subject=receipt.code, revision=1, at=stored.stored_at,
        digests={"document": stored.sha256}, dossier_id=receipt.dossier_id, owner_id=receipt.owner_id,
    )  # fmt: skip


def of_paper(made: vault.Conversion, original: vault.Entry, paper: vault.Entry | None) -> Note:
    """A paper copy: which electronic original, and the printed file where it was kept."""
    digests = {"original": made.sha256} | ({"document": paper.sha256} if paper else {})
    return Note(
        kind=Kind.PAPER_COPY, subject=made.number, revision=1, at=made.converted_at, digests=digests,
        dossier_id=original.dossier_id, owner_id=original.owner_id,
    )  # fmt: skip


async def private_facts(uow: UnitOfWork, note: Note) -> dict[str, str]:
    """Whom a note is about, and why: what its commitment binds. Raises NotFound when its dossier is gone."""
    person = note.person
    if person is None and note.dossier_id is not None:
        applicant = (await dossier.get(uow, note.dossier_id)).applicant
        person = (applicant.name, applicant.id_number)
    if person is None:
        return {"cause": note.cause}
    return {"name": person[0], "id_number": person[1], "cause": note.cause}


async def private_facts_of(uow: UnitOfWork, fact: Fact) -> dict[str, str]:
    """The same of a recorded fact, as its module tells it now."""
    note = Note(
        kind=fact.kind, subject=fact.subject, revision=fact.revision, at=fact.at, digests=fact.digests,
        dossier_id=fact.dossier_id, owner_id=fact.owner_id, cause=await _cause_of(uow, fact),
    )  # fmt: skip
    return await private_facts(uow, note)


async def _cause_of(uow: UnitOfWork, fact: Fact) -> str:
    """Why, as the module's own log says; raises NotFound when its row is gone."""
    if fact.kind in _RESULT.values():
        return "".join(step.cause for step in await result.steps(uow, fact.subject) if step.version == fact.revision)
    if fact.kind in (Kind.RECEIPT_ISSUED, Kind.PAPER_COPY) or fact.dossier_id is None:
        return ""
    return (await dossier.move(uow, fact.dossier_id, fact.revision)).cause


async def of_conversion(uow: UnitOfWork, made: vault.Conversion) -> Note:
    """A paper copy with its files."""
    original = await vault.entry(uow, made.entry_id)
    kept = await vault.entry(uow, made.paper_id) if made.paper_id else None
    return of_paper(made, original, kept)


async def everything(uow: UnitOfWork) -> AsyncIterator[tuple[Note, datetime]]:
    """Each row that must have its entry, in every module, and when it was written."""
    after = (UUID(int=0), 0)
    while moves := await dossier.moves(uow, after=after):
        for move in moves:
            if move.trigger in LEGAL:
                yield of_move(move), move.logged_at
        after = (moves[-1].dossier_id, moves[-1].version)
    place = ("", 0)
    while steps := await result.steps(uow, after=place):
        for step in steps:
            yield of_step(step), step.logged_at
        place = (steps[-1].code, steps[-1].version)
    async for note in _files(uow):
        yield note, note.at


async def _files(uow: UnitOfWork) -> AsyncIterator[Note]:
    last = UUID(int=0)
    while receipts := await dossier.receipts(uow, after=last):
        for receipt in receipts:
            yield of_receipt(receipt, await vault.entry(uow, receipt.entry_id))
        last = receipts[-1].dossier_id
    number = ""
    while papers := await vault.conversions_after(uow, number):
        for made in papers:
            yield await of_conversion(uow, made)
        number = papers[-1].number
