"""The platform's three operations over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec

from connectors.payment_platform import wire
from connectors.payment_platform.settings import Settings
from connectors.runtime.errors import Retryable
from connectors.runtime.http import call, http_client

PDF = b"%PDF-"


class Platform:
    """Speaks 1.0.6. Replies come direct or wrapped by the provincial bus; `wire.read` takes both."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings) -> None:
        self._http = http
        self.settings = settings

    async def init(self, order: wire.Init) -> wire.InitReply:
        """Open a payment."""
        return _read(await self._post(self.settings.init_path, order), wire.InitReply)

    async def query(self, query: wire.Query) -> wire.QueryReply:
        """Ask what became of one."""
        return _read(await self._post(self.settings.query_path, query), wire.QueryReply)

    async def bill(self, query: wire.Query) -> bytes | wire.BillReply:
        """The voucher's PDF, or the platform's words why there is none."""
        body = await self._post(self.settings.bill_path, query)
        return body if body.startswith(PDF) else _read(body, wire.BillReply)

    async def _post(self, path: str, message: msgspec.Struct) -> bytes:
        response = await call(
            self._http,
            "POST",
            path,
            content=msgspec.json.encode(message),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
        return response.content


@asynccontextmanager
async def open_client(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> AsyncIterator[Platform]:
    """The client for as long as the connector runs."""
    headers = {"Authorization": f"Bearer {settings.token.reveal()}"} if settings.token else {}
    async with http_client(
        settings.base_url, transport=transport, read_seconds=settings.read_seconds, headers=headers
    ) as http:
        yield Platform(http, settings)


def _read(body: bytes, kind: type[wire.Read]) -> wire.Read:
    try:
        return wire.read(body, kind)
    except wire.Unreadable as error:
        raise Retryable(
            "partner.unreadable",
            "Trả lời của nền tảng thanh toán không đọc được",
            "The platform's reply cannot be read",
            words=f"{error}: {body.decode('utf-8', 'replace')}",
        ) from error
