"""The national portal's twin: the wire of WIRE §1 over `simulated.NationalPortal`, its windows and its acts."""

import hashlib
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from connectors.national_portal.mapping import STATUS
from connectors.national_portal.settings import Settings
from connectors.national_portal.simulated import (
    BAD_DATA,
    DOUBLE_ENCODED,
    REFUSED,
    TEXT_CODES,
    Held,
    NationalPortal,
    Refusal,
    published,
)
from connectors.runtime.book import Book
from connectors.runtime.ports import Simulator, SimulatorContext
from connectors.runtime.simulation import Act, ActRefused, Field, Twin

TITLE = "Cổng Dịch vụ công quốc gia"


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


def _encode(book: Book, reply: dict[str, Any]) -> bytes:
    if book.strikes(TEXT_CODES):
        reply = {**reply, "error_code": str(reply["error_code"] or "00")}
    body = msgspec.json.encode(reply)
    return msgspec.json.encode(body.decode()) if book.strikes(DOUBLE_ENCODED) else body
