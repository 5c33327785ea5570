"""Money owed for a dossier and how it is paid online or at the counter: one function per verb."""

import secrets
import string
from uuid import UUID

from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.lifecycle import LogRow
from hub.kernel.text import nfc
from hub.payment import errors, lifecycle, repository
from hub.payment.events import Paid, PaymentInitiated, PaymentOpened
from hub.payment.lifecycle import Trigger
from hub.payment.model import LIVE, Booking, Incident, Obligation, Order, Status
from hub.payment.writing import move
from schemas.messages.payment import Beneficiary, Initiated, Item, Payer

_ALPHABET = string.ascii_uppercase + string.digits


async def require(
    uow: UnitOfWork,
    *,
    dossier_id: UUID,
    dossier_code: str,
    owner_id: UUID,
    items: tuple[Item, ...],
    procedure_code: str,
    procedure_name: str,
    agency_code: str,
    agency_name: str,
    payer: Payer,
    beneficiary: Beneficiary,
    description: str = "",
) -> Obligation:
    """Something is owed (PAY-01, PAY-02). Raises Invalid without a positive amount."""
    if not items or any(item.amount <= 0 for item in items):
        raise errors.nothing_to_pay()
    obligation = Obligation(
        id=uuid7(),
        dossier_id=dossier_id,
        dossier_code=dossier_code,
        owner_id=owner_id,
        procedure_code=procedure_code,
        procedure_name=procedure_name,
        agency_code=agency_code,
        agency_name=agency_name,
        items=items,
        amount=sum(item.amount for item in items),
        payer=payer,
        beneficiary=beneficiary,
        description=nfc(description) or f"Phí, lệ phí hồ sơ {dossier_code}",
        raised_at=uow.now,
    )
    await repository.add_obligation(uow.conn, obligation)
    await repository.book(
        uow.conn,
        Booking(
            key=f"raised:{obligation.id}",
            kind="raised",
            debit="receivable",
            credit="fees",
            amount=obligation.amount,
            at=uow.now,
            obligation_id=obligation.id,
        ),
        uow.actor,
        uow.now,
    )
    await uow.audit("payment:obligation:raise", str(obligation.id), {"amount": obligation.amount})
    return obligation


async def obligation(uow: UnitOfWork, obligation_id: UUID) -> Obligation:
    """Raises NotFound."""
    found = await repository.obligation(uow.conn, obligation_id)
    if found is None:
        raise errors.no_such_obligation()
    return found


async def obligations_of(uow: UnitOfWork, dossier_id: UUID) -> tuple[Obligation, ...]:
    """What a dossier owes and has paid, oldest first."""
    return await repository.obligations_of(uow.conn, dossier_id)


async def order(uow: UnitOfWork, order_id: UUID) -> Order:
    """Raises NotFound."""
    found = await repository.order(uow.conn, order_id=order_id)
    if found is None:
        raise errors.no_such_order(str(order_id))
    return found


async def order_of(uow: UnitOfWork, reference: str) -> Order:
    """By our reference, as a payer comes back with it; raises NotFound."""
    found = await repository.order(uow.conn, reference=reference)
    if found is None:
        raise errors.no_such_order(reference)
    return found


async def orders_of(uow: UnitOfWork, obligation_id: UUID) -> tuple[Order, ...]:
    """All attempts to pay, oldest first."""
    return await repository.orders(uow.conn, obligation_id)


async def story(uow: UnitOfWork, order_id: UUID) -> tuple[LogRow[Status], ...]:
    """What happened to an order, oldest first."""
    return await repository.log(uow.conn, order_id)


async def open_order(uow: UnitOfWork, obligation_id: UUID, *, client_ip: str, again: bool = False) -> Order:
    """An attempt to pay online. One that is under way is given back, or given up with `again`."""
    owed = await locked(uow, obligation_id)
    if owed.paid:
        raise errors.already_paid()
    live = await repository.live_order(uow.conn, obligation_id)
    if live is not None:
        if not again:
            return live
        await move(uow, live, Trigger.EXPIRE, at=uow.now, cause="Người nộp mở lần thanh toán mới")
    made = await repository.add_order(
        uow.conn,
        owed,
        reference=_reference(owed.dossier_code),
        client_ip=client_ip,
        now=uow.now,
        next_query_at=uow.now + lifecycle.FIRST_QUERY,
        actor=uow.actor,
    )
    await uow.emit(_opened(made, owed))
    return made


def _opened(order: Order, owed: Obligation) -> PaymentOpened:
    return PaymentOpened(
        order_id=order.id,
        obligation_id=owed.id,
        reference=order.reference,
        dossier_id=owed.dossier_id,
        dossier_code=owed.dossier_code,
        procedure_code=owed.procedure_code,
        procedure_name=owed.procedure_name,
        agency_code=owed.agency_code,
        agency_name=owed.agency_name,
        amount=order.amount,
        items=owed.items,
        payer=owed.payer,
        beneficiary=owed.beneficiary,
        description=owed.description,
        client_ip=order.client_ip,
        at=order.opened_at,
    )


def _reference(dossier_code: str) -> str:
    """Letters and digits only, at most 60, never twice: 12 random characters carry 62 bits."""
    code = "".join(c for c in dossier_code.upper() if c.isascii() and c.isalnum())[:40]
    return f"DVC{code}{''.join(secrets.choice(_ALPHABET) for _ in range(12))}"


async def initiated(uow: UnitOfWork, said: Initiated) -> None:
    """Where the payer goes. Said twice or too late, it changes nothing; an unknown reference raises NotFound."""
    found = await order_of(uow, said.reference)
    owed = await locked(uow, found.obligation_id)
    current = await order(uow, found.id)
    if not lifecycle.applies(current, Trigger.INITIATE):
        return
    moved = await move(uow, current, Trigger.INITIATE, at=uow.now, cause="", pay_url=said.pay_url)
    await uow.emit(
        PaymentInitiated(
            order_id=moved.id, reference=moved.reference, dossier_id=owed.dossier_id, pay_url=moved.pay_url
        )
    )


async def collect_at_counter(uow: UnitOfWork, obligation_id: UUID, *, receipt_number: str) -> Obligation:
    """The counter took the money (PAY-09). Raises Conflict when it is paid already."""
    owed = await locked(uow, obligation_id)
    if owed.paid:
        raise errors.already_paid()
    live = await repository.live_order(uow.conn, obligation_id)
    if live is not None:
        await move(uow, live, Trigger.EXPIRE, at=uow.now, cause="Đã nộp tại quầy")
    booking = Booking(
        key=f"counter:{obligation_id}",
        kind="collected",
        debit="cash",
        credit="receivable",
        amount=owed.amount,
        at=uow.now,
        obligation_id=obligation_id,
    )
    await settle(uow, owed, booking, via="counter", receipt_number=nfc(receipt_number))
    return await obligation(uow, obligation_id)


async def settle(
    uow: UnitOfWork,
    owed: Obligation,
    booking: Booking,
    *,
    via: str,
    order: Order | None = None,
    receipt_number: str = "",
    late: bool = False,
) -> None:
    """Book, settle, tell: the only place where an obligation becomes paid."""
    journal = await repository.book(uow.conn, booking, uow.actor, uow.now)
    if journal is None:
        raise errors.changed_meanwhile()
    await repository.settle(
        uow.conn,
        owed.id,
        journal,
        booking.at,
        via=via,
        order_id=order.id if order else None,
        receipt_number=receipt_number,
    )
    await uow.audit(f"payment:obligation:pay-{via}", str(owed.id), {"amount": owed.amount})
    await uow.emit(
        Paid(
            obligation_id=owed.id,
            dossier_id=owed.dossier_id,
            dossier_code=owed.dossier_code,
            amount=owed.amount,
            at=booking.at,
            via=via,
            reference=order.reference if order else "",
            transaction_id=order.transaction_id if order else "",
            late=late,
        )
    )


async def pending_for_query(uow: UnitOfWork, *, limit: int = 50) -> tuple[str, ...]:
    """References without news: to be asked for again and again at growing pauses; after 3 days the order expires."""
    asked: list[str] = []
    for quiet in await repository.due(uow.conn, uow.now, limit):
        current = quiet
        if quiet.status in LIVE and uow.now >= quiet.opened_at + lifecycle.LIFE:
            current = await move(uow, quiet, Trigger.EXPIRE, at=uow.now, cause="Quá 3 ngày không có tin thanh toán")
        await repository.asked(uow.conn, current.id, lifecycle.next_query(current, uow.now))
        asked.append(current.reference)
    return tuple(asked)


async def incidents(uow: UnitOfWork, *, limit: int = 200) -> tuple[Incident, ...]:
    """What the orphan-money desk has to look at, oldest first."""
    return await repository.open_incidents(uow.conn, limit)


async def incidents_of(uow: UnitOfWork, dossier_id: UUID) -> tuple[Incident, ...]:
    """All trouble with a dossier's money."""
    return await repository.incidents_of(uow.conn, dossier_id)


async def balances(uow: UnitOfWork) -> dict[str, int]:
    """What each account of the ledger holds; the sum is zero."""
    return await repository.balances(uow.conn)


async def locked(uow: UnitOfWork, obligation_id: UUID) -> Obligation:
    """While this transaction runs nobody else changes this obligation's money. Raises NotFound."""
    found = await repository.locked(uow.conn, obligation_id)
    if found is None:
        raise errors.no_such_obligation()
    return found
