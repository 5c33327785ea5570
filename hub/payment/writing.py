"""A change becomes a row and a log row; trouble becomes an incident: once each."""

from datetime import datetime
from uuid import UUID

from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.payment import lifecycle, repository
from hub.payment.events import IncidentFound
from hub.payment.lifecycle import Trigger
from hub.payment.model import Booking, Confirmation, Incident, Obligation, Order
from schemas.messages.payment import Confirmed

_WORDS: dict[str, tuple[str, str]] = {
    "payment.unknown-reference": (
        "Có tiền báo về với mã tham chiếu không thuộc giao dịch nào của hệ thống. Hãy tra cứu với nền tảng thanh toán.",
        "Money was reported under a reference that is none of ours. Ask the payment platform.",
    ),
    "payment.wrong-amount": (
        "Số tiền báo về khác số phải nộp. Tiền được giữ lại; hãy liên hệ người nộp để nộp lại hoặc hoàn trả.",
        "The amount reported differs from what is due. It is held; contact the payer to pay again or refund it.",
    ),
    "payment.double-payment": (
        "Khoản này đã được nộp rồi nhưng lại có tiền báo về lần nữa. Hãy hoàn trả phần nộp thừa.",
        "This sum had been paid when more money was reported. Refund what is too much.",
    ),
    "payment.late-success": (
        "Giao dịch đã bị coi là hỏng hoặc hết hạn, sau đó mới báo thành công. Tiền đã được khớp; hãy kiểm tra hồ sơ.",
        "The transaction counted as failed or expired and succeeded later. The money is applied; look at the dossier.",
    ),
    "payment.contradiction": (
        "Nền tảng báo giao dịch thất bại sau khi đã báo thành công. Không đổi gì; hãy đối soát với ngân hàng.",
        "The platform reported failure after it had reported success. Nothing was changed; reconcile with the bank.",
    ),
    "payment.voucher-invalid": (
        "Chữ ký số trên chứng từ của ngân hàng không hợp lệ. Chứng từ không được lưu; hãy yêu cầu gửi lại.",
        "The bank's signature on the voucher does not hold. It was not stored; ask for it again.",
    ),
}


async def move(
    uow: UnitOfWork, order: Order, trigger: Trigger, *, at: datetime, cause: str, **columns: object
) -> Order:
    """Write; the time of the next question follows from the new state."""
    change = lifecycle.transition(order, trigger, at=at, cause=cause, **columns)
    after = Order(**{f: getattr(order, f) for f in Order.__struct_fields__} | {"status": change.target})
    change.columns["next_query_at"] = lifecycle.next_query(after, uow.now)
    return await repository.write(uow.conn, change, uow.actor, uow.now)


async def hold(uow: UnitOfWork, order: Order, obligation: Obligation, said: Confirmed, code: str) -> None:
    """Money that settles nothing: booked as unapplied, the order waits for the desk, an incident says why."""
    booking = Booking(
        key=money_key(said),
        kind="held",
        debit="clearing",
        credit="unapplied",
        amount=said.amount,
        at=said.at,
        obligation_id=obligation.id,
        order_id=order.id,
    )
    if said.amount > 0:
        await repository.book(uow.conn, booking, uow.actor, uow.now)
    if lifecycle.applies(order, Trigger.HOLD):
        await move(
            uow, order, Trigger.HOLD, at=said.at, cause=_WORDS[code][0], transaction_id=said.transaction_id,
            bank_code=said.bank_code,
        )  # fmt: skip
    await report(uow, code, said=said, order=order, obligation=obligation)


async def report(
    uow: UnitOfWork,
    code: str,
    *,
    reference: str = "",
    said: Confirmed | None = None,
    order: Order | None = None,
    obligation: Obligation | None = None,
    detail: tuple[str, str] = ("", ""),
) -> UUID | None:
    """Keep an incident and tell it; None when the same is kept already."""
    vi, en = _WORDS[code]
    incident = Incident(
        id=uuid7(),
        code=code,
        reference=said.reference if said else reference,
        transaction_id=said.transaction_id if said else "",
        order_id=order.id if order else None,
        obligation_id=obligation.id if obligation else None,
        dossier_id=obligation.dossier_id if obligation else None,
        expected=order.amount if order else None,
        received=said.amount if said else None,
        bank_code=said.bank_code if said else "",
        detail_vi=f"{vi} {detail[0]}".strip(),
        detail_en=f"{en} {detail[1]}".strip(),
        occurred_at=said.at if said else uow.now,
        found_at=uow.now,
    )
    if not await repository.add_incident(uow.conn, incident):
        return None
    await uow.emit(
        IncidentFound(incident_id=incident.id, code=code, reference=incident.reference, dossier_id=incident.dossier_id)
    )
    return incident.id


def misfit(code: str, order: Order | None) -> Confirmation:
    """What the platform is told of news that became an incident."""
    vi, en = _WORDS[code]
    return Confirmation(code=code, order=order, vi=vi, en=en)


def money_key(said: Confirmed) -> str:
    """One transaction at the platform is one booking here, however often it is told."""
    return f"money:{said.reference}:{said.transaction_id}"
