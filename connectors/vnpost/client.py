"""The post's operations over HTTP, behind a token that may expire at any call."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from connectors.runtime.errors import Misconfigured, Rejected
from connectors.runtime.http import call, http_client, read
from connectors.vnpost import wire
from connectors.vnpost.settings import Settings

EARLY = 30.0  # seconds before its end that a token is no longer used
CREATED = 201


class Post:
    """One token for all calls, taken anew when it ends and, once per call, when the post says 401."""

    def __init__(
        self, http: httpx.AsyncClient, settings: Settings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._http = http
        self._clock = clock
        self._token: wire.Token | None = None
        self._good_until = 0.0
        self._lock = asyncio.Lock()
        self.settings = settings

    async def order(self, order: wire.Order) -> tuple[bool, str]:
        """Whether it was accepted (HTTP 201 and nothing else), and the post's words."""
        try:
            response = await self._call(
                "POST",
                self.settings.order_path,
                content=msgspec.json.encode(order),
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
        except Rejected as error:
            return False, error.words
        return response.status_code == CREATED, f"HTTP {response.status_code} {response.text}"

    async def cancel(self, order_number: str) -> bool:
        """Whether the order was taken back."""
        query = {"CustomerCode": self.settings.customer_code, "OrderNumber": order_number}
        return (await self._call("GET", self.settings.cancel_path, params=query)).status_code == CREATED

    async def tracking(self, after: str) -> wire.Page:
        """One page of scans after a cursor."""
        query = {"pagesize": self.settings.page_size, "lastId": after or wire.FIRST_CURSOR}
        return read(await self._call("GET", self.settings.tracking_path, params=query), wire.Page)

    async def token(self, *, other_than: wire.Token | None = None) -> wire.Token:
        """The current token, or a new one when it has ended or was refused. Callers at once share one request."""
        async with self._lock:
            if self._token is None or self._token is other_than or self._clock() >= self._good_until:
                self._token = await self._log_in()
                self._good_until = self._clock() + max(1.0, self._token.expires_in - EARLY)
            return self._token

    async def _log_in(self) -> wire.Token:
        pair = f"{self.settings.key}:{self.settings.secret.reveal()}".encode()
        response = await call(
            self._http,
            "POST",
            self.settings.token_path,
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
        )
        return read(response, wire.Token)

    async def _call(
        self, method: str, path: str, headers: dict[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        token = await self.token()
        try:
            return await call(self._http, method, path, headers=_with(token, headers), **request)
        except Misconfigured as error:
            if not error.words.startswith("HTTP 401"):
                raise
        # The token ended between two calls; the credentials are wrong only if a new one is refused too.
        token = await self.token(other_than=token)
        return await call(self._http, method, path, headers=_with(token, headers), **request)


@asynccontextmanager
async def open_client(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> AsyncIterator[Post]:
    """The client for as long as the connector runs."""
    async with http_client(settings.base_url, transport=transport, read_seconds=settings.read_seconds) as http:
        yield Post(http, settings)


def _with(token: wire.Token, headers: dict[str, str] | None) -> dict[str, str]:
    return {**(headers or {}), "Authorization": f"{token.token_type} {token.access_token}"}
