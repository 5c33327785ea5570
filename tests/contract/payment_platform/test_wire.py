"""Names, orders and checksums of WIRE §3, against values computed here by hand."""

import hashlib
import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.payment_platform import mapping, wire
from connectors.payment_platform.settings import Meaning, Settings, load
from connectors.runtime.errors import Misconfigured, Rejected, Retryable
from connectors.runtime.settings import SettingError
from schemas.messages import payment
from tests.contract.payment_platform.conftest import REFERENCE, ipn
from tests.support.partners import NOON

SECRET = "payment-platform-simulator"


def sha(*values: str) -> str:
    return hashlib.sha256("|".join(values).encode("utf-8")).hexdigest()


def test_init_names_and_constants(order: payment.Init, settings: Settings) -> None:
    """PAY-01: INIT carries exactly the fields of 1.0.6."""
    sent = json.loads(msgspec.json.encode(mapping.to_init(order, settings)))
    receipt = sent.pop("ThongTinBienLai")
    assert sent == {
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": "DEMO",
        "MaThamChieu": REFERENCE,
        "SoTien": "150000",
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": "Thanh toan le phi ho so H01.01-261123-0001 Dot 1",
        "ThoiGianGD": "20261123140405",
        "Ip": "10.0.0.9",
        "MaXacThuc": sha(
            "INIT", "1.0.6", "DEMO", REFERENCE, "150000", "PAY", "1", "1", "vi-VN", "VND", "PAYMENT",
            "Thanh toan le phi ho so H01.01-261123-0001 Dot 1", "20261123140405", "10.0.0.9", SECRET,
        ),
    }  # fmt: skip
    assert set(receipt) == {
        "MaDichVu", "MaDVC", "TenDVC", "MaTTHC", "TenTTHC", "MaDonVi", "TenDonVi", "MaHoSo", "TKThuHuong",
        "MaNHThuHuong", "TenTKThuHuong", "NoiDungThanhToan", "HoTenNguoiNop", "SoCMNDNguoiNop", "DiaChiNguoiNop",
        "HuyenNguoiNop", "TinhNguoiNop", "DSKhoanNop", "PhiLePhi",
    }  # fmt: skip
    assert receipt["MaDichVu"] == "2"
    assert receipt["MaDVC"] == "1.004222.01"
    assert len(receipt["TenTTHC"]) == 250
    assert receipt["DSKhoanNop"] == [
        {"NoiDung": "Lệ phí", "SoTien": "50000"},
        {"NoiDung": "Phí thẩm định", "SoTien": "100000"},
    ]
    assert set(receipt["PhiLePhi"][0]) == {"LoaiPhiLePhi", "MaPhiLePhi", "TenPhiLePhi", "SoTien"}


@pytest.mark.parametrize("operation", ["QUERY", "GET_BILL"])
def test_query_and_bill_checksum(operation: str, settings: Settings) -> None:
    sent = mapping.to_query(operation, REFERENCE, NOON, settings)
    assert msgspec.structs.asdict(sent) == {
        "LoaiBanTin": operation,
        "PhienBan": "1.0.6",
        "MaDoiTac": "DEMO",
        "MaThamChieu": REFERENCE,
        "ThoiGianGD": "20261123140405",
        "MaXacThuc": sha(operation, "1.0.6", "DEMO", REFERENCE, "20261123140405", SECRET),
    }


@pytest.mark.parametrize(
    ("order", "tail"),
    [
        ("time-first", ("20261123140500", "Thanh toan le phi")),
        ("info-first", ("Thanh toan le phi", "20261123140500")),
    ],
)
def test_confirm_checksum_in_both_orders(order: wire.ConfirmOrder, tail: tuple[str, str]) -> None:
    """Two sources differ: which one holds is a setting."""
    head = ("CONFIRM", "00", "DEMO", REFERENCE, "150000", "VND", "GD0001", "DEMOBANK")
    received = wire.read(json.dumps(ipn()), wire.Confirm)
    hashed = wire.CONFIRM_HASHED[order]
    assert wire.sign(msgspec.structs.asdict(received), hashed, SECRET) == sha(*head, *tail, SECRET)


def test_numbers_are_read_as_they_were_sent() -> None:
    """The checksum is over what was received, so a number keeps its digits."""
    assert wire.read(b'{"SoTien": 150000.00}', wire.Confirm).SoTien == "150000.00"
    assert wire.read(
        b'{"SoTien": 00000000000}'.replace(b"00000000000", b"12345678901234567890"), wire.Confirm
    ).SoTien == ("12345678901234567890")
    assert wire.read(b'\xef\xbb\xbf{"MaLoi": null}', wire.Confirm).MaLoi == ""


@pytest.mark.parametrize("code", [0, "0", "00"])
def test_a_reply_wrapped_by_the_bus_is_unwrapped(code: str | int) -> None:
    inner = {"MaLoi": "00", "MoTaLoi": "Thành công", "UrlThanhToan": "https://pay.example/1", "MaXacThuc": "ab"}
    wrapped = json.dumps({"error_code": code, "message": json.dumps(inner)})
    assert wire.read(wrapped, wire.InitReply) == wire.read(json.dumps(inner), wire.InitReply)


def test_a_refusal_of_the_bus_itself_keeps_its_words() -> None:
    reply = wire.read('{"error_code": "-1", "message": "Token hết hạn"}', wire.InitReply)
    assert (reply.MaLoi, reply.MoTaLoi) == ("LGSP-1", "Token hết hạn")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b'{"SoTien": {}}', b'{"MaLoi": "\\ud800"}', b"[" * 100_000]
)
def test_what_is_no_message_is_unreadable(body: bytes) -> None:
    with pytest.raises(wire.Unreadable):
        wire.read(body, wire.Confirm)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_times_come_back_with_24_hours(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC, microsecond=0)
    assert mapping.from_time(mapping.to_time(at)) == at


@pytest.mark.parametrize("text", ["", "2026112314050", "20261323140500", "٢٠٢٦١١٢٣١٤٠٥٠٠", "2026-11-23T14:05"])
def test_a_time_that_is_none(text: str) -> None:
    assert mapping.from_time(text) is None


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_amounts_come_back(amount: int) -> None:
    assert mapping.to_amount(str(amount)) == amount
    assert mapping.to_amount(f"{amount}.00") == amount


@pytest.mark.parametrize("text", ["", "-1", "1e5", "10.5", "NaN", "1,000", "٣"])
def test_an_amount_that_is_none(text: str) -> None:
    assert mapping.to_amount(text) is None


@given(st.text())
def test_descriptions_cannot_disturb_the_checksum(text: str) -> None:
    sent = mapping.plain(text)
    assert sent.isascii()
    assert "|" not in sent
    assert len(sent) <= 255


@given(
    st.fixed_dictionaries(
        {
            name: st.text(st.characters(codec="utf-8", exclude_characters="|"))
            for name in wire.CONFIRM_HASHED["time-first"]
        }
    ),
    st.sampled_from(wire.CONFIRM_HASHED["time-first"]),
    st.text(st.characters(codec="utf-8", exclude_characters="|"), min_size=1),
)
def test_every_hashed_field_counts(fields: dict[str, str], changed: str, addition: str) -> None:
    hashed = wire.CONFIRM_HASHED["time-first"]
    signature = wire.sign(fields, hashed, SECRET)
    assert wire.holds(fields, hashed, SECRET, signature)
    assert wire.holds(fields, hashed, SECRET, signature.upper())
    assert not wire.holds({**fields, changed: fields[changed] + addition}, hashed, SECRET, signature)
    assert not wire.holds(fields, hashed, "another", signature)


def test_an_order_that_cannot_be_right_is_not_sent(order: payment.Init, settings: Settings) -> None:
    wrong = {
        "payment.reference": msgspec.structs.replace(order, reference="H01.01-1"),
        "payment.items-differ": msgspec.structs.replace(order, amount=order.amount + 1),
        "payment.incomplete": msgspec.structs.replace(
            order, beneficiary=msgspec.structs.replace(order.beneficiary, account="")
        ),
    }
    for code, message in wrong.items():
        with pytest.raises(Rejected) as caught:
            mapping.to_init(message, settings)
        assert caught.value.code == code


def test_codes() -> None:
    """An unknown MaLoi is refused with the platform's words; the simulator's codes never reach a live platform."""
    live = load({"PAYMENT_PLATFORM_MODE": "live"})
    assert mapping.meaning_of("00", live) is Meaning.OK
    assert mapping.meaning_of("05", live) is Meaning.REFUSED
    assert mapping.meaning_of("05", load({})) is Meaning.ABSENT
    assert mapping.meaning_of("77", load({"PAYMENT_PLATFORM_CODES": "77=again"})) is Meaning.AGAIN
    assert isinstance(mapping.failure(Meaning.AGAIN, "99", "x"), Retryable)
    assert isinstance(mapping.failure(Meaning.OURS, "01", "x"), Misconfigured)
    refused = mapping.failure(Meaning.REFUSED, "42", "Không rõ")
    assert isinstance(refused, Rejected)
    assert refused.words == "42 Không rõ"


@pytest.mark.parametrize(
    "environ",
    [
        {"PAYMENT_PLATFORM_CODES": "77"},
        {"PAYMENT_PLATFORM_CODES": "77=perhaps"},
        {"PAYMENT_PLATFORM_CONFIRM_ORDER": "any"},
        {"PAYMENT_PLATFORM_BASE_URL": "pay.example"},
    ],
)
def test_a_wrong_setting_names_its_variable(environ: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(environ))):
        load(environ)


def test_secrets_do_not_show() -> None:
    assert "hidden" not in repr(load({"PAYMENT_PLATFORM_SECRET": "hidden", "PAYMENT_PLATFORM_TOKEN": "hidden"}))
