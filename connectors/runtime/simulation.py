"""What every simulated partner shares: faults that strike before or after it acts, and its control desk `/_sim/…`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qsl

import httpx
import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from connectors.runtime.book import Book, Effect, Fault, FaultChange

# Faults that every twin has. A partner's own come on top; it asks `book.strikes(name)` where they matter.
HTTP_500 = "http500"
DOWN = "down"
SLOW = "slow"
COMMIT_THEN_TIMEOUT = "commit-then-timeout"
COMMON_FAULTS = (HTTP_500, DOWN, SLOW, COMMIT_THEN_TIMEOUT)

DESK = "/_sim"


class ReplyLost(Exception):
    """The twin did its work and the connection broke before the answer."""


class ActRefused(Exception):
    """An act that the partner cannot do now; the text says why."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an act's form."""

    name: str
    label: str
    value: str = ""
    required: bool = False


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the partner does by itself: POST /_sim/act/<name>, and a button on the page."""

    name: str
    title: str
    fields: tuple[Field, ...]
    run: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class Twin:
    """The ASGI app of a simulated partner: its wire, its desk, its faults."""

    def __init__(
        self,
        book: Book,
        *,
        title: str,
        base_url: str,
        wire: Sequence[BaseRouteHandler],
        acts: Sequence[Act] = (),
        body_limit: int = 100 * 1024 * 1024,
    ) -> None:
        self._book = book
        inner = Litestar(
            route_handlers=[*wire, *desk(book, title=title, base_url=base_url, acts=acts)],
            openapi_config=None,
            request_max_body_size=body_limit,
        )
        self._app = _Faulty(inner, book)

    @property
    def app(self) -> Any:
        return self._app

    async def close(self) -> None:
        self._book.close()


class SimulatorTransport(httpx.AsyncBaseTransport):
    """To a twin in this process. Unlike httpx.ASGITransport it keeps the read timeout and can lose a reply."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        seconds = request.extensions.get("timeout", {}).get("read")
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self._inner.handle_async_request(request)
        except ReplyLost as error:
            raise httpx.RemoteProtocolError("peer closed the connection without a reply", request=request) from error
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise httpx.ReadTimeout(f"no reply within {seconds} s", request=request) from error

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Faulty:
    """ASGI around the twin. The desk itself never fails."""

    def __init__(self, inner: Any, book: Book) -> None:
        self._inner = inner
        self._book = book

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"].startswith(DESK):
            await self._inner(scope, receive, send)
            return
        if slow := self._book.strikes(SLOW):
            await asyncio.sleep(slow.seconds)
        if self._book.strikes(HTTP_500):
            await _plain(send, 500, "Internal Server Error")
        elif self._book.strikes(DOWN):
            await _plain(send, 503, "Service Unavailable")
        elif self._book.strikes(COMMIT_THEN_TIMEOUT):
            await self._inner(scope, receive, _swallow)
            await _break_off(send)
        else:
            await self._inner(scope, receive, send)


async def _swallow(_: Any) -> None:
    return None


async def _plain(send: Any, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _break_off(send: Any) -> None:
    """Promise more than is sent, then fail: a server cuts the connection, SimulatorTransport sees ReplyLost."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
    raise ReplyLost


def desk(book: Book, *, title: str, base_url: str, acts: Sequence[Act]) -> list[BaseRouteHandler]:
    """The control desk as Litestar handlers, for a twin that builds its own app."""
    by_name = {act.name: act for act in acts}
    root = f"{base_url.rstrip('/')}{DESK}"

    @get(f"{DESK}/effects", sync_to_thread=False)
    def effects(request: Request[Any, Any, Any]) -> list[Effect]:
        return book.effects(everything=request.query_params.get("all") == "1")

    @get(f"{DESK}/faults", sync_to_thread=False)
    def faults() -> dict[str, Fault]:
        return book.faults()

    @put(f"{DESK}/faults")
    async def switch(request: Request[Any, Any, Any]) -> Response[Any]:
        try:
            changes = msgspec.json.decode(await request.body(), type=dict[str, FaultChange])
        except msgspec.DecodeError as error:
            return Response({"error": str(error)}, status_code=400)
        if unknown := sorted(set(changes) - set(book.fault_names)):
            return Response({"error": f"unknown: {unknown}; there are: {list(book.fault_names)}"}, status_code=400)
        for name, change in changes.items():
            book.switch(name, change)
        return Response(book.faults())

    @post(f"{DESK}/act/{{what:str}}")
    async def act(request: Request[Any, Any, Any], what: FromPath[str]) -> Response[Any]:
        chosen = by_name.get(what)
        if chosen is None:
            return Response({"error": f"no act {what!r}; there are: {sorted(by_name)}"}, status_code=404)
        by_person = "form" in request.headers.get("content-type", "")
        try:
            given = _given(await request.body(), by_person=by_person)
            missing = [field.name for field in chosen.fields if field.required and not given.get(field.name)]
            if missing:
                raise ActRefused(f"thiếu / missing: {', '.join(missing)}")
            answer, status = await chosen.run(given), 200
        except ActRefused as error:
            answer, status = {"error": str(error)}, 409
        if by_person:
            page = _page(title, f"<pre>{escape(_pretty(answer))}</pre><p><a href='{escape(root)}/'>← Quay lại</a></p>")
            return Response(page, media_type=MediaType.HTML, status_code=status)
        return Response(answer, status_code=status)

    @post(f"{DESK}/fault")
    async def flip(request: Request[Any, Any, Any]) -> Redirect:
        given = _given(await request.body(), by_person=True)
        if given.get("name") in book.fault_names:
            book.switch(given["name"], FaultChange(on=given.get("on") == "1"))
        return Redirect(f"{root}/", status_code=303)

    @get(DESK, media_type=MediaType.HTML, sync_to_thread=False)
    def page() -> str:
        return _page(title, "".join(_form(root, act) for act in acts) + _faults(root, book) + _effects(book))

    return [effects, faults, switch, act, flip, page]


def _given(body: bytes, *, by_person: bool) -> dict[str, Any]:
    if by_person:
        return {name: value for name, value in parse_qsl(body.decode(), keep_blank_values=True) if value}
    try:
        return msgspec.json.decode(body, type=dict[str, Any]) if body else {}
    except msgspec.DecodeError as error:
        raise ActRefused(str(error)) from error


def _pretty(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _page(title: str, content: str) -> str:
    return (
        "<!doctype html><html lang='vi'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{escape(title)} – mô phỏng</title>"
        "<style>body{font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}fieldset{margin:1rem 0}label{display:block;margin:.4rem 0}input{width:24rem;max-width:100%}"
        "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .5rem;text-align:left}</style></head>"
        f"<body><h1>{escape(title)} – bản mô phỏng</h1>{content}</body></html>"
    )


def _form(root: str, act: Act) -> str:
    inputs = "".join(
        f"<label>{escape(field.label)}{' *' if field.required else ''}<br><input name='{escape(field.name)}' "
        f"value='{escape(field.value)}'{' required' if field.required else ''}></label>"
        for field in act.fields
    )
    return (
        f"<form method='post' action='{escape(root)}/act/{escape(act.name)}'><fieldset>"
        f"<legend>{escape(act.title)}</legend>{inputs}<button>{escape(act.title)}</button></fieldset></form>"
    )


def _faults(root: str, book: Book) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{'bật' if fault.on else 'tắt'}"
        f"{f' (còn {fault.times} lần)' if fault.times else ''}</td>"
        f"<td><form method='post' action='{escape(root)}/fault'>"
        f"<input type='hidden' name='name' value='{escape(name)}'><button name='on' value='{0 if fault.on else 1}'>{'Tắt' if fault.on else 'Bật'}</button></form></td></tr>"
        for name, fault in book.faults().items()
    )
    return f"<h2>Sự cố</h2><table>{rows}</table>"


def _effects(book: Book) -> str:
    rows = "".join(
        f"<tr><td>{effect.n}</td><td>{effect.at:%d/%m/%Y %H:%M:%S}</td><td>{escape(effect.kind)}</td>"
        f"<td>{escape(effect.dossier)}</td><td>{escape(effect.key)}</td></tr>"
        for effect in book.effects(everything=True)[-50:]
    )
    head = "<tr><th>#</th><th>Lúc</th><th>Việc</th><th>Hồ sơ</th><th>Khoá</th></tr>"
    return f"<h2>Việc đã làm</h2><table>{head}{rows}</table>"
