"""A dossier as partners may see it, built inside the fact's transaction."""

from uuid import UUID

from hub import payment, result, vault
from hub.dossier import repository
from hub.dossier.model import Component, Supplement
from hub.kernel.db import UnitOfWork
from hub.kernel.links import Links
from schemas.messages import dossier as wire


async def build(uow: UnitOfWork, dossier_id: UUID, links: Links) -> wire.Dossier:
    """`links` signs the addresses of files."""
    dossier = await repository.get(uow.conn, dossier_id)
    papers = await repository.components(uow.conn, dossier_id)
    rounds = await repository.supplements(uow.conn, dossier_id)
    dues = await payment.obligations_of(uow, dossier_id)
    results = await result.of_dossier(uow, dossier_id)
    vouchers = [due.voucher_entry for due in dues if due.voucher_entry is not None]
    entries = await vault.entries(uow, vouchers)
    standing = await vault.current(uow, [r.entry_id for r in results])
    refs = {entry.id: links.ref(entry) for entry in entries}
    return wire.Dossier(
        id=str(dossier.id),
        code=dossier.code or "",
        revision=dossier.version,
        procedure_code=dossier.procedure_code,
        procedure_name=dossier.procedure_name,
        field_code=dossier.field_code,
        field_name=dossier.field_name,
        channel=dossier.channel,
        return_way=dossier.return_way,
        applicant=dossier.applicant,
        summary=dossier.summary,
        agency_code=dossier.agency_code,
        agency_name=dossier.agency_name,
        unit_name=dossier.unit_name,
        receiver_name=dossier.receiver_name,
        status=dossier.status,
        submitted_at=dossier.submitted_at,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        refused_at=dossier.refused_at,
        resolved_at=dossier.resolved_at,
        returned_at=dossier.returned_at,
        form=dossier.form,
        components=tuple(_component(paper, links) for paper in papers),
        fees=tuple(
            wire.Fee(code=item.code, name=item.name, amount=item.amount, paid=due.paid, paid_online=due.paid_online)
            for due in dues
            for item in due.items
        ),
        supplements=tuple(_supplement(asked) for asked in rounds),
        results=tuple(
            wire.ResultPaper(code=r.code, name=r.name, file=links.ref(standing[r.entry_id])) for r in results
        ),
        voucher=refs[vouchers[-1]] if vouchers else None,
    )


def _component(paper: Component, links: Links) -> wire.Component:
    return wire.Component(
        code=paper.spec_code,
        name=paper.name,
        originals=paper.originals,
        copies=paper.copies,
        digitised=True,
        file=links.file(paper.entry_id, paper.file_name, paper.media_type, paper.size, paper.sha256),
    )


def _supplement(asked: Supplement) -> wire.Supplement:
    return wire.Supplement(
        id=str(asked.id),
        requested_by=asked.requested_by,
        reason=asked.reason,
        requested_at=asked.requested_at,
        answered_at=asked.answered_at,
        answer=asked.answer,
        due_before=asked.due_before,
        due_after=asked.due_after,
    )


async def step(uow: UnitOfWork, dossier_id: UUID, revision: int) -> wire.Progress:
    """One step of the story, for the national portal."""
    dossier = await repository.get(uow.conn, dossier_id)
    row = next(row for row in await repository.log(uow.conn, dossier_id) if row.version == revision)
    return wire.Progress(
        dossier_code=dossier.code or "",
        revision=row.version,
        status=wire.Status(row.target),
        actor=row.actor_name,
        title="",
        unit=row.unit or dossier.agency_name,
        content=row.cause,
        at=row.at,
        due_at=row.due_at,
    )
