"""News from the platform about an order: paid, failed, pending; in any order, any number of times."""

import msgspec

from hub import vault
from hub.kernel.db import UnitOfWork
from hub.kernel.signatures import Checker
from hub.payment import lifecycle, repository, service
from hub.payment.events import PaymentFailed, VoucherReceived
from hub.payment.lifecycle import Trigger
from hub.payment.model import Booking, Confirmation, Obligation, Order, Status
from hub.payment.writing import hold, misfit, money_key, move, report
from schemas.messages.payment import Confirmed, State, Voucher


async def confirmed(uow: UnitOfWork, said: Confirmed) -> Confirmation:
    """Idempotent. Paid is told once; what does not fit is kept as an incident (PAY-04, PAY-08)."""
    found = await repository.order(uow.conn, reference=said.reference)
    if found is None:
        return await _unknown(uow, said)
    owed = await service.locked(uow, found.obligation_id)
    order = await service.order(uow, found.id)
    match said.state:
        case State.PAID:
            return await _money(uow, said, order, owed)
        case State.FAILED:
            return await _failure(uow, said, order, owed)
        case State.PENDING if lifecycle.applies(order, Trigger.WAIT):
            waiting = await move(uow, order, Trigger.WAIT, at=said.at, cause="Ngân hàng đang xử lý")
            return Confirmation(code="payment.pending", order=waiting)
        case _:
            return Confirmation(code="payment.noted", order=order)


async def _unknown(uow: UnitOfWork, said: Confirmed) -> Confirmation:
    if said.state is State.PAID:
        booking = Booking(
            key=money_key(said), kind="held", debit="clearing", credit="unapplied", amount=said.amount, at=said.at
        )
        if said.amount > 0:
            await repository.book(uow.conn, booking, uow.actor, uow.now)
        await report(uow, "payment.unknown-reference", said=said)
    return misfit("payment.unknown-reference", None)


async def _money(uow: UnitOfWork, said: Confirmed, order: Order, owed: Obligation) -> Confirmation:
    booked = await repository.booked(uow.conn, money_key(said))
    if booked not in (None, said.amount):
        await report(uow, "payment.contradiction", said=said, order=order, obligation=owed)
        return misfit("payment.contradiction", order)
    if booked is not None or _told_before(said, order):
        return Confirmation(code="payment.duplicate", order=order)
    if owed.paid:
        return await _held(uow, said, order, owed, "payment.double-payment")
    if said.amount != order.amount:
        return await _held(uow, said, order, owed, "payment.wrong-amount")
    late = not lifecycle.applies(order, Trigger.CONFIRM)
    paid = await move(
        uow, order, Trigger.CONFIRM_LATE if late else Trigger.CONFIRM, at=said.at, cause="", paid_at=said.at,
        transaction_id=said.transaction_id, bank_code=said.bank_code,
    )  # fmt: skip
    booking = Booking(
        key=money_key(said),
        kind="paid",
        debit="clearing",
        credit="receivable",
        amount=said.amount,
        at=said.at,
        obligation_id=owed.id,
        order_id=order.id,
    )
    await service.settle(uow, owed, booking, via="platform", order=paid, late=late)
    if late:
        await report(uow, "payment.late-success", said=said, order=order, obligation=owed)
    return Confirmation(code="payment.paid", order=paid)


def _told_before(said: Confirmed, order: Order) -> bool:
    """The same money by IPN and by a query, one of which leaves out the transaction's number."""
    unnamed = not said.transaction_id or not order.transaction_id
    return order.status is Status.PAID and unnamed and said.amount == order.amount


async def _held(uow: UnitOfWork, said: Confirmed, order: Order, owed: Obligation, code: str) -> Confirmation:
    await hold(uow, order, owed, said, code)
    return misfit(code, await service.order(uow, order.id))


async def _failure(uow: UnitOfWork, said: Confirmed, order: Order, owed: Obligation) -> Confirmation:
    if lifecycle.applies(order, Trigger.FAIL):
        failed = await move(uow, order, Trigger.FAIL, at=said.at, cause="Nền tảng thanh toán báo không thành công")
        await uow.emit(
            PaymentFailed(
                order_id=order.id,
                reference=order.reference,
                dossier_id=owed.dossier_id,
                dossier_code=owed.dossier_code,
            )
        )
        return Confirmation(code="payment.failed", order=failed)
    if order.status in (Status.PAID, Status.HELD):
        await report(uow, "payment.contradiction", said=said, order=order, obligation=owed)
        return misfit("payment.contradiction", order)
    return Confirmation(code="payment.duplicate", order=order)


async def voucher(uow: UnitOfWork, said: Voucher, *, checker: Checker) -> Confirmation:
    """The bank-signed voucher: verified, kept in the payer's vault, told (PAY-04). A bad one is an incident.

    Raises NotFound for a reference that is not ours.
    """
    order = await service.order_of(uow, said.reference)
    owed = await service.locked(uow, order.obligation_id)
    if await repository.voucher(uow.conn, order.id) is not None:
        return Confirmation(code="payment.duplicate", order=order)
    checked = await checker.check(said.content, uow.now)
    if not checked.passed:
        said_why = (checked.sentence_vi, checked.sentence_en)
        await report(
            uow, "payment.voucher-invalid", reference=said.reference, order=order, obligation=owed, detail=said_why
        )
        return misfit("payment.voucher-invalid", order)
    entry = await vault.store(
        uow,
        said.content,
        owner_id=owed.owner_id,
        kind=vault.Kind.VOUCHER,
        name=f"Chứng từ nộp tiền {owed.dossier_code}.pdf",
        media_type="application/pdf",
        dossier_id=owed.dossier_id,
        retention=vault.Retention.PERMANENT,
    )
    await vault.keep_report(uow, entry.id, checked, occasion=vault.Occasion.VOUCHER)
    signer = checked.signatures[0].organisation or checked.signatures[0].signer or ""
    await repository.add_voucher(uow.conn, order.id, entry.id, signer, msgspec.to_builtins(checked), uow.now)
    await uow.emit(
        VoucherReceived(
            obligation_id=owed.id,
            dossier_id=owed.dossier_id,
            dossier_code=owed.dossier_code,
            reference=order.reference,
            entry_id=entry.id,
        )
    )
    return Confirmation(code="payment.voucher", order=order)
