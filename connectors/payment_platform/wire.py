"""National payment platform 1.0.6, verbatim: field names, orders and spellings are the platform's."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar

import msgspec

VERSION = "1.0.6"
TIME = "%Y%m%d%H%M%S"  # 24 hours; a known implementation sends 12 and is a half-day wrong every afternoon

INIT_HASHED = (
    "LoaiBanTin",
    "PhienBan",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "LoaiHinhThanhToan",
    "MaKenhThanhToan",
    "MaThietBi",
    "NgonNgu",
    "MaTienTe",
    "MaNganHang",
    "ThongTinGiaoDich",
    "ThoiGianGD",
    "Ip",
)
QUERY_HASHED = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
CONFIRM_HEAD = ("LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang")
CONFIRM_ANSWER_HASHED = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD")

ConfirmOrder = Literal["time-first", "info-first"]
CONFIRM_HASHED: dict[ConfirmOrder, tuple[str, ...]] = {
    "time-first": (*CONFIRM_HEAD, "ThoiGianGD", "ThongTinGiaoDich"),
    "info-first": (*CONFIRM_HEAD, "ThongTinGiaoDich", "ThoiGianGD"),
}


class KhoanNop(msgspec.Struct, frozen=True, kw_only=True):
    NoiDung: str
    SoTien: str


class PhiLePhi(msgspec.Struct, frozen=True, kw_only=True):
    LoaiPhiLePhi: str
    MaPhiLePhi: str
    TenPhiLePhi: str
    SoTien: str


class ThongTinBienLai(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt of a fee (MaDichVu "2"); the fields of fines ("1") are not sent."""

    MaDichVu: str
    MaDVC: str
    TenDVC: str
    MaTTHC: str
    TenTTHC: str
    MaDonVi: str
    TenDonVi: str
    MaHoSo: str
    TKThuHuong: str
    MaNHThuHuong: str
    TenTKThuHuong: str
    NoiDungThanhToan: str
    HoTenNguoiNop: str
    SoCMNDNguoiNop: str
    DiaChiNguoiNop: str
    HuyenNguoiNop: str
    TinhNguoiNop: str
    DSKhoanNop: tuple[KhoanNop, ...]
    PhiLePhi: tuple[PhiLePhi, ...]


class Init(msgspec.Struct, frozen=True, kw_only=True):
    MaDoiTac: str
    MaThamChieu: str
    SoTien: str
    ThongTinGiaoDich: str
    ThoiGianGD: str
    Ip: str
    ThongTinBienLai: ThongTinBienLai
    MaXacThuc: str = ""
    LoaiBanTin: str = "INIT"
    PhienBan: str = VERSION
    LoaiHinhThanhToan: str = "PAY"
    MaKenhThanhToan: str = "1"
    MaThietBi: str = "1"
    NgonNgu: str = "vi-VN"
    MaTienTe: str = "VND"
    MaNganHang: str = "PAYMENT"


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """QUERY and GET_BILL: the same fields, another LoaiBanTin."""

    LoaiBanTin: str
    MaDoiTac: str
    MaThamChieu: str
    ThoiGianGD: str
    MaXacThuc: str = ""
    PhienBan: str = VERSION


class InitReply(msgspec.Struct, frozen=True, kw_only=True):
    MaLoi: str = ""
    MoTaLoi: str = ""
    UrlThanhToan: str = ""
    MaXacThuc: str = ""


class QueryReply(msgspec.Struct, frozen=True, kw_only=True):
    MaLoi: str = ""
    MoTaLoi: str = ""
    TrangThaiGD: str = ""
    MaGiaoDich: str = ""
    MaNganHang: str = ""
    SoTien: str = ""
    MaTienTe: str = ""
    ThongTinGiaoDich: str = ""
    ThoiGianGD: str = ""


class BillReply(msgspec.Struct, frozen=True, kw_only=True):
    """What GET_BILL answers instead of a PDF when it has none."""

    MaLoi: str = ""
    MoTaLoi: str = ""


class Confirm(msgspec.Struct, frozen=True, kw_only=True):
    """The IPN, as text: each value exactly as it was received, because the checksum is over those."""

    LoaiBanTin: str = ""
    MaLoi: str = ""
    MaDoiTac: str = ""
    MaThamChieu: str = ""
    SoTien: str = ""
    MaTienTe: str = ""
    MaGiaoDich: str = ""
    MaNganHang: str = ""
    ThoiGianGD: str = ""
    ThongTinGiaoDich: str = ""
    MaXacThuc: str = ""


class ConfirmAnswer(msgspec.Struct, frozen=True, kw_only=True):
    MaLoi: str
    MoTaLoi: str
    MaDoiTac: str
    MaThamChieu: str
    ThoiGianGD: str
    MaXacThuc: str = ""


Read = TypeVar("Read", InitReply, QueryReply, BillReply, Confirm)


class Unreadable(ValueError):
    """Not a JSON object of the platform."""


def read(body: bytes | str, kind: type[Read]) -> Read:
    """A message of the platform, direct or wrapped by the provincial bus (LGSP), each number as the text that was sent."""
    fields = _object(body)
    if "error_code" in fields and "MaLoi" not in fields:
        inner = fields.get("message")
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            fields = _object(inner)
        else:
            fields = {"MaLoi": f"LGSP{_text(fields['error_code'])}", "MoTaLoi": _text(inner)}
    return kind(**{name: _text(fields.get(name)) for name in kind.__struct_fields__})


def ma_xac_thuc(values: Iterable[str], secret: str) -> str:
    """Lower-case hex SHA-256 of the values joined by `|`, the secret last."""
    return hashlib.sha256("|".join((*values, secret)).encode()).hexdigest()


def sign(message: Mapping[str, object], hashed: Iterable[str], secret: str) -> str:
    """The MaXacThuc of a message, by the names that its operation hashes."""
    return ma_xac_thuc((str(message[name]) for name in hashed), secret)


def holds(message: Mapping[str, object], hashed: Iterable[str], secret: str, received: str) -> bool:
    """Whether a received MaXacThuc is right; takes the same time wherever it differs."""
    return hmac.compare_digest(sign(message, hashed, secret).encode(), received.lower().encode())


def _object(body: bytes | str) -> dict[str, Any]:
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        fields = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if not isinstance(fields, dict):
        raise Unreadable("not an object")
    return fields


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"a text or a number was expected, not {type(value).__name__}")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Unreadable("half of a surrogate pair")  # valid JSON, but no text: it cannot be hashed
    return value
