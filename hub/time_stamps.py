"""The time-stamp authority of this installation, over HTTP (RFC 3161); what it gives is believed when trust leads to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx

from hub.kernel.clock import Clock
from hub.kernel.network import Network
from hub.kernel.signatures import TrustSource
from hub.keys import Keys
from hub.settings import SettingError, Settings
from signing import HttpTimestamper, Timestamper, TimestampError
from signing.stamp_trust import unusable

CONNECT_SECONDS = 5.0
MOST_BYTES = 256 * 1024


class Authority:
    """A `Timestamper`. Raises TimestampError, in both languages, for an authority that is away or not trusted."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings, trust: TrustSource, clock: Clock) -> None:
        self._client = client
        self._asking = HttpTimestamper(settings.tsa_url, self._post)
        self._host = urlsplit(settings.tsa_url).hostname or settings.tsa_url
        self._seconds = settings.tsa_seconds
        self._trust = trust
        self._clock = clock

    async def stamp(self, digest: bytes, algorithm: str) -> bytes:
        """The token (DER), after its own check."""
        token = await self._asking.stamp(digest, algorithm)
        why = unusable(token, digest, algorithm, await self._trust.current(), self._clock())
        if why is not None:
            raise TimestampError(
                f"dấu thời gian của {self._host} không dùng được / its time-stamp cannot be used: {why}"
            )
        return token

    async def _post(self, url: str, body: bytes, kind: str) -> bytes:
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream("POST", url, content=body, headers={"content-type": kind}) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise self._away(f"HTTP {answer.status_code}")
                return await self._content(answer)
        except (httpx.HTTPError, TimeoutError) as lost:
            raise self._away(str(lost) or type(lost).__name__) from lost

    async def _content(self, answer: httpx.Response) -> bytes:
        """No more than a token can be."""
        read = bytearray()
        async for piece in answer.aiter_bytes():
            read += piece
            if len(read) > MOST_BYTES:
                raise self._away(f"> {MOST_BYTES} byte")
        return bytes(read)

    def _away(self, why: str) -> TimestampError:
        return TimestampError(
            f"dịch vụ dấu thời gian {self._host} không trả lời được / the time-stamp authority gave no answer: {why}"
        )


@asynccontextmanager
async def time_stamps(settings: Settings, keys: Keys, trust: TrustSource, clock: Clock) -> AsyncIterator[Timestamper]:
    """Of TSA_URL, or of the demonstration's own authority. Raises SettingError."""
    if not settings.tsa_url:
        assert keys.demonstration is not None
        yield keys.demonstration.tsa
        return
    _expect_address(settings)
    account = httpx.BasicAuth(settings.tsa_user, settings.tsa_password.reveal()) if settings.tsa_user else None
    timeout = httpx.Timeout(settings.tsa_seconds, connect=min(CONNECT_SECONDS, settings.tsa_seconds))
    async with httpx.AsyncClient(transport=Network(), auth=account, timeout=timeout) as client:
        yield Authority(client, settings, trust, clock)


def _expect_address(settings: Settings) -> None:
    parts = urlsplit(settings.tsa_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise SettingError(
            "TSA_URL: phải là http://… hoặc https://…, tài khoản đặt ở TSA_USER và TSA_PASSWORD "
            "/ must be http://… or https://…, its account belongs in TSA_USER and TSA_PASSWORD"
        )
    if settings.tsa_seconds <= 0:
        raise SettingError(f"TSA_SECONDS={settings.tsa_seconds}: phải lớn hơn 0 / must be more than 0")
