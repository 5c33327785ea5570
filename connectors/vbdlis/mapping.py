"""Between VBDLIS's words and ours. Pure; an unknown code is an error."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from connectors.vbdlis import wire
from connectors.vbdlis.settings import Settings
from schemas.messages import sector
from schemas.messages.dossier import Component, Dossier

# TrangThaiKetThuc → was it settled? 0: with its result; 1: given back or not settled.
END: Mapping[int, bool] = {0: True, 1: False}

# What VBDLIS says when it has done this before; by operation, because the words mean something only there.
DONE_BEFORE: Mapping[str, str] = {
    wire.TIEP_NHAN: "đã tồn tại",
    wire.BO_SUNG: "không chờ bổ sung",
    wire.TRA_KET_QUA: "đã trả kết quả",
}
# Words of a passing trouble, and of a wrong account. Everything else that is not success is a refusal.
PASSING = ("thử lại", "đang bận", "quá tải", "hết thời gian", "timeout", "timed out")
ACCOUNT = ("bảo mật", "không có quyền", "xác thực", "unauthorized")

VN = ZoneInfo("Asia/Ho_Chi_Minh")
PDF = b"%PDF-"


class Unmapped(ValueError):
    """A push that cannot be understood; the text, in Vietnamese, says what to correct and is sent back."""


# ── out ──────────────────────────────────────────────────────────────────────────────────────────


def to_tiep_nhan(message: sector.Forwarded, files: Mapping[str, bytes], settings: Settings) -> wire.TiepNhan:
    """`files` by FileRef.id."""
    dossier = message.dossier
    due = _due(dossier.due_at, dossier)
    return wire.TiepNhan(
        LaQuyTrinhCapTinh=settings.province_level,
        TinhId=_number(dossier.applicant.province_code) or settings.province_id,
        HuyenId=settings.district_id,
        XaId=_number(dossier.applicant.ward_code),
        SoBienNhan=dossier.code,
        MaHoSoMotCua=dossier.code,
        NguoiTiepNhan=dossier.receiver_name,
        NgayTiepNhan=to_time(dossier.received_at or dossier.submitted_at),
        NgayHenTra=to_time(due),
        DiaChiTaiSan=dossier.form.get("parcel_address", ""),
        ThongTinNguoiNopDon=wire.NguoiNopDon(
            HoTen=dossier.applicant.name,
            SoChungMinh=dossier.applicant.id_number,
            DiaChiChiTiet=dossier.applicant.address,
            SoDienThoai=dossier.applicant.phone,
            Email=dossier.applicant.email,
        ),
        ThongTinQuyTrinh=wire.QuyTrinh(MaQuyTrinh=message.process_code, TenQuyTrinh=message.process_name),
        ThongTinThuaDat=_parcels(dossier.form),
        DanhSachGiayToDinhKem=to_papers(dossier.components, files),
    )


def to_bo_sung(message: sector.Supplemented, files: Mapping[str, bytes]) -> wire.CapNhatBoSung:
    dossier = message.dossier
    return wire.CapNhatBoSung(
        SoBienNhan=dossier.code,
        NgayHenTraMoi=to_time(_due(message.new_due_at or dossier.due_at, dossier)),
        GhiChu=dossier.supplements[-1].answer if dossier.supplements else "",
        DanhSachGiayToBoSung=to_papers(dossier.components, files),
    )


def to_tra_ket_qua(message: sector.Returned) -> wire.CapNhatTraKetQua:
    return wire.CapNhatTraKetQua(SoBienNhan=message.dossier_code, NgayTra=to_time(message.returned_at))


def to_papers(components: Sequence[Component], files: Mapping[str, bytes]) -> list[wire.GiayToDinhKem]:
    return [
        wire.GiayToDinhKem(
            TenGiayTo=component.name,
            SoBanChinh=component.originals,
            SoBanSao=component.copies,
            TapTin=wire.NoiDungTep(component.file.name, base64.b64encode(files[component.file.id]).decode())
            if component.file
            else None,
        )
        for component in components
    ]


def to_time(at: datetime) -> str:
    """ISO, Vietnamese time, no offset, whole seconds."""
    return at.astimezone(VN).replace(tzinfo=None, microsecond=0).isoformat()


def judge(operation: str, reply: wire.TraLoi) -> PartnerError | None:
    """What an answer means; None: done, now or before."""
    words = reply.status.message or ""
    said = words.lower()
    if reply.data == 1 and reply.status.success is not False:
        return None
    if DONE_BEFORE[operation] in said:
        return None
    sentence = (f"VBDLIS trả lời: {words or 'không nêu lý do'}", f"VBDLIS answered: {words or 'no reason given'}")
    if any(mark in said for mark in ACCOUNT):
        return Misconfigured("vbdlis.account", *sentence, words=words)
    if any(mark in said for mark in PASSING):
        return Retryable("vbdlis.busy", *sentence, words=words)
    return Rejected("vbdlis.refused", *sentence, words=words)


def _due(due: datetime | None, dossier: Dossier) -> datetime:
    if due is None:
        raise Rejected(
            "vbdlis.no-due-date",
            f"Hồ sơ {dossier.code} chưa có ngày hẹn trả; VBDLIS bắt buộc phải có",
            f"Dossier {dossier.code} has no due date; VBDLIS requires one",
        )
    return due


def _number(code: str) -> int:
    return int(code) if code.isdecimal() else 0


def _parcels(form: Mapping[str, str]) -> list[wire.ThuaDat]:
    if not any(form.get(name) for name in ("parcel_number", "parcel_sheet", "parcel_area_m2")):
        return []
    return [
        wire.ThuaDat(
            SoThuTuThua=form.get("parcel_number", ""),
            SoHieuBanDo=form.get("parcel_sheet", ""),
            DienTich=form.get("parcel_area_m2", ""),
            DiaChiChiTiet=form.get("parcel_address", ""),
        )
    ]


# ── in ───────────────────────────────────────────────────────────────────────────────────────────

Told = tuple[datetime, msgspec.Struct]


def from_push(push: wire.Push, files: Sequence[sector.DeliveredFile], settings: Settings, now: datetime) -> list[Told]:
    """When it happened and what it is to us; one push of tax notices is one message for each. Raises Unmapped."""
    if not push.SoBienNhan.strip():
        raise Unmapped("thiếu SoBienNhan")
    match push:
        case wire.ChuyenHoSo():
            at = _time("NgayChuyen", push.NgayChuyen, settings) or now
            return [(at, _processing(push, at))]
        case wire.YeuCauBoSungHoSo():
            at = _required("NgayChoBoSung", push.NgayChoBoSung, settings)
            return [(at, _supplement_wanted(push, at))]
        case wire.NhanBoSungHoSo():
            at = _required("NgayNhanBoSung", push.NgayNhanBoSung, settings)
            new_due = _time("NgayHenTraMoi", push.NgayHenTraMoi, settings)
            return [(at, sector.Resumed(dossier_code=push.SoBienNhan, at=at, new_due_at=new_due))]
        case wire.GuiKetQuaThue():
            at = _time("NgayCoKetQuaThue", push.NgayCoKetQuaThue, settings) or now
            return [(at, fee) for fee in _fees(push, at)]
        case wire.KetThucHoSo():
            at = _required("NgayKetThuc", push.NgayKetThuc, settings)
            return [(at, _concluded(push, files, at))]


def _processing(push: wire.ChuyenHoSo, at: datetime) -> sector.Processing:
    route = " → ".join(filter(None, (push.MaCanBoChuyen, push.MaCanBoNhan)))
    content = push.NoiDungXuLy or ("Chuyển lại hồ sơ" if push.LaTrangThaiChuyenLai else "Chuyển hồ sơ")
    return sector.Processing(
        dossier_code=push.SoBienNhan,
        at=at,
        officer=push.MaCanBoChuyen or "",
        content=f"{content} ({route})" if route else content,
        sector_status=str(push.MaTrangThai if push.MaTrangThai is not None else ""),
    )


def _supplement_wanted(push: wire.YeuCauBoSungHoSo, at: datetime) -> sector.SupplementWanted:
    reason = (push.GhiChu or "").strip()
    if not reason:
        raise Unmapped("GhiChu phải nêu đầy đủ giấy tờ cần bổ sung và lý do")
    return sector.SupplementWanted(
        dossier_code=push.SoBienNhan,
        at=at,
        officer=push.MaCanBoXuLy or "",
        reason=reason,
        pauses_clock=push.LaTamDung,
    )


def _fees(push: wire.GuiKetQuaThue, at: datetime) -> list[sector.FeeRaised]:
    notices = push.DanhSachThongBaoThue or []
    if not notices:
        raise Unmapped("DanhSachThongBaoThue không có thông báo nào")
    return [
        sector.FeeRaised(
            dossier_code=push.SoBienNhan,
            at=at,
            officer=push.NguoiXuLy or "",
            name=notice.LoaiThue or "Nghĩa vụ tài chính về đất đai",
            amount=_amount(notice),
            notice_number=notice.SoThongBaoThue or "",
            notice_url=notice.DuongDanThongBaoThue or "",
        )
        for notice in notices
    ]


def _amount(notice: wire.ThongBaoThue) -> int:
    number = notice.SoThongBaoThue or "(không số)"
    text = str(notice.SoTien if notice.SoTien is not None else "").replace(".", "").strip()
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 10**15):
        raise Unmapped(f"thông báo {number}: SoTien phải là số tiền bằng đồng, nguyên và lớn hơn 0")
    return int(text)


def _concluded(push: wire.KetThucHoSo, files: Sequence[sector.DeliveredFile], at: datetime) -> sector.Concluded:
    if push.TrangThaiKetThuc not in END:
        raise Unmapped(f"TrangThaiKetThuc={push.TrangThaiKetThuc}: chỉ nhận {', '.join(map(str, END))}")
    approved = END[push.TrangThaiKetThuc]
    if approved and not files:
        raise Unmapped("DanhSachGiayToKetQua không có giấy tờ kết quả nào")
    return sector.Concluded(
        dossier_code=push.SoBienNhan,
        at=at,
        officer=push.MaCanBoXuLy or "",
        approved=approved,
        files=tuple(files),
        note=push.GhiChu or "",
    )


def from_file(file: wire.TapTinDinhKem, content: bytes | None = None) -> sector.DeliveredFile:
    """A whole PDF, from base64 or as fetched (`content`). Raises Unmapped."""
    name = (file.TapTin.name if file.TapTin else None) or file.TenGiayTo or "ket-qua.pdf"
    if content is None:
        try:
            content = base64.b64decode((file.TapTin.data if file.TapTin else None) or "", validate=True)
        except (binascii.Error, ValueError):
            raise Unmapped(f"tệp “{name}”: TapTin.data không phải base64") from None
    if not content.startswith(PDF):
        raise Unmapped(f"tệp “{name}” không phải PDF hoặc rỗng")
    return sector.DeliveredFile(name=name, content=content)


def _required(field: str, text: str, settings: Settings) -> datetime:
    at = _time(field, text, settings)
    if at is None:
        raise Unmapped(f"thiếu {field}")
    return at


def _time(field: str, text: str | None, settings: Settings) -> datetime | None:
    """Any ISO form; without an offset the setting decides."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC if settings.naive_times == "utc" else VN)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unmapped(f"{field}={text!r} không phải ngày giờ ISO 8601") from None
