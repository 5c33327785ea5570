"""What the payment platform sends wrong: answered as it wants to be, and money is never believed without its checksum."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from connectors.payment_platform import wire
from connectors.payment_platform.mapping import to_time
from connectors.runtime.inbound import inbound
from hub.demo.journey import Journey
from schemas.messages.payment import Voucher
from tests.integration.bad_input.place import Place
from tests.integration.bad_input.test_machines import BOMB

PATH = "/partners/payment_platform/DvcPayment/Confirm"
SECRET = "payment-platform-simulator"
OWED = 150_000


class Owing(msgspec.Struct, frozen=True):
    """A dossier whose fee is due, and the attempt to pay it."""

    journey: Journey
    reference: str


async def owing(place: Place) -> Owing:
    journey = await place.at_vendor()
    await place.world.act("vbdlis", "send_fee", {"dossier": journey.code, "amount": str(OWED)})
    [due] = await place.citizen.get(f"/api/v1/payments/of/{journey.id}")
    reference = (await place.citizen.post(f"/api/v1/payments/{due['id']}"))["reference"]
    await place.world.until(
        "the platform's address",
        lambda: place.citizen.get(f"/api/v1/payments/orders/{reference}"),
        lambda order: bool(order["pay_url"]),
    )
    return Owing(journey, reference)


@pytest.fixture(scope="module")
async def order(place: Place) -> Owing:
    """Nothing here may pay it, so that all tests share it."""
    return await owing(place)


def notice(reference: str, **changes: Any) -> dict[str, Any]:
    """A payment notice with its checksum right, whatever else is wrong."""
    fields = {
        "LoaiBanTin": "CONFIRM", "MaLoi": "00", "MaDoiTac": "DEMO", "MaThamChieu": reference, "SoTien": OWED,
        "MaTienTe": "VND", "MaGiaoDich": "GD1", "MaNganHang": "VCB", "ThoiGianGD": to_time(datetime.now(UTC)),
        "ThongTinGiaoDich": "Nop phi", **changes,
    }  # fmt: skip
    return {"MaXacThuc": wire.sign(fields, wire.CONFIRM_HASHED["time-first"], SECRET), **fields}


async def told(place: Place, body: Any) -> str:
    """The platform's own form, signed by us, and a refusal; its code."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    answer = await place.bare.post(PATH, content=content)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert set(said) == set(wire.ConfirmAnswer.__struct_fields__)
    signed = {name: said[name] for name in wire.CONFIRM_ANSWER_HASHED}
    assert wire.holds(signed, wire.CONFIRM_ANSWER_HASHED, SECRET, said["MaXacThuc"])
    assert said["MaLoi"] == "99"
    code, _, words = str(said["MoTaLoi"]).partition(": ")
    assert words
    return code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"MaXacThuc": "0" * 64}, "payment.checksum"),
        ({"MaXacThuc": ""}, "payment.checksum"),
        ({"MaXacThuc": "đ" * 64}, "payment.checksum"),
    ],
    ids=["wrong", "missing", "no hex"],
)
async def test_a_wrong_checksum_is_believed_in_nothing(
    place: Place, order: Owing, changes: dict[str, Any], code: str
) -> None:
    """PAY-05: not even kept: anybody may have sent it."""
    before = await place.value("select count(*) from kernel.inbox where source = 'payment_platform'")
    async with place.nothing_changes():
        assert await told(place, {**notice(order.reference), **changes}) == code
        altered = {**notice(order.reference), "SoTien": 1}
        assert await told(place, altered) == code
    assert await place.value("select count(*) from kernel.inbox where source = 'payment_platform'") == before


async def test_a_wrong_amount_is_held_and_nothing_is_paid(place: Place) -> None:
    """PAY-08: the money is booked apart, an incident waits for a person, the dossier waits as before."""
    owed = await owing(place)
    before = await place.citizen.get(f"/api/v1/dossiers/{owed.journey.id}")
    assert await told(place, notice(owed.reference, SoTien=OWED - 1)) == "payment.wrong-amount"
    assert await place.citizen.get(f"/api/v1/dossiers/{owed.journey.id}") == before
    [due] = await place.citizen.get(f"/api/v1/payments/of/{owed.journey.id}")
    assert not due.get("paid_at")
    assert await place.value("select count(*) from payment.incident where reference = $1", owed.reference) == 1
    async with place.nothing_changes():
        assert await told(place, notice(owed.reference, SoTien=OWED - 1)) == "payment.wrong-amount"


async def test_money_of_an_unknown_reference_is_kept_as_an_incident(place: Place) -> None:
    reference = "H011226112699990001"
    assert await told(place, notice(reference)) in ("payment.unknown-reference", "payment.malformed")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"SoTien": "150 nghìn"}, "payment.malformed"),
        ({"SoTien": -1}, "payment.malformed"),
        ({"MaTienTe": "USD"}, "payment.malformed"),
        ({"ThoiGianGD": "hier"}, "payment.malformed"),
        ({"MaThamChieu": "x\x00"}, "payment.malformed"),
        ({"MaDoiTac": "OTHER"}, "payment.not-ours"),
        ({"LoaiBanTin": "INIT"}, "payment.not-ours"),
    ],
    ids=str,
)
async def test_a_notice_that_does_not_fit(place: Place, order: Owing, changes: dict[str, Any], code: str) -> None:
    async with place.nothing_changes():
        assert await told(place, notice(order.reference, **changes)) == code


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"<Confirm/>", b'{"MaLoi": "\xff"}', b'{"MaLoi": "\\ud800"}', b"[" * 60_000, BOMB],
    ids=["empty", "cut off", "list", "XML", "bad UTF-8", "surrogate", "deep", "bomb"],
)
async def test_what_cannot_be_read(place: Place, content: bytes) -> None:
    async with place.nothing_changes():
        assert await told(place, content) == "payment.unreadable"


async def test_a_body_over_the_limit(place: Place) -> None:
    async with place.nothing_changes():
        answer = await place.bare.post(PATH, content=b" " * 70_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("content", [BOMB, b"<HDon><a/></HDon>", b"%PDF-1.7 unsigned"], ids=["bomb", "XML", "PDF"])
async def test_a_voucher_that_does_not_hold_is_an_incident(place: Place, order: Owing, content: bytes) -> None:
    """PAY-04: an XML voucher with an entity bomb unfolds nothing and is told like any other that does not hold."""
    said = Voucher(reference=order.reference, content=content)
    now = datetime.now(UTC)
    answer = await place.home.parts.intake.ask(
        inbound("payment_platform", f"voucher:{len(content)}", order.reference, now, said)
    )
    assert (answer.accepted, answer.code) == (False, "payment.voucher-invalid")
    assert answer.vi != answer.en
    assert await place.value("select count(*) from payment.voucher") == 0
