"""The control desk of a simulated partner, `/_sim/…`: what it did, its fault switches, its acts, for tests and people."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import MediaType, Request, Response, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from connectors.runtime.book import Book, Effect, Fault, FaultChange

DESK = "/_sim"


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


def desk(book: Book, *, title: str, base_url: str, acts: Sequence[Act]) -> list[BaseRouteHandler]:
    """The desk as Litestar handlers."""
    root = f"{base_url.rstrip('/')}{DESK}"
    return [*_records(book), *_controls(book, title, root, {act.name: act for act in acts})]


def _records(book: Book) -> list[BaseRouteHandler]:
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

    return [effects, faults, switch]


def _controls(book: Book, title: str, root: str, acts: Mapping[str, Act]) -> list[BaseRouteHandler]:
    @post(f"{DESK}/act/{{what:str}}")
    async def act(request: Request[Any, Any, Any], what: FromPath[str]) -> Response[Any]:
        if what not in acts:
            return Response({"error": f"no act {what!r}; there are: {sorted(acts)}"}, status_code=404)
        by_person = "form" in request.headers.get("content-type", "")
        answer, status = await _perform(acts[what], await request.body(), by_person=by_person)
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
        return _page(title, "".join(_form(root, act) for act in acts.values()) + _faults(root, book) + _effects(book))

    return [act, flip, page]


async def _perform(act: Act, body: bytes, *, by_person: bool) -> tuple[dict[str, Any], int]:
    """The act's answer and the HTTP status."""
    try:
        given = _given(body, by_person=by_person)
        missing = [field.name for field in act.fields if field.required and not given.get(field.name)]
        if missing:
            raise ActRefused(f"thiếu / missing: {', '.join(missing)}")
        return await act.run(given), 200
    except ActRefused as error:
        return {"error": str(error)}, 409


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
