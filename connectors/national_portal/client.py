"""Speaks with the national portal: one session for all calls, renewed when it has run out, even in mid-batch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from connectors.national_portal import wire
from connectors.national_portal.mapping import Means, meaning
from connectors.national_portal.settings import Settings
from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from connectors.runtime.http import TEXT, call, http_client


class Portal:
    """The session is kept in memory only. A call that meets an expired one logs in again, once, and repeats itself."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        self.settings = settings
        self._http = http
        self._session = ""
        self._login: asyncio.Task[str] | None = None

    async def log_in(self) -> str:
        """A new session; raises Misconfigured when the portal does not take our account."""
        credentials = {"username": self.settings.username, "password": self.settings.password.reveal()}
        reply = await self._post(self.settings.auth_endpoint, credentials)
        means = meaning(reply)
        if means is Means.BUSY:
            raise refusal(means, reply)
        if means is not Means.DONE or not reply.session:
            raise Misconfigured(
                "national.login-refused",
                "Cổng Dịch vụ công quốc gia không cho đăng nhập. Kiểm tra tài khoản, mật khẩu và mã đơn vị của kết nối.",
                "The national portal refuses our login. Check the connector's account, password and unit code.",
                words=f"{reply.code} {reply.message}",
            )
        self._session = reply.session
        return reply.session

    async def call(self, service: str, **fields: Any) -> wire.Reply:
        """Any service; the answer is returned whatever it means, except that our session is refused."""
        endpoint = self.settings.share_endpoint if service == wire.LIST else self.settings.integration_endpoint
        session = self._session or await self._renew("")
        reply = await self._try(endpoint, session, service, fields)
        if reply is None:
            reply = await self._try(endpoint, await self._renew(session), service, fields)
        if reply is None:
            raise Retryable(
                "national.session-refused",
                "Cổng Dịch vụ công quốc gia không nhận cả phiên làm việc vừa mở.",
                "The national portal refuses even a fresh session.",
            )
        return reply

    async def ask(self, service: str, **fields: Any) -> list[Any]:
        """The result of a service that must succeed."""
        reply = await self.call(service, **fields)
        means = meaning(reply)
        if means is not Means.DONE:
            raise refusal(means, reply)
        return reply.result

    async def find(self, dossier_code: str) -> dict[str, Any] | None:
        """What the portal holds of a dossier; None when it has none."""
        reply = await self.call(wire.LOOKUP, mahoso=dossier_code)
        means = meaning(reply)
        if means is Means.ABSENT or (means is Means.DONE and not reply.result):
            return None
        if means is not Means.DONE:
            raise refusal(means, reply)
        return reply.result[0] if isinstance(reply.result[0], dict) else {}

    async def put(self, record: wire.HoSo, *, update: bool) -> None:
        """Store a dossier. The portal's word on whether it has it already counts more than ours."""
        reply = await self.call(wire.SYNC, isUpdating=str(update), data=[record])
        means = meaning(reply)
        if means is (Means.ABSENT if update else Means.EXISTS):
            reply = await self.call(wire.SYNC, isUpdating=str(not update), data=[record])
            means = meaning(reply)
        if means is not Means.DONE:
            raise refusal(means, reply)

    async def add_step(self, step: wire.TienDo) -> None:
        """Append one step to a dossier's progress."""
        reply = await self.call(wire.PROGRESS, data=[step])
        means = meaning(reply)
        if means not in (Means.DONE, Means.EXISTS):
            raise refusal(means, reply)

    async def _renew(self, stale: str) -> str:
        """A session other than `stale`; callers that meet the same expired session share one login."""
        if self._session != stale:
            return self._session
        if self._login is None:
            self._login = asyncio.ensure_future(self.log_in())
            self._login.add_done_callback(self._login_over)
        return await asyncio.shield(self._login)

    def _login_over(self, login: asyncio.Task[str]) -> None:
        self._login = None
        if not login.cancelled():
            login.exception()  # noqa: LOG004 - a task's: seen, even when all who waited were cancelled

    async def _try(self, endpoint: str, session: str, service: str, fields: dict[str, Any]) -> wire.Reply | None:
        """One call; None when the session has run out."""
        body = {"session": session, "madonvi": self.settings.unit_code, "service": service, **fields}
        try:
            reply = await self._post(endpoint, body)
        except Misconfigured as refused:
            if refused.code == "partner.credentials":
                return None
            raise
        return None if meaning(reply) is Means.SESSION else reply

    async def _post(self, endpoint: str, body: dict[str, Any]) -> wire.Reply:
        response = await call(
            self._http,
            "POST",
            f"{self.settings.adapter_path}/{endpoint}",
            content=msgspec.json.encode(body),
            params=self._query(),
        )
        try:
            return wire.read_reply(response.content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if response.text.lstrip()[:1] in ("<", ""):
                raise Retryable("partner.unreadable", *TEXT["partner.unreadable"], words=response.text) from error
            return wire.Reply(code="", message=response.text, result=[])

    def _query(self) -> dict[str, str]:
        if self.settings.dstcode_in == "header":
            return {}
        provider = {"providerurl": self.settings.provider_url} if self.settings.provider_url else {}
        return {"dstcode": self.settings.dstcode, **provider}


def refusal(means: Means, reply: wire.Reply) -> PartnerError:
    """The error that an answer stands for, with the portal's own words."""
    words = f"{reply.code} {reply.message}".strip()
    if means in (Means.BUSY, Means.SESSION):
        return Retryable(
            "national.busy",
            "Cổng Dịch vụ công quốc gia báo đang bận; hệ thống sẽ tự gửi lại.",
            "The national portal says that it is busy; this will be sent again.",
            words=words,
        )
    if means is Means.ABSENT:
        return Retryable(
            "national.dossier-absent",
            "Cổng Dịch vụ công quốc gia chưa có hồ sơ này; hệ thống sẽ thử lại sau khi hồ sơ được đồng bộ.",
            "The national portal does not have this dossier yet; this will be sent again.",
            words=words,
        )
    if means is Means.CREDENTIALS:
        return Misconfigured(
            "national.credentials",
            "Cổng Dịch vụ công quốc gia không cho tài khoản kết nối thực hiện dịch vụ này.",
            "The national portal does not allow our account this service.",
            words=words,
        )
    return Rejected(
        "national.refused",
        "Cổng Dịch vụ công quốc gia không nhận dữ liệu này. Xem lời của Cổng, sửa hồ sơ rồi gửi lại.",
        "The national portal refuses this data. Read its words, mend the dossier, send it again.",
        words=words,
    )


@asynccontextmanager
async def open_client(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> AsyncIterator[Portal]:
    """The connector's one client."""
    headers = {"Accept": "application/json", "Content-Type": "application/json", "Charset": "utf-8"}
    if settings.dstcode_in == "header":
        headers["dstcode"] = settings.dstcode
    async with http_client(
        settings.base_url,
        transport=transport,
        connect_seconds=settings.connect_seconds,
        read_seconds=settings.read_seconds,
        headers=headers,
    ) as http:
        yield Portal(settings, http)
