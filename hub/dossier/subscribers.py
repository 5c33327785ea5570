"""What happens to a dossier because of facts elsewhere, in the same transaction."""

from hub import payment, postal, sealing, workflow
from hub.dossier import casework, reception, repository, signing, telling
from hub.dossier.events import (
    Accepted,
    HandedOver,
    PaymentMet,
    PaymentRequired,
    Refused,
    Resolved,
    Returned,
    Stopped,
    Submitted,
    Supplemented,
    SupplementRequested,
)
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.writing import move
from hub.kernel.db import UnitOfWork
from hub.kernel.events import Subscribers
from schemas.messages.dossier import Status


async def paid(uow: UnitOfWork, fact: payment.Paid) -> None:
    """PAY-04: success releases the next step. A dossier that no longer waits for money is left alone."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    if dossier.status is not Status.PAYMENT_REQUESTED:
        return
    change = transition(dossier, Trigger.PAY, at=uow.now, cause=f"Đã nộp {fact.amount:,} đ".replace(",", "."))
    if dossier.accepted:
        await workflow.resume(uow, dossier.id, at=uow.now)
        change.columns["due_at"] = (await workflow.due(uow, dossier.id)).at
    await move(uow, change)


async def delivered(uow: UnitOfWork, fact: postal.ParcelDelivered) -> None:
    """DOS-19: closed at the real hand-over time."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    if dossier.status is Status.RESOLVED:
        await reception.return_result(
            uow, dossier.id, at=fact.at, cause=f"Bưu chính đã giao kết quả ({fact.item_code or fact.order_number})"
        )


async def due_moved(uow: UnitOfWork, fact: workflow.DueMoved) -> None:
    """The dossier's date is its clock's (DOS-12, DOS-15). A resumed clock is told with the step that resumed it."""
    if fact.kind != workflow.ClockKind.PROCESSING:
        return
    await repository.set_due(uow.conn, fact.dossier_id, fact.after, uow.now)
    if not fact.resumed:
        await telling.redated(uow, fact)


SUBSCRIBERS: Subscribers = {
    payment.Paid: (paid,),
    postal.ParcelDelivered: (delivered,),
    Submitted: (telling.submitted,),
    Accepted: (telling.accepted,),
    Refused: (telling.refused,),
    HandedOver: (casework.begin,),
    SupplementRequested: (telling.supplement_requested,),
    Supplemented: (telling.supplemented,),
    PaymentRequired: (telling.payment_required,),
    PaymentMet: (telling.payment_met,),
    Resolved: (telling.resolved,),
    Returned: (casework.returned, telling.returned),
    Stopped: (casework.stopped, telling.stopped),
    workflow.DueMoved: (due_moved,),
    sealing.DocumentSigned: (signing.signed,),
}
