"""What is said on the wire, verbatim: names, spelling, types of VBDLIS. WIRE §16; (U) marks what no source confirms."""

import msgspec

# We → VBDLIS: POST BaseUrl + …
TIEP_NHAN = "tiepnhan"
BO_SUNG = "capnhattrangthaibosunghoso"
TRA_KET_QUA = "capnhattrangthaitraketquahoso"


class NoiDungTep(msgspec.Struct, frozen=True):
    """`data`: base64."""

    name: str | None = None
    data: str | None = None


class GiayToDinhKem(msgspec.Struct, frozen=True):
    TenGiayTo: str
    SoBanChinh: int | None
    SoBanSao: int | None
    TapTin: NoiDungTep | None


class NguoiNopDon(msgspec.Struct, frozen=True):
    HoTen: str
    SoChungMinh: str
    DiaChiChiTiet: str
    SoDienThoai: str
    Email: str


class QuyTrinh(msgspec.Struct, frozen=True):
    MaQuyTrinh: str
    TenQuyTrinh: str


class ThuaDat(msgspec.Struct, frozen=True):
    """All four are text there, the area too."""

    SoThuTuThua: str
    SoHieuBanDo: str
    DienTich: str
    DiaChiChiTiet: str


class TiepNhan(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier to process. `SoBienNhan` is our dossier code and what VBDLIS knows it by."""

    LaQuyTrinhCapTinh: bool
    TinhId: int
    HuyenId: int
    XaId: int
    SoBienNhan: str
    MaHoSoMotCua: str
    NguoiTiepNhan: str
    NgayTiepNhan: str
    NgayHenTra: str
    DiaChiTaiSan: str
    ThongTinNguoiNopDon: NguoiNopDon
    ThongTinQuyTrinh: QuyTrinh
    ThongTinThuaDat: list[ThuaDat]
    DanhSachGiayToDinhKem: list[GiayToDinhKem]


class CapNhatBoSung(msgspec.Struct, frozen=True, kw_only=True):
    SoBienNhan: str
    NgayHenTraMoi: str
    GhiChu: str
    DanhSachGiayToBoSung: list[GiayToDinhKem]


class CapNhatTraKetQua(msgspec.Struct, frozen=True, kw_only=True):
    SoBienNhan: str
    NgayTra: str


class TrangThai(msgspec.Struct, frozen=True):
    success: bool | None = None
    code: int | str | None = None
    type: str | None = None
    time: str | None = None
    message: str | None = None


class TraLoi(msgspec.Struct, frozen=True):
    """The answer to each of the three. `data` 1 is done; 0 is not, and `status.message` says why."""

    data: int | None = None
    status: TrangThai = TrangThai()


# VBDLIS → us: POST …/<operation>/<securityCode>


class TapTinDinhKem(msgspec.Struct, frozen=True, kw_only=True):
    """A file of theirs: in `TapTin` as base64, or to be fetched at `LinkFile` (a path below the download address)."""

    TenGiayTo: str | None = None
    KieuFile: str | None = None
    LinkFile: str | None = None
    SoBanSao: int | None = None
    SoBanChinh: int | None = None
    TapTin: NoiDungTep | None = None


class ChuyenHoSo(msgspec.Struct, frozen=True, kw_only=True):
    """The dossier went from one of their officers to another. `HanXuLy`: hours (U)."""

    SoBienNhan: str
    MaCanBoChuyen: str | None = None
    MaCanBoNhan: str | None = None
    MaTrangThai: str | int | None = None
    LaTrangThaiChuyenLai: bool | None = None
    NoiDungXuLy: str | None = None
    NgayChuyen: str | None = None
    HanXuLy: float | None = None
    DanhSachTapTin: list[TapTinDinhKem] | None = None


class YeuCauBoSungHoSo(msgspec.Struct, frozen=True, kw_only=True):
    """The citizen must add papers; `GhiChu` says which and why."""

    SoBienNhan: str
    NgayChoBoSung: str
    MaCanBoXuLy: str | None = None
    LaTamDung: bool = True
    GhiChu: str | None = None
    TapTin: TapTinDinhKem | None = None


class NhanBoSungHoSo(msgspec.Struct, frozen=True, kw_only=True):
    SoBienNhan: str
    NgayNhanBoSung: str
    NgayHenTraMoi: str | None = None
    GhiChu: str | None = None
    TapTin: TapTinDinhKem | None = None


class ThongBaoThue(msgspec.Struct, frozen=True, kw_only=True):
    """`SoTien`, whole đồng, is our addition (README): no public version of this message carries the amount."""

    HoTenChu: str | None = None
    LoaiThue: str | None = None
    SoThongBaoThue: str | None = None
    DuongDanThongBaoThue: str | None = None
    SoTien: int | str | None = None


class GuiKetQuaThue(msgspec.Struct, frozen=True, kw_only=True):
    SoBienNhan: str
    NguoiXuLy: str | None = None
    NgayCoKetQuaThue: str | None = None
    GhiChu: str | None = None
    DanhSachThongBaoThue: list[ThongBaoThue] | None = None


class KetThucHoSo(msgspec.Struct, frozen=True, kw_only=True):
    SoBienNhan: str
    NgayKetThuc: str
    MaCanBoXuLy: str | None = None
    TrangThaiKetThuc: int
    GhiChu: str | None = None
    DanhSachGiayToKetQua: list[TapTinDinhKem] | None = None


class KetQua(msgspec.Struct, frozen=True):
    """Our answer to each push: `Result` 1 or 0, and with 0 the reason."""

    Result: int
    Message: str


Push = ChuyenHoSo | YeuCauBoSungHoSo | NhanBoSungHoSo | GuiKetQuaThue | KetThucHoSo

OPERATIONS: dict[str, type[Push]] = {
    kind.__name__: kind for kind in (ChuyenHoSo, YeuCauBoSungHoSo, NhanBoSungHoSo, GuiKetQuaThue, KetThucHoSo)
}
