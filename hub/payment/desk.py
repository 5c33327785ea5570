"""The orphan-money desk: each incident ends once, and held money ends somewhere."""

from uuid import UUID

from hub.kernel.db import UnitOfWork
from hub.kernel.text import nfc
from hub.payment import errors, repository, service
from hub.payment.model import Booking, Incident, Resolution

_R = Resolution
ENDINGS: dict[str, frozenset[Resolution]] = {
    "payment.unknown-reference": frozenset({_R.APPLIED, _R.REFUNDED}),
    "payment.wrong-amount": frozenset({_R.REFUNDED}),
    "payment.double-payment": frozenset({_R.REFUNDED}),
    "payment.late-success": frozenset({_R.DISMISSED}),
    "payment.contradiction": frozenset({_R.DISMISSED}),
    "payment.voucher-invalid": frozenset({_R.DISMISSED}),
}


async def resolve_incident(
    uow: UnitOfWork, incident_id: UUID, *, resolution: Resolution, note: str, obligation_id: UUID | None = None
) -> Incident:
    """`applied` needs the obligation that this money was meant for. Raises NotFound, Conflict."""
    incident = await repository.incident(uow.conn, incident_id)
    if incident is None:
        raise errors.no_such_incident()
    if incident.resolved_at is not None:
        raise errors.already_resolved()
    if resolution not in ENDINGS[incident.code]:
        raise errors.wrong_ending(sorted(ENDINGS[incident.code]))
    if resolution is Resolution.APPLIED:
        await _apply(uow, incident, obligation_id)
    elif resolution is Resolution.REFUNDED and incident.received:
        await repository.book(uow.conn, _refund(uow, incident, incident.received), uow.actor, uow.now)
    await uow.audit("desk:incident:resolve", str(incident.id), {"resolution": resolution, "code": incident.code})
    return await repository.resolve(uow.conn, incident.id, uow.now, uow.actor.name, resolution, nfc(note))


def _refund(uow: UnitOfWork, incident: Incident, amount: int) -> Booking:
    return Booking(
        key=f"refund:{incident.id}",
        kind="refunded",
        debit="unapplied",
        credit="clearing",
        amount=amount,
        at=uow.now,
        obligation_id=incident.obligation_id,
        order_id=incident.order_id,
    )


async def _apply(uow: UnitOfWork, incident: Incident, obligation_id: UUID | None) -> None:
    if obligation_id is None:
        raise errors.cannot_apply()
    owed = await service.locked(uow, obligation_id)
    if owed.paid or incident.received != owed.amount:
        raise errors.cannot_apply()
    booking = Booking(
        key=f"apply:{incident.id}",
        kind="applied",
        debit="unapplied",
        credit="receivable",
        amount=owed.amount,
        at=incident.occurred_at,
        obligation_id=owed.id,
    )
    await service.settle(uow, owed, booking, via="platform", late=True)
