"""INIT, QUERY and GET_BILL against the twin, with each of its faults."""

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from connectors.payment_platform import CONNECTOR
from connectors.payment_platform.settings import Settings, load
from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from schemas.messages import payment
from tests.contract.payment_platform.conftest import AMOUNT, REFERENCE
from tests.support.partners import NOON, Desk, context, handled, transport, twin_context

ASK = payment.Query(reference=REFERENCE, at=NOON)
BILL = payment.VoucherWanted(reference=REFERENCE, at=NOON)
WAY = f"http://bank.example/ngan-hang/{REFERENCE}"


async def test_init_gives_the_address_to_pay_at(client: Any, order: payment.Init, desk: Desk) -> None:
    """PAY-01."""
    assert await handled(CONNECTOR, order, context(client)) == [payment.Initiated(reference=REFERENCE, pay_url=WAY)]
    assert await desk.effects() == [("payment-opened", REFERENCE)]


async def test_the_reply_is_one_event_however_often_it_is_told(client: Any, order: payment.Init) -> None:
    first, second = [await CONNECTOR.consumes[payment.Init](order, context(client, attempt=n)) for n in (1, 2)]
    assert [one.external_id for one in first] == [one.external_id for one in second] == ["reply:m-1"]
    assert first[0].lane == "H01.01-261123-0001"


@pytest.mark.parametrize("fault", ["http500", "down", "failure-text", "busy"])
async def test_a_platform_that_cannot_is_retried(client: Any, order: payment.Init, desk: Desk, fault: str) -> None:
    await desk.fault(fault, times=1)
    with pytest.raises(Retryable):
        await handled(CONNECTOR, order, context(client))
    assert await desk.effects() == []
    assert len(await handled(CONNECTOR, order, context(client, attempt=2))) == 1


async def test_a_lost_reply_opens_one_payment(client: Any, order: payment.Init, desk: Desk) -> None:
    """Commit, then silence: the same MaThamChieu again gets the same address, and no second payment."""
    await desk.fault("commit-then-timeout", times=1)
    with pytest.raises(Retryable, match="reply-lost"):
        await handled(CONNECTOR, order, context(client))
    assert await handled(CONNECTOR, order, context(client, attempt=2)) == [
        payment.Initiated(reference=REFERENCE, pay_url=WAY)
    ]
    assert await desk.effects(everything=True) == [("payment-opened", REFERENCE), ("duplicate", REFERENCE)]


async def test_a_reference_paid_meanwhile_is_told_as_paid(client: Any, order: payment.Init, desk: Desk) -> None:
    await handled(CONNECTOR, order, context(client))
    await desk.act("pay")
    [told] = await handled(CONNECTOR, order, context(client, attempt=2))
    assert isinstance(told, payment.Confirmed)
    assert (told.state, told.amount, told.via) == (payment.State.PAID, AMOUNT, "query")


async def test_a_reference_of_another_amount_is_refused(client: Any, order: payment.Init) -> None:
    await handled(CONNECTOR, order, context(client))
    other = msgspec.structs.replace(order, amount=50_000, items=order.items[:1])
    with pytest.raises(Rejected) as caught:
        await handled(CONNECTOR, other, context(client, message_id="m-2"))
    assert caught.value.code == "payment.refused"
    assert "Mã tham chiếu đã dùng" in caught.value.words


async def test_replies_wrapped_by_the_bus(client: Any, order: payment.Init, desk: Desk) -> None:
    await desk.fault("lgsp-wrapped")
    assert await handled(CONNECTOR, order, context(client)) == [payment.Initiated(reference=REFERENCE, pay_url=WAY)]
    [told] = await handled(CONNECTOR, ASK, context(client))
    assert told.state is payment.State.PENDING
    with pytest.raises(Retryable, match="voucher-not-yet"):
        await handled(CONNECTOR, BILL, context(client))


async def test_query_tells_each_state(client: Any, order: payment.Init, desk: Desk) -> None:
    """PAY-08: what became of a payment is asked, not assumed; one that is not known is not one that failed."""
    [unknown] = await handled(CONNECTOR, ASK, context(client))
    await handled(CONNECTOR, order, context(client))
    [pending] = await handled(CONNECTOR, ASK, context(client))
    await desk.act("cancel")
    [failed] = await handled(CONNECTOR, ASK, context(client))
    await desk.act("late_success", bank="DEMOVI")
    [paid] = await handled(CONNECTOR, ASK, context(client))
    states = [told.state for told in (unknown, pending, failed, paid)]
    assert states == [payment.State.UNKNOWN, payment.State.PENDING, payment.State.FAILED, payment.State.PAID]
    assert (paid.amount, paid.bank_code, paid.transaction_id) == (AMOUNT, "DEMOVI", "GD00000002")
    assert paid.at == NOON.replace(microsecond=0)


async def test_a_lost_query_reply_is_asked_again(client: Any, order: payment.Init, desk: Desk) -> None:
    await handled(CONNECTOR, order, context(client))
    await desk.fault("commit-then-timeout", times=1)
    with pytest.raises(Retryable):
        await handled(CONNECTOR, ASK, context(client))
    assert (await handled(CONNECTOR, ASK, context(client, attempt=2)))[0].state is payment.State.PENDING


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ({"MaLoi": "00", "TrangThaiGD": "2"}, "payment.state-unknown"),
        ({"MaLoi": "00", "TrangThaiGD": 1, "SoTien": "", "MaTienTe": "VND"}, "payment.amount"),
        ({"MaLoi": "00", "TrangThaiGD": 1, "SoTien": "10.5", "MaTienTe": "VND"}, "payment.amount"),
        ({"MaLoi": "00", "TrangThaiGD": 1, "SoTien": 10, "MaTienTe": "USD"}, "payment.currency"),
        ({"MaLoi": "42", "MoTaLoi": "?"}, "payment.refused"),
        ({}, "payment.refused"),
    ],
)
async def test_query_replies_that_nobody_may_guess_at(settings: Settings, reply: Any, code: str) -> None:
    canned = httpx.MockTransport(lambda _: httpx.Response(200, json=reply))
    async with CONNECTOR.open_client(settings, canned) as client:
        with pytest.raises(Rejected) as caught:
            await handled(CONNECTOR, ASK, context(client))
    assert caught.value.code == code


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "//pay.example"])
async def test_an_address_that_is_none_is_not_handed_to_a_payer(
    settings: Settings, order: payment.Init, address: str
) -> None:
    canned = httpx.MockTransport(lambda _: httpx.Response(200, json={"MaLoi": "00", "UrlThanhToan": address}))
    async with CONNECTOR.open_client(settings, canned) as client:
        with pytest.raises(Rejected, match=r"payment\.no-address"):
            await handled(CONNECTOR, order, context(client))


async def test_wrong_secret_stops_the_connector(twin: Any, order: payment.Init) -> None:
    wrong = load({"PAYMENT_PLATFORM_SECRET": "another"})
    async with CONNECTOR.open_client(wrong, transport(twin)) as client:
        for call in (handled(CONNECTOR, order, context(client)), CONNECTOR.probe(client)):
            with pytest.raises(Misconfigured, match=r"payment\.credentials"):
                await call


async def test_probe(client: Any, desk: Desk) -> None:
    await CONNECTOR.probe(client)
    await desk.fault("down", times=1)
    with pytest.raises(PartnerError):
        await CONNECTOR.probe(client)


async def test_bearer_of_the_bus_is_sent(order: payment.Init) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization", ""))
        return httpx.Response(200, json={"MaLoi": "00", "UrlThanhToan": "https://pay.example"})

    for environ in ({"PAYMENT_PLATFORM_TOKEN": "t"}, {}):
        async with CONNECTOR.open_client(load(environ), httpx.MockTransport(answer)) as client:
            await handled(CONNECTOR, order, context(client))
    assert seen == ["Bearer t", ""]


async def test_orders_outlive_a_restart(
    settings: Settings, hub: httpx.AsyncClient, order: payment.Init, tmp_path: Path
) -> None:
    states = []
    for act in ("pay", None):
        twin = CONNECTOR.simulator(settings, twin_context(tmp_path, hub))
        async with CONNECTOR.open_client(settings, transport(twin)) as client:
            if act:
                await handled(CONNECTOR, order, context(client))
                await Desk(twin.app).act(act)
            states += await handled(CONNECTOR, ASK, context(client))
        await twin.close()
    assert [told.state for told in states] == [payment.State.PAID] * 2
