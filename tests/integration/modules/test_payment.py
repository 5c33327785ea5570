"""Paying for a dossier: in any order of news, at most once, and every đồng in the ledger."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub import payment, vault
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.ids import uuid7
from hub.kernel.signatures import Checker
from hub.payment import Beneficiary, Item, Payer, Resolution, Status
from schemas.messages.payment import Confirmed, Initiated, State, Voucher
from signing import Look, seal_pdf
from signing.test_pki import Pki
from tests.support.modules import Hub, blank_pdf

pytestmark = pytest.mark.anyio

DOSSIER = uuid7()
ITEMS = (
    Item(code="LP01", name="Lệ phí cấp giấy", amount=10_000),
    Item(code="P01", name="Phí thẩm định", amount=40_000),
)


async def owed(hub: Hub, dossier: UUID = DOSSIER) -> payment.Obligation:
    async with hub.begin() as uow:
        return await payment.require(
            uow,
            dossier_id=dossier,
            dossier_code="H01.05-261123-0007",
            owner_id=uuid7(),
            items=ITEMS,
            procedure_code="1.004222",
            procedure_name="Đăng ký đất đai lần đầu",
            agency_code="H01.05",
            agency_name="Sở Tài nguyên và Môi trường",
            payer=Payer(name="Nguyễn Thị Mẫu", id_number="089190000001", address="1 đường Mẫu"),
            beneficiary=Beneficiary(account="0123456789", bank_code="DEMO", name="Sở Tài nguyên và Môi trường"),
        )


async def opened(hub: Hub, obligation: payment.Obligation, **more: Any) -> payment.Order:
    async with hub.begin() as uow:
        return await payment.open_order(uow, obligation.id, client_ip="10.0.0.9", **more)


def news(hub: Hub, order: payment.Order | str, state: State = State.PAID, **more: Any) -> Confirmed:
    given: dict[str, Any] = {
        "reference": order if isinstance(order, str) else order.reference,
        "state": state,
        "amount": 50_000,
        "transaction_id": "GD0001",
        "bank_code": "DEMOBANK",
        "at": hub.clock.now,
        "via": "ipn",
    }
    return Confirmed(**(given | more))


async def told(hub: Hub, said: Confirmed) -> str:
    async with hub.begin() as uow:
        outcome = await payment.confirmed(uow, said)
    fits = {"payment.paid", "payment.duplicate", "payment.pending", "payment.failed", "payment.noted"}
    assert bool(outcome.vi and outcome.en) is (outcome.code not in fits)
    return outcome.code


async def now_of(hub: Hub, obligation: payment.Obligation) -> payment.Obligation:
    async with hub.db.read() as uow:
        return await payment.obligation(uow, obligation.id)


async def order_now(hub: Hub, order: payment.Order) -> payment.Order:
    async with hub.db.read() as uow:
        return await payment.order(uow, order.id)


async def balances(hub: Hub) -> dict[str, int]:
    async with hub.db.read() as uow:
        held = await payment.balances(uow)
    assert sum(held.values()) == 0
    return {account: amount for account, amount in held.items() if amount}


async def incidents(hub: Hub) -> list[str]:
    async with hub.db.read() as uow:
        return [i.code for i in await payment.incidents(uow)]


async def test_a_fee_is_raised_paid_and_told_once(hub: Hub) -> None:
    """PAY-01, PAY-04."""
    obligation = await owed(hub)
    assert obligation.amount == 50_000
    order = await opened(hub, obligation)
    (fact,) = hub.told(payment.PaymentOpened)
    assert (fact.reference, fact.items, fact.beneficiary.account) == (order.reference, ITEMS, "0123456789")
    assert order.reference.isalnum()
    assert len(order.reference) <= 60
    async with hub.begin() as uow:
        await payment.initiated(uow, Initiated(reference=order.reference, pay_url="https://bank.example/p"))
    moved = await order_now(hub, order)
    assert (moved.status, moved.pay_url) == (Status.INITIATED, "https://bank.example/p")
    assert await told(hub, news(hub, order, State.PENDING)) == "payment.pending"
    hub.clock.forward(minutes=2)
    assert await told(hub, news(hub, order)) == "payment.paid"
    for _ in range(3):
        assert await told(hub, news(hub, order, via="query")) == "payment.duplicate"
    (paid,) = hub.told(payment.Paid)
    assert (paid.dossier_id, paid.amount, paid.at, paid.late) == (DOSSIER, 50_000, hub.clock.now, False)
    settled = await now_of(hub, obligation)
    assert settled.paid
    assert settled.paid_online
    assert await balances(hub) == {"clearing": 50_000, "fees": -50_000}
    async with hub.db.read() as uow:
        story = await payment.story(uow, order.id)
        assert [row.target for row in story] == ["opened", "initiated", "pending", "paid"]
        assert await payment.obligations_of(uow, DOSSIER) == (settled,)


async def test_the_platform_may_confirm_before_it_says_where_to_pay(hub: Hub) -> None:
    order = await opened(hub, await owed(hub))
    assert await told(hub, news(hub, order)) == "payment.paid"
    async with hub.begin() as uow:
        await payment.initiated(uow, Initiated(reference=order.reference, pay_url="https://bank.example/p"))
    assert (await order_now(hub, order)).status is Status.PAID


async def test_two_notices_of_one_payment_at_once_pay_once(hub: Hub) -> None:
    order = await opened(hub, await owed(hub))
    said = news(hub, order)
    codes = await asyncio.gather(*(told(hub, said) for _ in range(6)))
    assert sorted(codes) == ["payment.duplicate"] * 5 + ["payment.paid"]
    assert len(hub.told(payment.Paid)) == 1
    assert await balances(hub) == {"clearing": 50_000, "fees": -50_000}


async def test_the_same_money_told_without_its_number_is_the_same_money(hub: Hub) -> None:
    order = await opened(hub, await owed(hub))
    assert await told(hub, news(hub, order, transaction_id="", via="query")) == "payment.paid"
    assert await told(hub, news(hub, order)) == "payment.duplicate"
    assert await incidents(hub) == []


async def test_another_amount_is_held_and_reported_and_pays_nothing(hub: Hub) -> None:
    """PAY-08."""
    obligation = await owed(hub)
    order = await opened(hub, obligation)
    assert await told(hub, news(hub, order, amount=49_999)) == "payment.wrong-amount"
    assert await told(hub, news(hub, order, amount=49_999)) == "payment.duplicate"
    assert hub.told(payment.Paid) == []
    assert not (await now_of(hub, obligation)).paid
    assert (await order_now(hub, order)).status is Status.HELD
    assert await incidents(hub) == ["payment.wrong-amount"]
    assert await balances(hub) == {"receivable": 50_000, "fees": -50_000, "clearing": 49_999, "unapplied": -49_999}
    assert await told(hub, news(hub, order, transaction_id="GD0002")) == "payment.paid"
    assert (await now_of(hub, obligation)).paid


@pytest.mark.parametrize("amount", [1, 49_999, 50_001, 500_000, 0, -50_000])
async def test_neither_too_little_nor_too_much_pays(hub: Hub, amount: int) -> None:
    order = await opened(hub, await owed(hub))
    assert await told(hub, news(hub, order, amount=amount)) == "payment.wrong-amount"
    assert hub.told(payment.Paid) == []
    assert (await balances(hub)).get("clearing", 0) == max(amount, 0)


async def test_money_under_a_reference_that_is_not_ours_is_kept_for_the_desk(hub: Hub) -> None:
    said = news(hub, "DVCKHONGCO0001")
    assert await told(hub, said) == "payment.unknown-reference"
    assert await told(hub, said) == "payment.unknown-reference"
    assert await told(hub, news(hub, "DVCKHONGCO0002", State.FAILED)) == "payment.unknown-reference"
    assert await incidents(hub) == ["payment.unknown-reference"]
    assert await balances(hub) == {"clearing": 50_000, "unapplied": -50_000}


async def test_a_second_payment_of_the_same_order_is_held(hub: Hub) -> None:
    order = await opened(hub, await owed(hub))
    await told(hub, news(hub, order))
    assert await told(hub, news(hub, order, transaction_id="GD0002")) == "payment.double-payment"
    assert len(hub.told(payment.Paid)) == 1
    assert (await order_now(hub, order)).status is Status.PAID
    assert await balances(hub) == {"clearing": 100_000, "fees": -50_000, "unapplied": -50_000}


async def test_success_after_failure_pays_late_and_is_reported(hub: Hub) -> None:
    obligation = await owed(hub)
    order = await opened(hub, obligation)
    assert await told(hub, news(hub, order, State.FAILED, amount=0, transaction_id="")) == "payment.failed"
    assert [f.reference for f in hub.told(payment.PaymentFailed)] == [order.reference]
    assert await told(hub, news(hub, order)) == "payment.paid"
    (paid,) = hub.told(payment.Paid)
    assert paid.late
    assert await incidents(hub) == ["payment.late-success"]
    async with hub.db.read() as uow:
        story = await payment.story(uow, order.id)
        assert [row.trigger for row in story] == ["open", "fail", "confirm-late"]


async def test_late_success_of_an_old_order_beside_a_paid_new_one_is_double(hub: Hub) -> None:
    obligation = await owed(hub)
    first = await opened(hub, obligation)
    assert await opened(hub, obligation) == first
    second = await opened(hub, obligation, again=True)
    assert (await order_now(hub, first)).status is Status.EXPIRED
    assert await told(hub, news(hub, second)) == "payment.paid"
    assert await told(hub, news(hub, first, transaction_id="GD0002")) == "payment.double-payment"
    assert (await order_now(hub, first)).status is Status.HELD
    assert len(hub.told(payment.Paid)) == 1


async def test_failure_after_success_changes_nothing_and_is_reported(hub: Hub) -> None:
    order = await opened(hub, await owed(hub))
    await told(hub, news(hub, order))
    assert await told(hub, news(hub, order, State.FAILED)) == "payment.contradiction"
    assert (await order_now(hub, order)).status is Status.PAID
    assert await incidents(hub) == ["payment.contradiction"]


async def test_one_transaction_told_with_two_amounts_is_a_contradiction(hub: Hub) -> None:
    order = await opened(hub, await owed(hub))
    await told(hub, news(hub, order))
    assert await told(hub, news(hub, order, amount=60_000)) == "payment.contradiction"
    assert await balances(hub) == {"clearing": 50_000, "fees": -50_000}


async def test_a_paid_fee_cannot_be_opened_or_collected_again(hub: Hub) -> None:
    obligation = await owed(hub)
    await told(hub, news(hub, await opened(hub, obligation)))
    with pytest.raises(Conflict, match=r"payment\.already-paid"):
        await opened(hub, obligation)
    async with hub.begin() as uow:
        with pytest.raises(Conflict, match=r"payment\.already-paid"):
            await payment.collect_at_counter(uow, obligation.id, receipt_number="0001")


async def test_the_counter_takes_the_money_and_an_online_payment_then_is_double(hub: Hub) -> None:
    """PAY-09."""
    obligation = await owed(hub)
    order = await opened(hub, obligation)
    async with hub.begin() as uow:
        settled = await payment.collect_at_counter(uow, obligation.id, receipt_number="BL-000123")
    assert settled.paid
    assert not settled.paid_online
    assert settled.receipt_number == "BL-000123"
    assert [f.via for f in hub.told(payment.Paid)] == ["counter"]
    assert await told(hub, news(hub, order)) == "payment.double-payment"
    assert await balances(hub) == {"cash": 50_000, "fees": -50_000, "clearing": 50_000, "unapplied": -50_000}


async def test_an_online_and_a_counter_payment_at_once_settle_once(hub: Hub) -> None:
    obligation = await owed(hub)
    order = await opened(hub, obligation)

    async def counter() -> str:
        async with hub.begin() as uow:
            await payment.collect_at_counter(uow, obligation.id, receipt_number="1")
        return "counter"

    ends = await asyncio.gather(counter(), told(hub, news(hub, order)), return_exceptions=True)
    assert len(hub.told(payment.Paid)) == 1
    assert await hub.value("select count(*) from payment.settlement") == 1
    assert ends[1] in ("payment.paid", "payment.double-payment")
    await balances(hub)


async def test_two_orders_opened_at_once_are_one_order(hub: Hub) -> None:
    obligation = await owed(hub)
    orders = await asyncio.gather(*(opened(hub, obligation) for _ in range(4)))
    assert len({order.id for order in orders}) == 1
    assert len(hub.told(payment.PaymentOpened)) == 1


async def test_a_silent_order_is_asked_for_at_growing_pauses_and_never_only_once(hub: Hub) -> None:
    order = await opened(hub, await owed(hub))
    start, asked = hub.clock.now, []
    for _ in range(20 * 24 * 6):
        hub.clock.forward(minutes=10)
        async with hub.begin() as uow:
            if await payment.pending_for_query(uow) == (order.reference,):
                asked.append((hub.clock.now - start) / timedelta(minutes=1))
    assert asked[:5] == [10, 30, 70, 150, 310]
    pauses = [b - a for a, b in pairwise(asked)]
    assert max(pauses) <= 24 * 60
    assert len(asked) > 20
    assert asked[-1] <= 11 * 24 * 60
    assert (await order_now(hub, order)).status is Status.EXPIRED
    assert await told(hub, news(hub, order)) == "payment.paid"


async def test_two_workers_do_not_ask_for_the_same_order(hub: Hub) -> None:
    await opened(hub, await owed(hub))
    hub.clock.forward(minutes=11)

    async def ask() -> int:
        async with hub.begin() as uow:
            return len(await payment.pending_for_query(uow))

    assert sorted(await asyncio.gather(ask(), ask())) == [0, 1]


async def test_a_paid_order_is_asked_for_no_more(hub: Hub) -> None:
    await told(hub, news(hub, await opened(hub, await owed(hub))))
    hub.clock.forward(days=2)
    async with hub.begin() as uow:
        assert await payment.pending_for_query(uow) == ()


async def test_an_obligation_without_a_positive_amount_is_refused(hub: Hub) -> None:
    with pytest.raises(Invalid, match=r"payment\.nothing-to-pay"):
        async with hub.begin() as uow:
            await payment.require(
                uow, dossier_id=uuid7(), dossier_code="H01", owner_id=uuid7(),
                items=(Item(code="A", name="A", amount=0),), procedure_code="1", procedure_name="A",
                agency_code="H01", agency_name="A", payer=Payer(name="A", id_number="1", address=""),
                beneficiary=Beneficiary(account="1", bank_code="1", name="A"),
            )  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "update payment.posting set amount = amount + 1",
        "delete from payment.posting",
        "update payment.journal set kind = 'refunded'",
        "delete from payment.settlement",
        "update payment.obligation set amount = 1",
        "update payment.order_log set cause = 'x'",
        "update payment.order set status = 'expired', version = version + 1",
        "update payment.order set status = 'expired'",
        "insert into payment.posting select journal_id, 'cash', 5 from payment.posting limit 1",
        "delete from payment.incident",
    ],
)
async def test_the_database_itself_refuses_to_rewrite_the_books(hub: Hub, sql: str) -> None:
    """The ledger is append-only and balanced, and no status moves without its log row."""
    order = await opened(hub, await owed(hub))
    await told(hub, news(hub, order))
    await told(hub, news(hub, order, State.FAILED))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await hub.db.pool.execute(sql)


async def test_the_desk_ends_each_incident_once_and_moves_the_money(hub: Hub) -> None:
    obligation = await owed(hub)
    order = await opened(hub, obligation)
    await told(hub, news(hub, order, amount=70_000))
    await told(hub, news(hub, "DVCLACMATHAMCHIEU", transaction_id="GD0009"))
    async with hub.begin() as uow:
        wrong, unknown = await payment.incidents(uow)
        with pytest.raises(Invalid, match=r"payment\.wrong-ending"):
            await payment.resolve_incident(uow, wrong.id, resolution=Resolution.DISMISSED, note="")
        refunded = await payment.resolve_incident(uow, wrong.id, resolution=Resolution.REFUNDED, note="UNC 12")
        assert refunded.resolution == "refunded"
        with pytest.raises(Conflict, match=r"payment\.cannot-apply"):
            await payment.resolve_incident(uow, unknown.id, resolution=Resolution.APPLIED, note="")
        await payment.resolve_incident(
            uow, unknown.id, resolution=Resolution.APPLIED, note="Người nộp có sao kê", obligation_id=obligation.id
        )
        with pytest.raises(Conflict, match=r"payment\.already-resolved"):
            await payment.resolve_incident(uow, wrong.id, resolution=Resolution.REFUNDED, note="")
        with pytest.raises(NotFound):
            await payment.resolve_incident(uow, uuid7(), resolution=Resolution.REFUNDED, note="")
    assert (await now_of(hub, obligation)).paid
    assert await incidents(hub) == []
    assert await balances(hub) == {"clearing": 50_000, "fees": -50_000}
    async with hub.db.read() as uow:
        assert [i.code for i in await payment.incidents_of(uow, DOSSIER)] == ["payment.wrong-amount"]


async def test_the_banks_voucher_is_verified_and_kept_in_the_payers_vault(hub: Hub, tmp_path: Path) -> None:
    """PAY-04, RES-05."""
    pki = Pki.load_or_create(tmp_path / "pki", hub.clock.now)
    check = Checker(pki.trust(hub.clock.now))
    signed = await seal_pdf(blank_pdf(), pki.key("bank"), Look(), tsa=pki.tsa(hub.clock), at=hub.clock.now)
    obligation = await owed(hub)
    order = await opened(hub, obligation)
    await told(hub, news(hub, order))

    async def received(content: bytes) -> str:
        async with hub.begin() as uow:
            said = Voucher(reference=order.reference, content=content)
            return (await payment.voucher(uow, said, checker=check)).code

    assert await received(blank_pdf()) == "payment.voucher-invalid"
    assert await received(signed.replace(b"MediaBox", b"MediaBux")) == "payment.voucher-invalid"
    assert await incidents(hub) == ["payment.voucher-invalid"]
    assert await received(signed) == "payment.voucher"
    assert await received(signed) == "payment.duplicate"
    (fact,) = hub.told(payment.VoucherReceived)
    async with hub.begin() as uow:
        settled = await payment.obligation(uow, obligation.id)
        assert settled.voucher_entry == fact.entry_id
        assert await vault.read(uow, fact.entry_id) == signed
        assert [e.kind for e in await vault.entries_of(uow, obligation.owner_id)] == ["voucher"]
    with pytest.raises(NotFound):
        async with hub.begin() as uow:
            await payment.voucher(uow, Voucher(reference="DVCKHONGCO0001", content=signed), checker=check)
