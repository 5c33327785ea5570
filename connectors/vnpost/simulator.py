"""The post's twin: token, orders, cancelling, tracking, and a postman who acts when told to."""

import base64
import hmac
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import BaseRouteHandler

from connectors.runtime.book import Book
from connectors.runtime.ports import SimulatorContext
from connectors.runtime.simulation import COMMON_FAULTS, Act, ActRefused, Field, Twin
from connectors.vnpost import wire
from connectors.vnpost.settings import Settings

FAILURE_TEXT = "failure-text"
TOKEN_EXPIRED = "token-expired"  # noqa: S105 - a fault
CURSOR_REPEATS = "cursor-repeats"
FORGETFUL = "forgets-order-numbers"
FAULTS = (*COMMON_FAULTS, FAILURE_TEXT, TOKEN_EXPIRED, CURSOR_REPEATS, FORGETFUL)

LIFE = 3600  # seconds of a token
ORDERED, COLLECTED, MOVING, DELIVERED, SENT_BACK = 1, 2, 3, 4, 5
WORDS = {
    ORDERED: "Đã nhận đơn hàng",
    COLLECTED: "Đã thu gom",
    MOVING: "Đang vận chuyển",
    DELIVERED: "Phát thành công",
    SENT_BACK: "Phát không thành công, đã chuyển hoàn",
}
EFFECTS = {COLLECTED: "parcel-collected", DELIVERED: "parcel-delivered", SENT_BACK: "parcel-sent-back"}
OVER = (DELIVERED, SENT_BACK)


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is the last StatusCode; `cancelled` parcels move no more."""

    order: wire.Order
    item_code: str
    status: int = ORDERED
    cancelled: bool = False

    @property
    def dossier(self) -> str:
        return self.order.SenderDesc.removeprefix("Hồ sơ ")


class VnPost:
    """State lives in the book, so that parcels and their scans outlive a restart."""

    def __init__(self, settings: Settings, context: SimulatorContext) -> None:
        self._settings = settings
        self._context = context
        self._book = Book(context.folder / "vnpost.sqlite", faults=FAULTS)
        self._twin = Twin(
            self._book, title="Bưu điện (VNPost)", base_url=context.base_url, wire=self._wire(), acts=self._acts()
        )

    @property
    def app(self) -> Any:
        return self._twin.app

    async def close(self) -> None:
        await self._twin.close()

    def _wire(self) -> list[BaseRouteHandler]:
        settings = self._settings

        @post(settings.token_path, status_code=200)
        async def token(request: Request[Any, Any, Any]) -> Response[Any]:
            return self._log_in(request.headers.get("authorization", ""), await request.body())

        @post(settings.order_path, status_code=201)
        async def order(request: Request[Any, Any, Any]) -> Response[Any]:
            return self._refused(request) or self._order(await request.body())

        @get(settings.cancel_path, status_code=201)
        async def cancel(request: Request[Any, Any, Any]) -> Response[Any]:
            return self._refused(request) or self._cancel(dict(request.query_params))

        @get(settings.tracking_path)
        async def tracking(request: Request[Any, Any, Any]) -> Response[Any]:
            return self._refused(request) or self._tracking(dict(request.query_params))

        return [token, order, cancel, tracking]

    def _acts(self) -> list[Act]:
        which = (
            Field(name="order_number", label="Số đơn hàng"),
            Field(name="dossier", label="hoặc mã hồ sơ"),
            Field(name="at", label="Lúc (ISO 8601, mặc định bây giờ)"),
        )
        scanned = (*which, Field(name="status", label="StatusCode"), Field(name="message", label="StatusMessage"))

        def act(name: str, title: str, code: int) -> Act:
            async def run(given: dict[str, Any]) -> dict[str, Any]:
                return self._move(given, code, WORDS[code])

            return Act(name=name, title=title, fields=which, run=run)

        async def scan(given: dict[str, Any]) -> dict[str, Any]:
            text = str(given.get("status") or MOVING)
            if not text.isdecimal():
                raise ActRefused("StatusCode phải là số / must be a number")
            code = int(text)
            return self._move(given, code, str(given.get("message") or WORDS.get(code, f"Trạng thái {code}")))

        return [
            act("collect", "Bưu tá thu gom", COLLECTED),
            Act(name="scan", title="Quét trên đường đi", fields=scanned, run=scan),
            act("deliver", "Bưu tá phát thành công", DELIVERED),
            act("return_to_sender", "Không phát được, chuyển hoàn", SENT_BACK),
        ]

    def _log_in(self, authorization: str, body: bytes) -> Response[Any]:
        pair = f"{self._settings.key}:{self._settings.secret.reveal()}".encode()
        right = f"Basic {base64.b64encode(pair).decode()}"
        if not hmac.compare_digest(authorization.encode(), right.encode()):
            return _json({"error": "invalid_client"}, 401)
        if dict(parse_qsl(body.decode("utf-8", "replace"))).get("grant_type") != "client_credentials":
            return _json({"error": "unsupported_grant_type"}, 400)
        name = f"tk-{self._book.next_number('token')}"
        self._book.put("token", name, self._context.now().timestamp() + LIFE)
        return _json({"access_token": name, "token_type": "Bearer", "expires_in": LIFE})

    def _refused(self, request: Request[Any, Any, Any]) -> Response[Any] | None:
        scheme, _, name = request.headers.get("authorization", "").partition(" ")
        if self._book.strikes(TOKEN_EXPIRED):
            self._book.drop("token", name)
        ends = self._book.get("token", name, float)
        if scheme != "Bearer" or ends is None or ends <= self._context.now().timestamp():
            return _json({"fault": {"code": 900901, "message": "Invalid Credentials"}}, 401)
        if self._book.strikes(FAILURE_TEXT):
            return _json({"Status": "500", "Message": "Hệ thống đang bận, vui lòng thử lại"})
        return None

    def _order(self, body: bytes) -> Response[Any]:
        try:
            sent = msgspec.json.decode(body, type=wire.Order)
        except msgspec.DecodeError as error:
            return _json({"Status": "400", "Message": f"Sai định dạng: {error}"}, 400)
        missing = [name for name in wire.MANDATORY if not getattr(sent, name)]
        if missing or sent.CustomerCode != self._settings.customer_code:
            return _json({"Status": "400", "Message": f"Thiếu hoặc sai: {missing or 'CustomerCode'}"}, 400)
        now, known = self._context.now(), self._parcel(sent.OrderNumber)
        if known and not self._book.strikes(FORGETFUL):
            self._book.duplicate(sent.OrderNumber, known.dossier, now, {"operation": "order"})
            return _json({"Status": "409", "Message": f"OrderNumber {sent.OrderNumber} đã tồn tại"})
        with self._book.together():
            parcel = Parcel(order=sent, item_code=f"EX{self._book.next_number('item'):09d}VN")
            self._book.put("parcel", sent.OrderNumber, parcel)
            self._book.effect("parcel-ordered", sent.OrderNumber, parcel.dossier, now, {"item": parcel.item_code})
            self._scan(parcel, ORDERED, WORDS[ORDERED], now)
        return _json({"Status": "201", "Message": "Thành công"}, 201)

    def _cancel(self, query: dict[str, str]) -> Response[Any]:
        parcel = self._parcel(query.get("OrderNumber", ""))
        if parcel is None or query.get("CustomerCode") != self._settings.customer_code:
            return _json({"Status": "404", "Message": "Không tìm thấy đơn hàng"}, 400)
        if parcel.status != ORDERED:
            return _json({"Status": "400", "Message": "Đơn hàng đã được thu gom"}, 400)
        if not parcel.cancelled:
            self._book.put("parcel", parcel.order.OrderNumber, msgspec.structs.replace(parcel, cancelled=True))
            self._book.effect("parcel-cancelled", parcel.order.OrderNumber, parcel.dossier, self._context.now())
        return _json({"Status": "201", "Message": "Đã hủy"}, 201)

    def _tracking(self, query: dict[str, str]) -> Response[Any]:
        size, after = query.get("pagesize", ""), query.get("lastId", "")
        if not size.isdecimal() or not 1 <= int(size) <= wire.MAX_PAGE or len(after) != len(wire.FIRST_CURSOR):
            return _json({"Status": "400", "Message": "pagesize 1-1000, lastId 24 ký tự"}, 400)
        scans = list(self._book.every("scan", dict).items())
        if self._book.strikes(CURSOR_REPEATS):  # the page that ends at this cursor, again
            page = [scan for key, scan in scans if key <= after][-int(size) :]
        else:
            page = [scan for key, scan in scans if key > after][: int(size)]
        pages = -(-len(scans) // int(size))
        return _json(
            {"_size": len(scans), "_total_pages": pages, "_returned": len(page), "_embedded": {"rh:doc": page}}
        )

    def _move(self, given: dict[str, Any], code: int, words: str) -> dict[str, Any]:
        parcel = self._meant(given)
        if parcel.cancelled or parcel.status in OVER:
            raise ActRefused("Bưu gửi đã hủy hoặc đã kết thúc / the parcel is cancelled or over")
        try:
            at = datetime.fromisoformat(str(given["at"])) if given.get("at") else self._context.now()
        except ValueError as error:
            raise ActRefused(f"at: {error}") from error
        number = parcel.order.OrderNumber
        with self._book.together():
            self._book.put("parcel", number, msgspec.structs.replace(parcel, status=code))
            scan = self._scan(parcel, code, words, at.astimezone())
            if code in EFFECTS:
                self._book.effect(
                    EFFECTS[code], number, parcel.dossier, self._context.now(), {"item": parcel.item_code}
                )
        return scan

    def _scan(self, parcel: Parcel, code: int, words: str, at: datetime) -> dict[str, Any]:
        key = f"{int(self._context.now().timestamp()):08x}{self._book.next_number('scan'):016x}"
        scan = {
            "_id": {"$oid": key},
            "CustomerCode": parcel.order.CustomerCode,
            "OrderNumber": parcel.order.OrderNumber,
            "EventTime": int(at.timestamp() * 1000),
            "POSID": "880000",
            "ItemCode": parcel.item_code,
            "StatusCode": code,
            "StatusMessage": words,
            "Notes": "",
        }
        self._book.put("scan", key, scan)
        return scan

    def _parcel(self, order_number: str) -> Parcel | None:
        return self._book.get("parcel", order_number, Parcel)

    def _meant(self, given: dict[str, Any]) -> Parcel:
        """By order number, else the newest parcel of the dossier, else the newest of all."""
        number, dossier = str(given.get("order_number", "")), str(given.get("dossier", ""))
        found = [
            parcel
            for key, parcel in self._book.every("parcel", Parcel).items()
            if number in ("", key) and dossier in ("", parcel.dossier)
        ]
        if not found:
            raise ActRefused("Không có bưu gửi này / no such parcel")
        return found[-1]


def build(settings: Settings, context: SimulatorContext) -> VnPost:
    """The twin of the manifest."""
    return VnPost(settings, context)


def _json(content: Any, status: int = 200) -> Response[Any]:
    return Response(content, media_type=MediaType.JSON, status_code=status)
