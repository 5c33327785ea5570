"""What the simulated national portal does, apart from HTTP: sessions, catalogue, dossiers, and a strict memory.

Like the real one it takes progress in any order and appends repeats; unlike it, it writes such things down as
anomalies, so that a parity check or a test can see them.
"""

import secrets
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from connectors.national_portal import wire
from connectors.national_portal.handlers import STEP_IDENTITY
from connectors.national_portal.mapping import STATUS
from connectors.national_portal.settings import Settings
from connectors.runtime.book import Book
from connectors.runtime.ports import SimulatorContext
from connectors.runtime.simulation import COMMON_FAULTS

CATALOG = Path(__file__).parent / "data" / "procedures.json"

SESSION_EXPIRED = "session-expired"
TEXT_CODES = "error-code-string"
FAILURE_TEXT = "failure-text"
BUSY_TEXT = "busy-text"
DOUBLE_ENCODED = "double-encoded"
FAULTS = (*COMMON_FAULTS, SESSION_EXPIRED, TEXT_CODES, FAILURE_TEXT, BUSY_TEXT, DOUBLE_ENCODED)

REFUSED, NO_SESSION, BAD_DATA = -1, 3, -3
FINAL = {"3", "8", "10"}

REQUIRED = (
    *("MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "LoaiDoiTuong", "SoGiayToChuHoSo", "SoDienThoai"),
    *("TrichYeuHoSo", "NgayNopHoSo", "TrangThaiHoSo", "HinhThuc", "DonViXuLy", "KenhThucHien", "NoiNopHoSo"),
    *("HoSoCoThanhPhanSoHoa", "TaiKhoanDuocXacThucVoiVNeID", "DuocThanhToanTrucTuyen", "DSKetNoiCSDL"),
)
REQUIRED_ONCE_ACCEPTED = ("NgayTiepNhan", "NgayHenTra")
PRESENT = ("Email", "DinhDanhCHS")
STEP_REQUIRED = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai")
LIMITS = {"TrichYeuHoSo": 1000}
STEP_LIMITS = {"NguoiXuLy": 50}


class Held(msgspec.Struct, kw_only=True):
    """What the portal keeps of one dossier."""

    record: dict[str, Any]
    steps: list[dict[str, Any]] = []


class Refusal(Exception):
    """An answer that says no, HTTP 200 all the same."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@cache
def published() -> dict[str, dict[str, Any]]:
    """The catalogue as shipped, by code."""
    rows: list[dict[str, Any]] = msgspec.json.decode(CATALOG.read_bytes())
    return {row["MATTHC"]: row for row in rows}


class NationalPortal:
    """The portal's doing, apart from HTTP."""

    def __init__(self, settings: Settings, context: SimulatorContext) -> None:
        self.settings = settings
        self.context = context
        self.book = Book(context.folder / "national_portal.sqlite", faults=FAULTS)

    def log_in(self, body: dict[str, Any]) -> dict[str, Any]:
        """A session, for the account of the connector's settings."""
        ours = (self.settings.username, self.settings.password.reveal())
        if (body.get("username"), body.get("password")) != ours:
            raise Refusal(REFUSED, "Tài khoản đăng nhập hoặc mật khẩu không đúng")
        session, now = secrets.token_hex(20), self.context.now()
        for old, until in self.book.every("session", datetime).items():
            if until <= now:
                self.book.drop("session", old)
        self.book.put("session", session, now + timedelta(seconds=self.settings.session_seconds))
        return {"session": session}

    def serve(self, body: dict[str, Any]) -> dict[str, Any]:
        """One service call."""
        session = str(body.get("session", ""))
        if self.book.strikes(SESSION_EXPIRED):
            self.book.drop("session", session)
        until = self.book.get("session", session, datetime)
        if until is None or until <= self.context.now():
            raise Refusal(NO_SESSION, "Phiên làm việc không tồn tại hoặc đã hết hạn")
        if body.get("madonvi") != self.settings.unit_code:
            raise Refusal(REFUSED, f"Mã đơn vị không được phép kết nối: {body.get('madonvi')}")
        if self.book.strikes(BUSY_TEXT):
            raise Refusal(REFUSED, "Hệ thống đang quá tải, vui lòng thử lại sau")
        service = {
            wire.LIST: self._list,
            wire.PROCEDURE: self._procedure,
            wire.LOOKUP: self._lookup,
            wire.SYNC: self._sync,
            wire.PROGRESS: self._progress,
        }.get(str(body.get("service")))
        if service is None:
            raise Refusal(REFUSED, f"Dịch vụ không hợp lệ: {body.get('service')}")
        if self.book.strikes(FAILURE_TEXT):
            raise Refusal(0, "Cập nhật không thành công: dữ liệu không đúng danh mục")
        with self.book.together():
            try:
                return service(body)
            except Refusal as refusal:
                refused = refusal  # what was noted about it stays noted
        raise refused

    def catalogue(self) -> dict[str, dict[str, Any]]:
        """What is published now: shipped, less withdrawn, plus changed."""
        changed = self.book.every("procedure", dict[str, Any])
        return {code: row for code, row in {**published(), **changed}.items() if row}

    def held(self, code: str) -> Held | None:
        return self.book.get("dossier", code, Held)

    def anomalies(self) -> list[dict[str, Any]]:
        return list(self.book.every("anomaly", dict[str, Any]).values())

    def _list(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"result": [{"MATTHC": code, "TENTTHC": row["TENTTHC"]} for code, row in self.catalogue().items()]}

    def _procedure(self, body: dict[str, Any]) -> dict[str, Any]:
        row = self.catalogue().get(str(body.get("maTTHC")))
        return {"result": [row] if row else []}

    def _lookup(self, body: dict[str, Any]) -> dict[str, Any]:
        held = self.held(str(body.get("mahoso")))
        if held is None:
            return {"result": []}
        return {"result": [{**held.record, self.settings.progress_field: held.steps}]}

    def _sync(self, body: dict[str, Any]) -> dict[str, Any]:
        updating = {"True": True, "False": False}.get(str(body.get("isUpdating")))
        if updating is None:
            raise Refusal(BAD_DATA, "isUpdating không hợp lệ")
        for record in _rows(body):
            self._store(record, updating)
        return {}

    def _store(self, record: dict[str, Any], updating: bool) -> None:
        status = str(record.get("TrangThaiHoSo", ""))
        accepted = () if status in ("1", "3") else REQUIRED_ONCE_ACCEPTED
        _check(record, (*REQUIRED, *accepted), LIMITS)
        if missing := [name for name in PRESENT if name not in record]:
            raise Refusal(BAD_DATA, f"Thiếu trường bắt buộc: {', '.join(missing)}")
        code, now = record["MaHoSo"], self.context.now()
        held = self.held(code)
        if held and not updating:
            self.book.duplicate(code, code, now, {"isUpdating": "False"})
            raise Refusal(REFUSED, f"Hồ sơ {code} đã tồn tại")
        if updating and not held:
            raise Refusal(REFUSED, f"Hồ sơ {code} không tồn tại")
        if held and held.record == record:
            self.book.duplicate(code, code, now, {"isUpdating": "True"})
            return
        if held and held.record["TrangThaiHoSo"] in FINAL and status != held.record["TrangThaiHoSo"]:
            self._anomaly("status-after-final", code, f"{held.record['TrangThaiHoSo']} → {status}")
        self.book.put("dossier", code, Held(record=record, steps=held.steps if held else []))
        self.book.effect("dossier-updated" if held else "dossier-added", code, code, now, {"TrangThaiHoSo": status})

    def _progress(self, body: dict[str, Any]) -> dict[str, Any]:
        for step in _rows(body):
            _check(step, STEP_REQUIRED, STEP_LIMITS)
            code = step["MaHoSo"]
            held = self.held(code)
            if held is None:
                raise Refusal(REFUSED, f"Hồ sơ {code} không tồn tại")
            self._note_order(code, held, step)
            held.steps.append(step)
            self.book.put("dossier", code, held)
            detail = {"TrangThai": step["TrangThai"], "NoiDungXuLy": step["NoiDungXuLy"]}
            self.book.effect("step-added", f"{code}#{len(held.steps)}", code, self.context.now(), detail)
        return {}

    def _note_order(self, code: str, held: Held, step: dict[str, Any]) -> None:
        if any(all(old.get(name) == step.get(name) for name in STEP_IDENTITY) for old in held.steps):
            self._anomaly("step-repeated", code, f"{step['ThoiDiemXuLy']} {step['NoiDungXuLy']}")
        elif held.steps and step["ThoiDiemXuLy"] < held.steps[-1]["ThoiDiemXuLy"]:
            self._anomaly("step-out-of-order", code, f"{held.steps[-1]['ThoiDiemXuLy']} → {step['ThoiDiemXuLy']}")
        elif held.steps and held.steps[-1]["TrangThai"] in FINAL:
            self._anomaly("step-after-final", code, f"{held.steps[-1]['TrangThai']} → {step['TrangThai']}")

    def _anomaly(self, kind: str, code: str, words: str) -> None:
        number = self.book.next_number("anomaly")
        row = {"n": number, "kind": kind, "dossier": code, "words": words, "at": self.context.now()}
        self.book.put("anomaly", f"{number:08}", row)


def _rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    data = body.get("data")
    if not isinstance(data, list) or not data or not all(isinstance(row, dict) for row in data):
        raise Refusal(BAD_DATA, "data không hợp lệ: cần một danh sách")
    return data


def _check(row: dict[str, Any], required: tuple[str, ...], limits: dict[str, int]) -> None:
    if missing := [name for name in required if not row.get(name)]:
        raise Refusal(BAD_DATA, f"Thiếu trường bắt buộc: {', '.join(missing)}")
    if long := [name for name, limit in limits.items() if len(row[name]) > limit]:
        raise Refusal(BAD_DATA, f"Dữ liệu không hợp lệ, quá dài: {', '.join(long)}")
    status = row.get("TrangThaiHoSo") or row.get("TrangThai")
    if status not in STATUS.values():
        raise Refusal(BAD_DATA, f"Trạng thái không hợp lệ: {status}")
