"""What every simulated partner shares: faults that strike before or after it acts, and its control desk `/_sim/…`."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import structlog
from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from connectors.runtime.book import Book
from connectors.runtime.desk import DESK, Act, ActRefused, Field, desk

__all__ = ["COMMON_FAULTS", "Act", "ActRefused", "Field", "SimulatorTransport", "Twin"]

log = structlog.get_logger(__name__)

# Faults that every twin has. A partner's own come on top; it asks `book.strikes(name)` where they matter.
HTTP_500 = "http500"
DOWN = "down"
SLOW = "slow"
COMMIT_THEN_TIMEOUT = "commit-then-timeout"
COMMON_FAULTS = (HTTP_500, DOWN, SLOW, COMMIT_THEN_TIMEOUT)


class ReplyLost(Exception):
    """The twin did its work and the connection broke before the answer."""


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
            logging_config=None,
            after_exception=[_told],
            request_max_body_size=body_limit,
        )
        self._app = _Faulty(inner, book)

    @property
    def app(self) -> Any:
        return self._app

    async def close(self) -> None:
        self._book.close()


async def _told(error: Exception, scope: Any) -> None:
    """A twin that fails says why: its tester has nothing but its log."""
    if not isinstance(error, HTTPException):
        log.error("twin.defect", path=scope["path"], exc_info=error)


class SimulatorTransport(httpx.AsyncBaseTransport):
    """To a twin in this process. Unlike httpx.ASGITransport it keeps the read timeout and can lose a reply."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        seconds = request.extensions.get("timeout", {}).get("read")
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
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
