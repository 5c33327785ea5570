"""The national portal's twin: the wire of WIRE §1, a real catalogue, sessions that expire, and a strict memory.

Like the real one it takes progress in any order and appends repeats; unlike it, it writes such things down under
GET /_sim/anomalies, so that a parity check or a test can see them.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from connectors.national_portal import wire
from connectors.national_portal.handlers import STEP_IDENTITY
from connectors.national_portal.mapping import STATUS
from connectors.national_portal.settings import Settings
from connectors.runtime.book import Book
from connectors.runtime.ports import Simulator, SimulatorContext
from connectors.runtime.simulation import COMMON_FAULTS, Act, ActRefused, Field, Twin

TITLE = "Cổng Dịch vụ công quốc gia"
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
        session = secrets.token_hex(20)
        self.book.put("session", session, self.context.now() + timedelta(seconds=self.settings.session_seconds))
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


class Acts:
    """What the portal, or its operator, does by itself."""

    def __init__(self, portal: NationalPortal) -> None:
        self._portal = portal

    def all(self) -> tuple[Act, ...]:
        code = Field(name="code", label="Mã thủ tục", required=True)
        return (
            Act(name="expire-sessions", title="Cho mọi phiên hết hạn", fields=(), run=self.expire_sessions),
            Act(
                name="publish",
                title="Công bố sửa đổi một thủ tục",
                fields=(code, Field(name="name", label="Tên mới"), Field(name="conditions", label="Yêu cầu mới")),
                run=self.publish,
            ),
            Act(name="withdraw", title="Bãi bỏ một thủ tục", fields=(code,), run=self.withdraw),
            Act(
                name="pull-files",
                title="Kéo các tệp của một hồ sơ",
                fields=(Field(name="dossier", label="Mã hồ sơ", required=True),),
                run=self.pull_files,
            ),
            Act(
                name="alter-status",
                title="Đổi trạng thái đang giữ (tạo sai lệch để đối soát)",
                fields=(
                    Field(name="dossier", label="Mã hồ sơ", required=True),
                    Field(name="status", label="Trạng thái 1–10", required=True),
                ),
                run=self.alter_status,
            ),
        )

    async def expire_sessions(self, _: dict[str, Any]) -> dict[str, Any]:
        """Every session that is out becomes invalid."""
        sessions = self._portal.book.every("session", str)
        for session in sessions:
            self._portal.book.drop("session", session)
        return {"expired": len(sessions)}

    async def publish(self, given: dict[str, Any]) -> dict[str, Any]:
        """A changed procedure; without new texts, the shipped one again."""
        shipped = published().get(given["code"])
        if shipped is None:
            raise ActRefused("không có mã thủ tục này / no such procedure")
        texts = {"TENTTHC": given.get("name"), "YEUCAU": given.get("conditions")}
        changed = {**shipped, **{key: text for key, text in texts.items() if text}}
        self._portal.book.put("procedure", given["code"], changed)
        return {"code": given["code"], "name": changed["TENTTHC"]}

    async def withdraw(self, given: dict[str, Any]) -> dict[str, Any]:
        """The procedure is no longer listed."""
        self._portal.book.put("procedure", given["code"], {})
        return {"code": given["code"], "listed": len(self._portal.catalogue())}

    async def pull_files(self, given: dict[str, Any]) -> dict[str, Any]:
        """Fetch what the dossier's addresses lead to, as the portal does."""
        held = self._portal.held(given["dossier"])
        if held is None:
            raise ActRefused("không có hồ sơ này / no such dossier")
        uploads = [(f["TenTepDinhKem"], f["DuongDanTaiTepTin"]) for f in held.record.get("TaiLieuNop", ())]
        results = [(f["TenGiayTo"], f["DuongDanTepTinKetQua"]) for f in held.record.get("DanhSachGiayToKetQua", ())]
        pulled = []
        for name, address in [*uploads, *results]:
            answer = await self._portal.context.hub.get(address)
            digest = hashlib.sha256(answer.content).hexdigest()
            pulled.append({"name": name, "status": answer.status_code, "size": len(answer.content), "sha256": digest})
        return {"files": pulled}

    async def alter_status(self, given: dict[str, Any]) -> dict[str, Any]:
        """A status that nobody sent."""
        held = self._portal.held(given["dossier"])
        if held is None or str(given["status"]) not in STATUS.values():
            raise ActRefused("không có hồ sơ hoặc trạng thái này / no such dossier or status")
        held.record["TrangThaiHoSo"] = str(given["status"])
        self._portal.book.put("dossier", given["dossier"], held)
        return {"dossier": given["dossier"], "status": given["status"]}


def build(settings: Settings, context: SimulatorContext) -> Simulator:
    """The ASGI twin."""
    portal = NationalPortal(settings, context)
    return Twin(
        portal.book,
        title=TITLE,
        base_url=context.base_url,
        wire=[*_wire(portal), *_windows(portal)],
        acts=Acts(portal).all(),
    )


def _wire(portal: NationalPortal) -> list[BaseRouteHandler]:
    @post(["/XrdAdapter/RestService/forward/{path:path}", "/VXPAdapter/RestService/forward/{path:path}"])
    async def forward(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
        """Every call comes to the security server's one address."""
        target = request.headers.get("dstcode") or request.query_params.get("dstcode")
        try:
            if target != portal.settings.dstcode:
                raise Refusal(REFUSED, f"Không tìm thấy đơn vị nhận: {target}")
            body = msgspec.json.decode(await request.body(), type=dict[str, Any])
            login = path.strip("/") == portal.settings.auth_endpoint.strip("/")
            answer = portal.log_in(body) if login else portal.serve(body)
            reply = {"error_code": 0, "message": "Thành công", **answer}
        except Refusal as refusal:
            reply = {"error_code": refusal.code, "message": str(refusal)}
        except msgspec.DecodeError as error:
            reply = {"error_code": BAD_DATA, "message": f"Dữ liệu không hợp lệ: {error}"}
        return Response(_encode(portal.book, reply), media_type=MediaType.JSON, status_code=200)

    return [forward]


def _windows(portal: NationalPortal) -> list[BaseRouteHandler]:
    @get("/_sim/dossiers", sync_to_thread=False)
    def dossiers() -> dict[str, str]:
        """Each dossier's code and status."""
        return {code: held.record["TrangThaiHoSo"] for code, held in portal.book.every("dossier", Held).items()}

    @get("/_sim/dossiers/{code:str}", sync_to_thread=False)
    def dossier(code: FromPath[str]) -> Response[Any]:
        """What the portal holds: the record and the steps in the order in which they came."""
        held = portal.held(code)
        if held is None:
            return Response({"error": f"no dossier {code}"}, status_code=404)
        return Response(
            {"code": code, "status": held.record["TrangThaiHoSo"], "record": held.record, "steps": held.steps}
        )

    @get("/_sim/anomalies", sync_to_thread=False)
    def anomalies() -> list[dict[str, Any]]:
        """What the real portal would have swallowed."""
        return portal.anomalies()

    return [dossiers, dossier, anomalies]


def _encode(book: Book, reply: dict[str, Any]) -> bytes:
    if book.strikes(TEXT_CODES):
        reply = {**reply, "error_code": str(reply["error_code"] or "00")}
    body = msgspec.json.encode(reply)
    return msgspec.json.encode(body.decode()) if book.strikes(DOUBLE_ENCODED) else body


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
