"""The national portal's own words (WIRE §1): field names, codes and formats verbatim, 2024-25 field set."""

from typing import Any

import msgspec

LIST = "LayDanhSachTTHC"
PROCEDURE = "LayThuTuc"
LOOKUP = "TraCuuHoSo"
SYNC = "DongBoHoSoMC"
PROGRESS = "CapNhatTienDoHoSoMC"

DATE = "%Y%m%d%H%M%S"


class DinhDanh(msgspec.Struct, frozen=True, kw_only=True):
    LoaiDinhDanh: str
    SoDinhDanh: str


class KetNoi(msgspec.Struct, frozen=True, kw_only=True):
    MaCSDL: str


class TaiLieuNop(msgspec.Struct, frozen=True, kw_only=True):
    TepDinhKemId: str
    TenTepDinhKem: str
    IsDeleted: str = "False"
    MaThanhPhanHoSo: str = ""
    DuongDanTaiTepTin: str = ""
    DuocSoHoa: str = "0"
    DuocTaiSuDung: str = "0"
    DuocLayTuKhoDMQG: str = "0"
    MaKetQuaThayThe: str = ""


class LePhi(msgspec.Struct, frozen=True, kw_only=True):
    TenPhiLePhi: str
    MaPhiLePhi: str
    HinhThucThu: str
    Gia: str
    LoaiPhiLePhi: str


class GiayToKhac(msgspec.Struct, frozen=True, kw_only=True):
    TenGiayTo: str
    SoLuong: str
    LoaiGiayTo: str


class HoSoBoSung(msgspec.Struct, frozen=True, kw_only=True):
    HoSoBoSungId: str
    NguoiYeuCauBoSung: str
    NoiDungBoSung: str
    NgayBoSung: str
    NguoiTiepNhanBoSung: str = ""
    ThongTinTiepNhan: str = ""
    NgayTiepNhanBoSung: str = ""
    TrangThaiBoSung: str = "0"
    DanhSachGiayToBoSung: tuple[GiayToKhac, ...] = ()
    DanhSachLePhiBoSung: tuple[LePhi, ...] = ()
    NgayHenTraTruoc: str = ""
    NgayHenTraMoi: str = ""


class GiayToKetQua(msgspec.Struct, frozen=True, kw_only=True):
    TenGiayTo: str
    MaThanhPhanHoSo: str
    GiayToId: str
    DuongDanTepTinKetQua: str
    MaGiayToKetQua: str


class HoSo(msgspec.Struct, frozen=True, kw_only=True):
    """DongBoHoSoMC data[]; an absent value is ""."""

    MaHoSo: str
    MaTTHC: str
    TenTTHC: str
    MaLinhVuc: str
    TenLinhVuc: str
    KenhThucHien: str
    SoGiayToChuHoSo: str
    ChuHoSo: str
    LoaiDoiTuong: str
    MaDoiTuong: str
    DinhDanhCHS: tuple[DinhDanh, ...]
    ThongTinKhac: str
    Email: str
    Fax: str
    SoDienThoai: str
    TrichYeuHoSo: str
    NgayNopHoSo: str
    NgayTiepNhan: str
    NgayHenTra: str
    TrangThaiHoSo: str
    NgayTra: str
    ThongTinTra: str
    HinhThuc: str
    NgayKetThucXuLy: str
    NgayTuChoi: str
    DonViXuLy: str
    NoiNopHoSo: str
    GhiChu: str
    HoSoCoThanhPhanSoHoa: str
    TaiKhoanDuocXacThucVoiVNeID: str
    DuocThanhToanTrucTuyen: str
    DSKetNoiCSDL: tuple[KetNoi, ...]
    TaiLieuNop: tuple[TaiLieuNop, ...]
    DanhSachLePhi: tuple[LePhi, ...]
    DanhSachTepDinhKemKhac: tuple[GiayToKhac, ...]
    DanhSachHoSoBoSung: tuple[HoSoBoSung, ...]
    DanhSachGiayToKetQua: tuple[GiayToKetQua, ...]


class TienDo(msgspec.Struct, frozen=True, kw_only=True):
    """CapNhatTienDoHoSoMC data[]."""

    MaHoSo: str
    NguoiXuLy: str
    ChucDanh: str
    ThoiDiemXuLy: str
    PhongBanXuLy: str
    NoiDungXuLy: str
    TrangThai: str
    NgayBatDau: str
    NgayKetThucTheoQuyDinh: str


class Bac(msgspec.Struct, frozen=True, kw_only=True):
    """LayThuTuc CAPTHUCHIEN[]."""

    CAPTHUCHIEN: str = ""
    TENCAP: str = ""


class LinhVuc(msgspec.Struct, frozen=True, kw_only=True):
    MALINHVUC: str = ""
    TENLINHVUC: str = ""


class PhiLePhi(msgspec.Struct, frozen=True, kw_only=True):
    MAPHILEPHI: str = ""
    SOTIEN: str = ""
    DONVI: str = ""
    MOTA: str = ""


class ThoiGian(msgspec.Struct, frozen=True, kw_only=True):
    THOIGIANGIAIQUYET: str = ""
    DONVITINH: str = ""
    MOTA: str = ""
    PHILEPHI: list[PhiLePhi] | None = None


class CachThuc(msgspec.Struct, frozen=True, kw_only=True):
    KENH: str = ""
    THOIGIAN: list[ThoiGian] | None = None


class GiayTo(msgspec.Struct, frozen=True, kw_only=True):
    MAGIAYTO: str = ""
    TENGIAYTO: str = ""
    TENMAUDON: str = ""
    URL: str = ""
    SOBANCHINH: str = ""
    SOBANSAO: str = ""
    MA_KQ_THAYTHE: str = ""


class ThanhPhan(msgspec.Struct, frozen=True, kw_only=True):
    TRUONGHOP: str = ""
    GIAYTO: list[GiayTo] | None = None


class TrinhTu(msgspec.Struct, frozen=True, kw_only=True):
    TENTRINHTU: str = ""


class TrinhTuThucHien(msgspec.Struct, frozen=True, kw_only=True):
    TRUONGHOP: str = ""
    TRINHTU: list[TrinhTu] | None = None


class DoiTuong(msgspec.Struct, frozen=True, kw_only=True):
    MADOITUONG: str = ""
    TENDOITUONG: str = ""


class KetQua(msgspec.Struct, frozen=True, kw_only=True):
    MAKETQUA: str = ""
    TENKETQUA: str = ""


class CanCu(msgspec.Struct, frozen=True, kw_only=True):
    SOVANBAN: str = ""
    TENVANBAN: str = ""
    NGAYBANHANH: str = ""


class CoQuan(msgspec.Struct, frozen=True, kw_only=True):
    MADONVI: str = ""
    TENDONVI: str = ""


class ThuTuc(msgspec.Struct, frozen=True, kw_only=True):
    """LayThuTuc result[0]: numbers are strings, any list may be absent or null, other fields are not used."""

    MATTHC: str
    TENTTHC: str
    MACOQUANCONGBO: str = ""
    QUYETDINH: str = ""
    TRANGTHAI: str = ""
    MOTADOITUONGTHUCHIEN: str = ""
    MOTACOQUANTHUCHIEN: str = ""
    YEUCAU: str = ""
    TRINHTUTHUCHIEN: list[TrinhTuThucHien] | None = None
    CAPTHUCHIEN: list[Bac] | None = None
    LINHVUCTHUCHIEN: list[LinhVuc] | None = None
    CACHTHUCTHUCHIEN: list[CachThuc] | None = None
    DOITUONGTHUCHIEN: list[DoiTuong] | None = None
    THANHPHANHOSO: list[ThanhPhan] | None = None
    KETQUATHUCHIEN: list[KetQua] | None = None
    CANCUPHAPLY: list[CanCu] | None = None
    COQUANTHUCHIEN: list[CoQuan] | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Any answer, its code as text ("" where the answer has none)."""

    code: str
    message: str
    result: list[Any]
    session: str = ""


def read_reply(body: bytes) -> Reply:
    """Decode an answer, however often it was encoded; raises msgspec.DecodeError when it is no JSON object.

    Seen: `{…}`; `"{…}"`; `{"message": "{…}"}` (the provincial proxy); error_code 0, "0" or "00"; result null or absent.
    """
    value = msgspec.json.decode(body)
    while isinstance(value, str):
        value = msgspec.json.decode(value)
    if not isinstance(value, dict):
        raise msgspec.DecodeError("the answer is no JSON object")
    inner = value.get("message")
    if "result" not in value and isinstance(inner, str) and inner.lstrip().startswith("{"):
        value = {**value, **msgspec.json.decode(inner)}
    code, result = value.get("error_code"), value.get("result")
    return Reply(
        code="" if code is None else str(code).strip(),
        message=_text(value.get("message")),
        result=result if isinstance(result, list) else [] if result is None else [result],
        session=_text(value.get("session")),
    )


def as_procedure(record: Any) -> ThuTuc:
    """One LayThuTuc record; numbers where text is expected become text, null becomes absent."""
    return msgspec.convert(_texts(record), ThuTuc)


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return value if isinstance(value, str) else str(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
