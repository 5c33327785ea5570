"""The twin's bank page and its notices, with what goes wrong with real ones."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from connectors.payment_platform import CONNECTOR
from connectors.payment_platform import notices as sending
from connectors.payment_platform.mapping import to_init
from connectors.payment_platform.settings import Settings
from schemas.messages import payment
from tests.contract.payment_platform.conftest import AMOUNT, REFERENCE
from tests.support.partners import NOON, Desk, RecordingIntake, context, handled, twin_context

PAGE = f"/ngan-hang/{REFERENCE}"
RETURN = "https://mc.example/partners/payment_platform/return?data="


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PAUSES", (0.01,) * 50)


@pytest.fixture
async def opened(client: Any, order: payment.Init) -> None:
    await handled(CONNECTOR, order, context(client))


async def test_a_payer_pays_and_comes_back(
    opened: None, desk: Desk, hub: httpx.AsyncClient, intake: RecordingIntake
) -> None:
    """PAY-01, PAY-06: the page names the amount and, apart from it, each bank's own fee."""
    page = (await desk.http.get(PAGE)).text
    assert "150.000 đồng" in page
    assert "phí dịch vụ thanh toán 1.100 đồng" in page
    assert "151.100" not in page
    done = await desk.http.post(PAGE, data={"action": "pay", "bank": "DEMOVI"})
    assert done.status_code == 303
    assert done.headers["location"].startswith(RETURN)
    back = await hub.get(done.headers["location"])
    assert back.headers["location"] == f"https://mc.example/thanh-toan/{REFERENCE}"
    [told] = intake.bodies()
    assert (told.state, told.amount, told.bank_code) == (payment.State.PAID, AMOUNT, "DEMOVI")
    assert await desk.effects() == [("payment-opened", REFERENCE), ("paid", REFERENCE), ("ipn-confirmed", REFERENCE)]
    assert "Đã thanh toán" in (await desk.http.get(PAGE)).text


async def test_a_payer_changes_their_mind(opened: None, desk: Desk, intake: RecordingIntake) -> None:
    assert (await desk.http.post(PAGE, data={"action": "cancel"})).status_code == 303
    assert [told.state for told in intake.bodies()] == [payment.State.FAILED]


async def test_the_page_refuses_what_cannot_be(opened: None, desk: Desk) -> None:
    assert (await desk.http.get("/ngan-hang/none")).status_code == 404
    assert (await desk.http.post("/ngan-hang/none", data={"action": "pay"})).status_code == 409
    assert (await desk.http.post(PAGE, data={"action": "steal"})).status_code == 409
    assert (await desk.http.post(PAGE, data={"action": "pay", "bank": "NONE"})).status_code == 409
    await desk.act("pay")
    assert (await desk.http.post(PAGE, data={"action": "pay"})).status_code == 409
    assert [kind for kind, _ in await desk.effects()].count("paid") == 1


async def test_a_lost_return_loses_no_payment(opened: None, desk: Desk, intake: RecordingIntake) -> None:
    await desk.fault("return-lost", times=1)
    page = await desk.http.post(PAGE, data={"action": "pay"})
    assert (page.status_code, "không quay về được" in page.text) == (200, True)
    assert [told.state for told in intake.bodies()] == [payment.State.PAID]


async def test_a_notice_twice_is_one_event(opened: None, desk: Desk, intake: RecordingIntake) -> None:
    await desk.fault("ipn-twice", times=1)
    await desk.act("pay")
    assert len(intake.seen) == 1
    assert (await desk.act("send_ipn"))["MaLoi"] == "00"
    assert len(intake.seen) == 1


async def test_a_late_notice_arrives_by_itself(opened: None, desk: Desk, intake: RecordingIntake) -> None:
    await desk.fault("ipn-late", times=1, seconds=0.05)
    assert (await desk.act("pay"))["ipn"] == "owed"
    assert intake.seen == []
    await intake.heard(1)


async def test_a_notice_that_never_comes_is_made_up_for_by_asking(
    opened: None, desk: Desk, client: Any, intake: RecordingIntake
) -> None:
    """PAY-08."""
    await desk.fault("ipn-never", times=1)
    assert (await desk.act("pay"))["ipn"] == "dropped"
    [told] = await handled(CONNECTOR, payment.Query(reference=REFERENCE, at=NOON), context(client))
    assert intake.seen == []
    assert (told.state, told.via) == (payment.State.PAID, "query")


@pytest.mark.parametrize(
    ("fault", "reaches_hub"), [("ipn-wrong-amount", True), ("ipn-wrong-hash", False), ("ipn-status-flipped", False)]
)
async def test_a_wrong_notice_is_refused_and_the_right_one_taken(
    opened: None, desk: Desk, intake: RecordingIntake, fault: str, reaches_hub: bool
) -> None:
    await desk.fault(fault, times=2)
    await desk.act("pay")
    await intake.heard(2 if reaches_hub else 1)
    amounts = [told.amount for told in intake.bodies()]
    assert amounts == ([AMOUNT + 1000, AMOUNT] if reaches_hub else [AMOUNT])
    assert all(told.state is payment.State.PAID for told in intake.bodies())


async def test_late_success_after_a_failure(opened: None, desk: Desk, intake: RecordingIntake) -> None:
    """The hub hears both, in order; what it makes of the second is its own incident."""
    await desk.act("cancel")
    await desk.act("late_success")
    assert [told.state for told in intake.bodies()] == [payment.State.FAILED, payment.State.PAID]


async def test_what_was_owed_is_sent_after_a_restart(
    settings: Settings, hub: httpx.AsyncClient, order: payment.Init, intake: RecordingIntake, tmp_path: Path
) -> None:
    """A hub that is down while the payer pays hears of it when both are back."""
    tried = asyncio.Event()

    def away(_: httpx.Request) -> httpx.Response:
        tried.set()
        return httpx.Response(502)

    down = httpx.AsyncClient(transport=httpx.MockTransport(away), base_url="http://hub")
    first = CONNECTOR.simulator(settings, twin_context(tmp_path, down))
    desk = Desk(first.app)
    await desk.http.post(settings.init_path, content=msgspec.json.encode(to_init(order, settings)))
    await desk.fault("ipn-late", times=1, seconds=0.01)
    assert (await desk.act("pay"))["ipn"] == "owed"
    await asyncio.wait_for(tried.wait(), 10)
    await first.close()
    second = CONNECTOR.simulator(settings, twin_context(tmp_path, hub))
    await Desk(second.app).http.get(PAGE)
    await intake.heard(1)
    await second.close()
    assert [told.state for told in intake.bodies()] == [payment.State.PAID]
