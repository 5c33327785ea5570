"""Between our messages and the platform's. Pure. An unknown code is never guessed."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from connectors.payment_platform import wire
from connectors.payment_platform.settings import Meaning, Settings
from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from schemas.messages import payment

# Public sources show only these two. The platform's own list goes into PAYMENT_PLATFORM_CODES once it is handed out;
# a code that neither names is REFUSED, with the platform's words.
MEANINGS: Mapping[str, Meaning] = {"00": Meaning.OK, "99": Meaning.AGAIN}

STATES: Mapping[str, payment.State] = {
    "1": payment.State.PAID,
    "3": payment.State.PENDING,
    "4": payment.State.FAILED,
}

FEE = "2"  # MaDichVu: "1" is a fine
FEE_KIND = "Phi"  # LoaiPhiLePhi
VN = ZoneInfo("Asia/Ho_Chi_Minh")

_REFERENCE = re.compile(r"[A-Za-z0-9]{1,60}")
_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.0+)?")
_MARKS = re.compile(r"[\u0300-\u036f]")
_OPTIONAL = frozenset({"HuyenNguoiNop", "TinhNguoiNop"})


def to_init(message: payment.Init, settings: Settings) -> wire.Init:
    """INIT, signed. Built from the message alone, so that a second attempt sends the same bytes."""
    if not is_reference(message.reference):
        raise Rejected(
            "payment.reference", "Mã tham chiếu phải là 1-60 chữ và số", "reference: 1-60 letters and digits"
        )
    if message.amount <= 0 or sum(item.amount for item in message.items) != message.amount:
        raise Rejected("payment.items-differ", "Tổng các khoản nộp khác số tiền", "the items are not the amount")
    receipt = _receipt(message)
    missing = ", ".join(n for n in receipt.__struct_fields__ if n not in _OPTIONAL and not getattr(receipt, n))
    if missing:
        raise Rejected("payment.incomplete", f"Thiếu thông tin biên lai: {missing}", f"receipt lacks {missing}")
    order = wire.Init(
        MaDoiTac=settings.partner_code,
        MaThamChieu=message.reference,
        SoTien=str(message.amount),
        ThongTinGiaoDich=receipt.NoiDungThanhToan,
        ThoiGianGD=to_time(message.at),
        Ip=message.client_ip,
        ThongTinBienLai=receipt,
    )
    return msgspec.structs.replace(order, MaXacThuc=_signature(order, wire.INIT_HASHED, settings))


def _receipt(message: payment.Init) -> wire.ThongTinBienLai:
    name = message.procedure_name[:250]
    return wire.ThongTinBienLai(
        MaDichVu=FEE,
        MaDVC=f"{message.procedure_code}.01",
        TenDVC=name,
        MaTTHC=message.procedure_code,
        TenTTHC=name,
        MaDonVi=message.agency_code,
        TenDonVi=message.agency_name,
        MaHoSo=message.dossier_code,
        TKThuHuong=message.beneficiary.account,
        MaNHThuHuong=message.beneficiary.bank_code,
        TenTKThuHuong=message.beneficiary.name,
        NoiDungThanhToan=plain(message.description),
        HoTenNguoiNop=message.payer.name,
        SoCMNDNguoiNop=message.payer.id_number,
        DiaChiNguoiNop=message.payer.address,
        HuyenNguoiNop="",
        TinhNguoiNop=message.payer.province,
        DSKhoanNop=tuple(wire.KhoanNop(NoiDung=item.name, SoTien=str(item.amount)) for item in message.items),
        PhiLePhi=tuple(
            wire.PhiLePhi(LoaiPhiLePhi=FEE_KIND, MaPhiLePhi=item.code, TenPhiLePhi=item.name, SoTien=str(item.amount))
            for item in message.items
        ),
    )


def to_query(operation: str, reference: str, at: datetime, settings: Settings) -> wire.Query:
    """QUERY or GET_BILL, signed."""
    query = wire.Query(
        LoaiBanTin=operation, MaDoiTac=settings.partner_code, MaThamChieu=reference, ThoiGianGD=to_time(at)
    )
    return msgspec.structs.replace(query, MaXacThuc=_signature(query, wire.QUERY_HASHED, settings))


def from_query(reply: wire.QueryReply, reference: str, meaning: Meaning, now: datetime) -> payment.Confirmed:
    """The answer to QUERY. A reference that the platform does not know is UNKNOWN, never FAILED: it may still be paid."""
    state = payment.State.UNKNOWN
    if meaning is not Meaning.ABSENT:
        if reply.TrangThaiGD not in STATES:
            raise Rejected(
                "payment.state-unknown",
                f"Nền tảng trả trạng thái lạ {reply.TrangThaiGD!r}",
                f"the platform's state {reply.TrangThaiGD!r} is not known",
                words=repr(reply),
            )
        state = STATES[reply.TrangThaiGD]
    if state is payment.State.PAID and reply.MaTienTe not in ("", "VND"):
        raise Rejected("payment.currency", "Không phải tiền đồng", "not in đồng", words=repr(reply))
    amount = to_amount(reply.SoTien)
    if amount is None:
        if state is payment.State.PAID:
            raise Rejected("payment.amount", "Số tiền không đọc được", "the amount is unreadable", words=repr(reply))
        amount = 0
    return payment.Confirmed(
        reference=reference,
        state=state,
        amount=amount,
        transaction_id=reply.MaGiaoDich,
        bank_code=reply.MaNganHang,
        at=from_time(reply.ThoiGianGD) or now,
        via="query",
    )


def from_confirm(ipn: wire.Confirm, amount: int, at: datetime) -> payment.Confirmed:
    """The IPN. Any MaLoi but "00" is a payment that failed; its checksum has been verified before."""
    return payment.Confirmed(
        reference=ipn.MaThamChieu,
        state=payment.State.PAID if ipn.MaLoi == "00" else payment.State.FAILED,
        amount=amount,
        transaction_id=ipn.MaGiaoDich,
        bank_code=ipn.MaNganHang,
        at=at,
        via="ipn",
    )


def meaning_of(code: str, settings: Settings) -> Meaning:
    """The meaning of a MaLoi; one that no table knows is refused, with the partner's words."""
    return settings.codes.get(code) or MEANINGS.get(code, Meaning.REFUSED)


def failure(meaning: Meaning, code: str, words: str) -> PartnerError:
    """The error of a MaLoi that is no success."""
    said = f"{code} {words}".strip()
    if meaning is Meaning.AGAIN:
        return Retryable("payment.again", "Nền tảng thanh toán tạm lỗi", "the platform could not, just now", words=said)
    if meaning is Meaning.OURS:
        return Misconfigured(
            "payment.credentials", "Sai mã đối tác hoặc khóa bí mật", "our partner code or secret is wrong", words=said
        )
    if meaning is Meaning.NOT_YET:
        return Retryable("payment.voucher-not-yet", "Chưa có chứng từ", "no voucher so far", words=said, after=60)
    return Rejected("payment.refused", "Nền tảng thanh toán từ chối", "the platform refused", words=said)


def is_reference(text: str) -> bool:
    """Whether a text can be a MaThamChieu of ours."""
    return _REFERENCE.fullmatch(text) is not None


def plain(text: str) -> str:
    """Without accents and without the checksum's separator: banks cut both (the seventh bit and the pipe)."""
    folded = _MARKS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d").replace("Đ", "D")
    return " ".join(folded.encode("ascii", "ignore").decode().replace("|", " ").split())[:255]


def to_amount(text: str) -> int | None:
    """Whole đồng, or None: "10000" and "10000.00" are the same amount, "10000.5" is none."""
    found = _AMOUNT.fullmatch(text.strip())
    return int(found[1]) if found else None


def to_time(at: datetime) -> str:
    """yyyyMMddHHmmss in Vietnam's time, 24 hours."""
    return at.astimezone(VN).strftime(wire.TIME)


def from_time(text: str) -> datetime | None:
    """The time of a yyyyMMddHHmmss, or None."""
    if len(text) != 14 or not (text.isascii() and text.isdecimal()):
        return None
    try:
        return datetime.strptime(text, wire.TIME).replace(tzinfo=VN)
    except ValueError:
        return None


def _signature(message: msgspec.Struct, hashed: tuple[str, ...], settings: Settings) -> str:
    return wire.sign(msgspec.structs.asdict(message), hashed, settings.secret.reveal())
