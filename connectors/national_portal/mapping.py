"""Between our messages and the portal's words. Tables first; a code that is in no table is an error, never a guess."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from connectors.national_portal import wire
from connectors.runtime.errors import Rejected
from schemas.messages import dossier
from schemas.messages.dossier import Channel, PartyKind, ReturnWay, Status

VN = ZoneInfo("Asia/Ho_Chi_Minh")

# TT 22/2019 Phụ lục I; a draft has no code: nobody outside may see it.
STATUS = {
    Status.REGISTERED: "1",
    Status.ACCEPTED: "2",
    Status.REFUSED: "3",
    Status.PROCESSING: "4",
    Status.SUPPLEMENT_REQUESTED: "5",
    Status.PAYMENT_REQUESTED: "6",
    Status.WITHDRAWAL_REQUESTED: "7",
    Status.STOPPED: "8",
    Status.RESOLVED: "9",
    Status.RETURNED: "10",
}
CHANNEL = {Channel.COUNTER: "1", Channel.ONLINE: "2", Channel.POSTAL: "3"}
RETURN_WAY = {ReturnWay.COUNTER: "0", ReturnWay.ONLINE: "0", ReturnWay.POSTAL: "1"}
PARTY = {PartyKind.CITIZEN: "1", PartyKind.BUSINESS: "2", PartyKind.STATE_BODY: "3", PartyKind.OTHER: "4"}
ID_KIND = {12: "1", 9: "2"}


# Longest text that the portal takes (WIRE §1).
SUMMARY, FILE_NAME, PAPER_NAME, PERSON = 1000, 4000, 2000, 50


class Means(StrEnum):
    """What an answer means for us."""

    DONE = "done"
    EXISTS = "exists"
    ABSENT = "absent"
    SESSION = "session"
    BUSY = "busy"
    CREDENTIALS = "credentials"
    REFUSED = "refused"


SUCCESS_CODES = {"0", "00"}

# The portal's failure texts, first match wins; its full code list is not public (WIRE §19).
FAILURES: tuple[tuple[Means, tuple[str, ...]], ...] = (
    (Means.SESSION, ("phiên làm việc", "phiên đăng nhập", "session")),
    (Means.EXISTS, ("đã tồn tại",)),
    (Means.ABSENT, ("không tồn tại", "chưa tồn tại", "không tìm thấy hồ sơ")),
    (Means.CREDENTIALS, ("mật khẩu", "tài khoản đăng nhập", "không có quyền", "mã đơn vị không", "unauthorized")),
    (
        Means.BUSY,
        ("quá tải", "thử lại", "quá thời gian", "timeout", "timed out", "gián đoạn", "bảo trì", "không kết nối", "bận"),
    ),
    (Means.REFUSED, ("không thành công", "thất bại", "không hợp lệ", "bắt buộc", "lỗi", "sai ", "thiếu", "error")),
)


def meaning(reply: wire.Reply) -> Means:
    """A success code with a failure text is a failure; a failure code with an unknown text is a refusal.

    Answers without a code exist (plain text): they succeed by saying so, or by bringing a result and no text.
    """
    text = unicodedata.normalize("NFC", reply.message).casefold()
    found = next((means for means, words in FAILURES if any(word in text for word in words)), None)
    succeeded = reply.code in SUCCESS_CODES or (reply.code == "" and (not text or "thành công" in text))
    return found or (Means.DONE if succeeded else Means.REFUSED)


def when(value: datetime | None) -> str:
    """Local time of Việt Nam, 24-hour clock; absent is empty."""
    return "" if value is None else value.astimezone(VN).strftime(wire.DATE)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, composed, and never between a letter and its mark."""
    text = unicodedata.normalize("NFC", text)
    if len(text) <= limit:
        return text
    while limit and unicodedata.combining(text[limit]):
        limit -= 1
    return text[:limit]


def status_code(status: Status) -> str:
    """The portal's status; raises Rejected for a status that must not leave."""
    code = STATUS.get(status)
    if code is None:
        raise Rejected(
            "national.status-unknown",
            f"Trạng thái {status!r} không có trong bảng trạng thái của Cổng Dịch vụ công quốc gia.",
            f"Status {status!r} has no code in the national portal's table.",
        )
    return code


def flag(value: bool) -> str:
    return "1" if value else "0"


def sync(source: dossier.Dossier, databases: Iterable[str], submitted_at: str, hub_url: str) -> wire.HoSo:
    """A whole dossier. `submitted_at`: NoiNopHoSo; `databases`: MaCSDL of the connected ones; `hub_url` for files."""
    party = source.applicant
    id_kind = ID_KIND.get(len(party.id_number)) if party.id_number.isdigit() else None
    return wire.HoSo(
        MaHoSo=source.code,
        MaTTHC=source.procedure_code,
        TenTTHC=source.procedure_name,
        MaLinhVuc=source.field_code,
        TenLinhVuc=source.field_name,
        KenhThucHien=CHANNEL[source.channel],
        SoGiayToChuHoSo=party.id_number,
        ChuHoSo=party.name,
        LoaiDoiTuong=PARTY[party.kind],
        MaDoiTuong=party.tech_id,
        DinhDanhCHS=(wire.DinhDanh(LoaiDinhDanh=id_kind, SoDinhDanh=party.id_number),) if id_kind else (),
        ThongTinKhac="",
        Email=party.email,
        Fax="",
        SoDienThoai=party.phone,
        TrichYeuHoSo=cut(source.summary, SUMMARY),
        NgayNopHoSo=when(source.submitted_at),
        NgayTiepNhan=when(source.received_at),
        NgayHenTra=when(source.due_at),
        TrangThaiHoSo=status_code(source.status),
        NgayTra=when(source.returned_at),
        ThongTinTra="",
        HinhThuc=RETURN_WAY[source.return_way],
        NgayKetThucXuLy=when(source.resolved_at),
        NgayTuChoi=when(source.refused_at),
        DonViXuLy=source.agency_name,
        NoiNopHoSo=submitted_at,
        GhiChu="",
        HoSoCoThanhPhanSoHoa=flag(any(c.digitised for c in source.components)),
        TaiKhoanDuocXacThucVoiVNeID=flag(party.verified),
        DuocThanhToanTrucTuyen=_online_payment(source.fees),
        DSKetNoiCSDL=tuple(wire.KetNoi(MaCSDL=code) for code in databases),
        TaiLieuNop=tuple(_upload(c, c.file, hub_url) for c in source.components if c.file),
        DanhSachLePhi=tuple(_fee(fee) for fee in source.fees),
        DanhSachTepDinhKemKhac=tuple(_paper(c) for c in source.components if not c.file),
        DanhSachHoSoBoSung=tuple(_supplement(s, source.receiver_name) for s in source.supplements),
        DanhSachGiayToKetQua=tuple(_result(paper, hub_url) for paper in source.results),
    )


def progress(source: dossier.Progress) -> wire.TienDo:
    """One step."""
    return wire.TienDo(
        MaHoSo=source.dossier_code,
        NguoiXuLy=cut(source.actor, PERSON),
        ChucDanh=source.title,
        ThoiDiemXuLy=when(source.at),
        PhongBanXuLy=source.unit,
        NoiDungXuLy=source.content,
        TrangThai=status_code(source.status),
        NgayBatDau=when(source.started_at),
        NgayKetThucTheoQuyDinh=when(source.due_at),
    )


def _online_payment(fees: tuple[dossier.Fee, ...]) -> str:
    if not any(fee.amount for fee in fees):
        return "3"
    return flag(any(fee.paid_online for fee in fees))


def _address(file: dossier.FileRef, hub_url: str) -> str:
    return hub_url + file.url if file.url.startswith("/") else file.url


def _upload(component: dossier.Component, file: dossier.FileRef, hub_url: str) -> wire.TaiLieuNop:
    return wire.TaiLieuNop(
        TepDinhKemId=file.id,
        TenTepDinhKem=cut(file.name, FILE_NAME),
        MaThanhPhanHoSo=component.code,
        DuongDanTaiTepTin=_address(file, hub_url),
        DuocSoHoa=flag(component.digitised),
        DuocTaiSuDung=flag(component.reused),
    )


def _fee(fee: dossier.Fee) -> wire.LePhi:
    return wire.LePhi(TenPhiLePhi=fee.name, MaPhiLePhi=fee.code, HinhThucThu="1", Gia=str(fee.amount), LoaiPhiLePhi="1")


def _paper(component: dossier.Component) -> wire.GiayToKhac:
    return wire.GiayToKhac(
        TenGiayTo=cut(component.name, PAPER_NAME),
        SoLuong=str(component.originals + component.copies or 1),
        LoaiGiayTo="0" if component.originals else "1",
    )


def _supplement(source: dossier.Supplement, receiver: str) -> wire.HoSoBoSung:
    answered = source.answered_at is not None
    return wire.HoSoBoSung(
        HoSoBoSungId=source.id,
        NguoiYeuCauBoSung=source.requested_by,
        NoiDungBoSung=source.reason,
        NgayBoSung=when(source.requested_at),
        NguoiTiepNhanBoSung=receiver if answered else "",
        ThongTinTiepNhan=source.answer,
        NgayTiepNhanBoSung=when(source.answered_at),
        TrangThaiBoSung=flag(answered),
        NgayHenTraTruoc=when(source.due_before),
        NgayHenTraMoi=when(source.due_after),
    )


def _result(paper: dossier.ResultPaper, hub_url: str) -> wire.GiayToKetQua:
    return wire.GiayToKetQua(
        TenGiayTo=cut(paper.name, PAPER_NAME),
        MaThanhPhanHoSo="",
        GiayToId=paper.file.id,
        DuongDanTepTinKetQua=_address(paper.file, hub_url),
        MaGiayToKetQua=paper.code,
    )
