"""The IPN and the browser's return, as the platform and a forger would send them."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar, Router

from connectors.payment_platform import CONNECTOR
from connectors.payment_platform.settings import Settings, load
from schemas.envelope import Answer
from schemas.messages import payment
from tests.contract.payment_platform.conftest import AMOUNT, REFERENCE, ipn, judge
from tests.support.depth import DEPTH
from tests.support.partners import RecordingIntake

CONFIRM = "/partners/payment_platform/DvcPayment/Confirm"
RETURN = "/partners/payment_platform/return"
SECRET = "payment-platform-simulator"
TIME_FIRST = ("MaNganHang", "ThoiGianGD", "ThongTinGiaoDich")
INFO_FIRST = ("MaNganHang", "ThongTinGiaoDich", "ThoiGianGD")


def signed(message: dict[str, Any], tail: tuple[str, ...] = TIME_FIRST, secret: str = SECRET) -> dict[str, Any]:
    names = ("LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", *tail)
    text = "|".join([*(str(message[name]) for name in names), secret])
    return {**message, "MaXacThuc": hashlib.sha256(text.encode()).hexdigest()}


async def send(hub: httpx.AsyncClient, message: dict[str, Any]) -> dict[str, Any]:
    response = await hub.post(CONFIRM, json=message)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_right_notice_is_confirmed(hub: httpx.AsyncClient, intake: RecordingIntake) -> None:
    """PAY-01, PAY-04: the hub hears of it once, with the platform's time and transaction."""
    answer = await send(hub, signed(ipn()))
    assert list(answer) == ["MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD", "MaXacThuc"]
    assert answer["MaLoi"] == "00"
    said = "|".join([*(answer[n] for n in ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD")), SECRET])
    assert answer["MaXacThuc"] == hashlib.sha256(said.encode()).hexdigest()
    assert intake.bodies() == [
        payment.Confirmed(
            reference=REFERENCE,
            state=payment.State.PAID,
            amount=AMOUNT,
            transaction_id="GD0001",
            bank_code="DEMOBANK",
            at=datetime(2026, 11, 23, 7, 5, tzinfo=UTC),
            via="ipn",
        )
    ]
    assert intake.seen[0].source == "payment_platform"
    assert intake.seen[0].lane == REFERENCE


async def test_a_notice_twice_gets_the_same_answer(hub: httpx.AsyncClient, intake: RecordingIntake) -> None:
    first = await send(hub, signed(ipn()))
    second = await send(hub, signed(ipn()))
    later = await send(hub, signed(ipn(ThoiGianGD="20261123150500")))
    assert first == second
    assert later["MaLoi"] == "00"
    assert len(intake.seen) == 1


async def test_the_hub_has_the_last_word_on_the_amount(hub: httpx.AsyncClient, intake: RecordingIntake) -> None:
    """A wrong amount with a right checksum: 99 with the hub's reason, kept by the hub; the right one still comes in."""
    for _ in range(2):
        answer = await send(hub, signed(ipn(SoTien=AMOUNT - 1)))
        assert answer["MaLoi"] == "99"
        assert answer["MoTaLoi"] == "payment.amount-differs: Sai số tiền"
    assert (await send(hub, signed(ipn())))["MaLoi"] == "00"
    assert [told.amount for told in intake.bodies()] == [AMOUNT - 1, AMOUNT]


async def test_an_unknown_reference(hub: httpx.AsyncClient, intake: RecordingIntake) -> None:
    answer = await send(hub, signed(ipn(MaThamChieu="dvcX1")))
    assert answer["MoTaLoi"].startswith("payment.unknown-reference")
    assert len(intake.seen) == 1


@pytest.mark.parametrize("field", [name for name in ipn() if name != "MaXacThuc"])
async def test_whatever_is_changed_after_signing_is_seen(
    hub: httpx.AsyncClient, intake: RecordingIntake, field: str
) -> None:
    """Amount, status, reference, bank, time: each is under the checksum; none reaches the hub when it was touched."""
    message = signed(ipn())
    message[field] = 1 if field == "SoTien" else f"{message[field]}9"
    answer = await send(hub, message)
    assert (answer["MaLoi"], answer["MoTaLoi"]) == ("99", "payment.checksum: Sai mã xác thực")
    assert intake.seen == []


async def test_a_failure_is_told_as_one(hub: httpx.AsyncClient, intake: RecordingIntake) -> None:
    """MaLoi other than 00 under a right checksum is a payment that failed, never one that is paid."""
    answer = await send(hub, signed(ipn(MaLoi="24")))
    assert answer["MaLoi"] == "00"
    assert [told.state for told in intake.bodies()] == [payment.State.FAILED]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"MaDoiTac": "OTHER"}, "payment.not-ours"),
        ({"LoaiBanTin": "INIT"}, "payment.not-ours"),
        ({"MaTienTe": "USD"}, "payment.malformed"),
        ({"SoTien": "10.5"}, "payment.malformed"),
        ({"SoTien": -150000}, "payment.malformed"),
        ({"ThoiGianGD": "hôm nay"}, "payment.malformed"),
        ({"MaThamChieu": "../../x"}, "payment.malformed"),
    ],
)
async def test_signed_but_wrong(
    hub: httpx.AsyncClient, intake: RecordingIntake, changes: dict[str, Any], code: str
) -> None:
    answer = await send(hub, signed(ipn(**changes)))
    assert answer["MaLoi"] == "99"
    assert answer["MoTaLoi"].startswith(f"{code}: ")
    assert intake.seen == []


@pytest.mark.parametrize("signature", ["", None, "0" * 64, "ký", 7])
async def test_no_or_foreign_signature(hub: httpx.AsyncClient, intake: RecordingIntake, signature: Any) -> None:
    assert (await send(hub, {**ipn(), "MaXacThuc": signature}))["MaLoi"] == "99"
    assert (await send(hub, signed(ipn(), secret="")))["MaLoi"] == "99"
    assert intake.seen == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"<xml/>", b'{"SoTien":[]}', b"\xff", b'{"MaXacThuc":"\\ud800"}'])
async def test_what_is_no_notice_is_answered_in_the_platforms_format(
    hub: httpx.AsyncClient, intake: RecordingIntake, body: bytes
) -> None:
    response = await hub.post(CONFIRM, content=body)
    assert response.status_code == 200
    assert response.json()["MaLoi"] == "99"
    assert response.json()["MoTaLoi"].startswith("payment.unreadable")
    assert intake.seen == []


async def test_a_flood_is_cut(hub: httpx.AsyncClient) -> None:
    assert (await hub.post(CONFIRM, content=b" " * 70_000)).status_code == 413


async def test_a_verdict_that_is_late_is_no_yes(settings_info_first: Settings) -> None:
    """The hub keeps the notice and has not judged it: the platform must ask again."""
    pending = RecordingIntake(lambda _: Answer(accepted=False, code="intake.pending", vi="Đang xử lý", en="Pending"))
    async with serving(settings_info_first, pending) as hub:
        assert (await send(hub, signed(ipn(), INFO_FIRST)))["MoTaLoi"].startswith("intake.pending")


@pytest.fixture
def settings_info_first() -> Settings:
    return load({"PAYMENT_PLATFORM_CONFIRM_ORDER": "info-first"})


async def test_the_order_of_fields_is_a_setting(settings_info_first: Settings) -> None:
    async with serving(settings_info_first, RecordingIntake(judge)) as hub:
        assert (await send(hub, signed(ipn(), INFO_FIRST)))["MaLoi"] == "00"
        assert (await send(hub, signed(ipn(), TIME_FIRST)))["MaLoi"] == "99"


def serving(chosen: Settings, intake: RecordingIntake) -> httpx.AsyncClient:
    assert CONNECTOR.receivers
    app = Litestar(
        [Router("/partners/payment_platform", route_handlers=list(CONNECTOR.receivers(chosen, intake)))],
        openapi_config=None,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://mc.example")


def packed(fields: Any) -> str:
    return base64.b64encode(json.dumps(fields).encode()).decode()


PAGE = f"https://mc.example/thanh-toan/{REFERENCE}"
GOOD = packed({"MaThamChieu": REFERENCE, "MaLoi": "00"})


@pytest.mark.parametrize("data", [GOOD, GOOD.rstrip("="), f" {GOOD[:9]}\n{GOOD[9:]}"])
async def test_the_browser_goes_on_to_the_dossiers_page(
    hub: httpx.AsyncClient, intake: RecordingIntake, data: str
) -> None:
    """By GET or form post; it marks nothing paid."""
    got = await hub.get(RETURN, params={"data": data})
    posted = await hub.post(RETURN, data={"data": data})
    for response in (got, posted):
        assert (response.status_code, response.headers["location"]) == (303, PAGE)
    assert intake.seen == []


@pytest.mark.parametrize(
    "data",
    ["", "%%%", "AA", packed([]), packed({}), packed({"MaThamChieu": 7}), packed({"MaThamChieu": "//evil.example"}),
     base64.b64encode(b"\xff\xfe").decode()],
)  # fmt: skip
async def test_a_browser_that_names_no_payment_goes_to_the_front_page(hub: httpx.AsyncClient, data: str) -> None:
    for response in (await hub.get(RETURN, params={"data": data}), await hub.post(RETURN, data={"data": data})):
        assert (response.status_code, response.headers["location"]) == (303, "https://mc.example/")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50 * DEPTH)
@given(data=st.binary())
async def test_a_return_never_fails_and_never_leaves_the_hub(hub: httpx.AsyncClient, data: bytes) -> None:
    response = await hub.post(RETURN, content=data, headers={"content-type": "application/x-www-form-urlencoded"})
    assert response.status_code == 303
    assert response.headers["location"].startswith("https://mc.example/")


@pytest.fixture(autouse=True)
async def nothing_left(intake: RecordingIntake) -> AsyncIterator[None]:
    """Each event is told once."""
    yield
    keys = [(one.source, one.external_id) for one in intake.seen]
    assert len(keys) == len(set(keys))
