"""Every ending of an HTTP call is one of the three errors (ARCHITECTURE, "Errors mean actions")."""

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import msgspec
import pytest

from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from connectors.runtime.files import HttpFiles
from connectors.runtime.http import call, http_client, read
from schemas.messages.dossier import FileRef


class Said(msgspec.Struct):
    ok: bool


def answering(answer: httpx.Response | Exception) -> httpx.AsyncClient:
    def handler(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return http_client("https://partner.example", transport=httpx.MockTransport(handler))


async def fails(answer: httpx.Response | Exception) -> PartnerError:
    async with answering(answer) as client:
        with pytest.raises(PartnerError) as raised:
            await call(client, "POST", "/x", json={})
    assert raised.value.vi
    assert raised.value.en
    return raised.value


@pytest.mark.parametrize("status", [200, 201, 204])
async def test_success_comes_back(status: int) -> None:
    async with answering(httpx.Response(status)) as client:
        assert (await call(client, "GET", "/x")).status_code == status


@pytest.mark.parametrize(
    ("status", "kind", "code", "down"),
    [
        (301, Misconfigured, "partner.address", False),
        (400, Rejected, "partner.refused", False),
        (401, Misconfigured, "partner.credentials", False),
        (403, Misconfigured, "partner.credentials", False),
        (404, Misconfigured, "partner.address", False),
        (408, Retryable, "partner.slow", False),
        (422, Rejected, "partner.refused", False),
        (429, Retryable, "partner.busy", False),
        (500, Retryable, "partner.failed", False),
        (502, Retryable, "partner.down", True),
        (503, Retryable, "partner.down", True),
        (504, Retryable, "partner.down", True),
        (599, Retryable, "partner.failed", False),
    ],
)
async def test_a_status_means_an_action(status: int, kind: type[PartnerError], code: str, down: bool) -> None:
    error = await fails(httpx.Response(status, text="lý do"))
    assert (type(error), error.code) == (kind, code)
    assert error.words == f"HTTP {status} lý do"
    assert isinstance(error, Retryable) is (kind is Retryable)
    assert getattr(error, "partner_down", False) is down


@pytest.mark.parametrize(
    ("error", "kind", "code", "down"),
    [
        (httpx.ConnectError("refused"), Retryable, "partner.unreachable", True),
        (httpx.ConnectTimeout("slow"), Retryable, "partner.unreachable", True),
        (httpx.PoolTimeout("busy"), Retryable, "partner.unreachable", True),
        (httpx.ReadTimeout("silent"), Retryable, "partner.reply-lost", False),
        (httpx.ReadError("reset"), Retryable, "partner.reply-lost", False),
        (httpx.WriteError("reset"), Retryable, "partner.reply-lost", False),
        (httpx.RemoteProtocolError("cut"), Retryable, "partner.reply-lost", False),
        (httpx.UnsupportedProtocol("x"), Misconfigured, "partner.address", False),
    ],
)
async def test_the_network_means_an_action(error: Exception, kind: type[PartnerError], code: str, down: bool) -> None:
    found = await fails(error)
    assert (type(found), found.code, getattr(found, "partner_down", False)) == (kind, code, down)


async def test_retry_after_is_honoured_in_both_forms_and_nonsense_is_not() -> None:
    async def after(value: str) -> float | None:
        error = await fails(httpx.Response(429, headers={"retry-after": value}))
        assert isinstance(error, Retryable)
        return error.after

    assert await after("120") == 120.0
    soon = await after(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True))
    assert soon is not None
    assert 55 < soon <= 60
    assert await after(format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)) == 0.0
    assert await after("soon") is None
    assert await after("") is None


async def test_a_body_is_read_or_retried() -> None:
    async with answering(httpx.Response(200, json={"ok": True, "more": 1})) as client:
        assert read(await call(client, "GET", "/"), Said) == Said(True)
    for content in (b"<html>", b'{"ok":1}', b"", b"\xff"):
        async with answering(httpx.Response(200, content=content)) as client:
            with pytest.raises(Retryable, match=r"partner\.unreadable"):
                read(await call(client, "GET", "/"), Said)


def test_a_client_always_has_its_timeouts() -> None:
    timeout = http_client("https://x.example", connect_seconds=1, read_seconds=2).timeout
    assert (timeout.connect, timeout.read, timeout.write, timeout.pool) == (1, 2, 2, 2)


class TestFiles:
    CONTENT = b"%PDF-1.7 t\xe1\xbb\x87p"

    def ref(self) -> FileRef:
        digest = hashlib.sha256(self.CONTENT).hexdigest()
        return FileRef(id="f", name="đơn.pdf", media_type="a/b", size=1, sha256=digest, url="/files/f?sig=1")

    async def fetch(self, answer: httpx.Response | Exception) -> bytes:
        async with answering(answer) as client:
            return await HttpFiles(client).fetch(self.ref())

    async def test_a_file_is_read(self) -> None:
        assert await self.fetch(httpx.Response(200, content=self.CONTENT)) == self.CONTENT

    @pytest.mark.parametrize("answer", [httpx.ConnectError("x"), httpx.Response(503), httpx.ReadTimeout("x")])
    async def test_a_hub_that_is_away_is_waited_for(self, answer: httpx.Response | Exception) -> None:
        with pytest.raises(Retryable, match=r"hub\.file-unreachable"):
            await self.fetch(answer)

    async def test_a_damaged_file_is_fetched_again(self) -> None:
        with pytest.raises(Retryable, match=r"hub\.file-damaged"):
            await self.fetch(httpx.Response(200, content=self.CONTENT + b"!"))

    @pytest.mark.parametrize("status", [403, 404, 410])
    async def test_an_address_that_is_refused_is_for_an_officer(self, status: int) -> None:
        with pytest.raises(Rejected, match=r"hub\.file-refused"):
            await self.fetch(httpx.Response(status))
