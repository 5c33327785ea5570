"""Calls to partners over HTTP: always with timeouts, every ending turned into one of the three errors."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
import msgspec

from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable

T = TypeVar("T")

WORDS = 2000

# status → (error, code, partner_down). What is not here: 2xx is fine, 3xx and 4xx by range, other 5xx as 500.
STATUS: Mapping[int, tuple[type[PartnerError], str, bool]] = {
    401: (Misconfigured, "partner.credentials", False),
    403: (Misconfigured, "partner.credentials", False),
    404: (Misconfigured, "partner.address", False),
    405: (Misconfigured, "partner.address", False),
    407: (Misconfigured, "partner.address", False),
    408: (Retryable, "partner.slow", False),
    423: (Retryable, "partner.busy", False),
    425: (Retryable, "partner.busy", False),
    429: (Retryable, "partner.busy", False),
    500: (Retryable, "partner.failed", False),
    502: (Retryable, "partner.down", True),
    503: (Retryable, "partner.down", True),
    504: (Retryable, "partner.down", True),
}

TEXT: Mapping[str, tuple[str, str]] = {
    "partner.credentials": ("Đối tác không nhận tài khoản kết nối", "The partner refuses our credentials"),
    "partner.address": ("Địa chỉ kết nối tới đối tác không đúng", "The partner's address is wrong"),
    "partner.slow": ("Đối tác báo hết thời gian chờ", "The partner timed out"),
    "partner.busy": ("Đối tác đang bận", "The partner is busy"),
    "partner.failed": ("Hệ thống đối tác gặp lỗi", "The partner's system failed"),
    "partner.down": ("Hệ thống đối tác không hoạt động", "The partner's system is down"),
    "partner.refused": ("Đối tác từ chối yêu cầu", "The partner refused the request"),
    "partner.unreachable": ("Không kết nối được tới đối tác", "The partner cannot be reached"),
    "partner.reply-lost": ("Không nhận được trả lời của đối tác", "The partner's reply was lost"),
    "partner.unreadable": ("Trả lời của đối tác không đọc được", "The partner's reply cannot be read"),
}


def http_client(
    base_url: str,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    connect_seconds: float = 5.0,
    read_seconds: float = 30.0,
    headers: Mapping[str, str] | None = None,
) -> httpx.AsyncClient:
    """A client with all four timeouts set; `transport` leads to a simulator, None to the network."""
    return httpx.AsyncClient(
        base_url=base_url,
        transport=transport,
        timeout=httpx.Timeout(read_seconds, connect=connect_seconds),
        headers=headers,
        follow_redirects=False,
    )


async def call(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> httpx.Response:
    """Send and return a 2xx response. Anything else raises: see STATUS, and below for the network.

    Not connected: `partner.unreachable`, the partner has nothing. Connected and then silence: `partner.reply-lost`,
    the partner may have done it, so the next attempt must ask first.
    """
    try:
        response = await client.request(method, url, **request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise _retryable("partner.unreachable", repr(error), down=True) from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise _fault(Misconfigured, "partner.address", repr(error)) from error
    except httpx.TransportError as error:
        raise _retryable("partner.reply-lost", repr(error)) from error
    check(response)
    return response


def check(response: httpx.Response) -> None:
    """Raise what a status other than 2xx means."""
    if response.is_success:
        return
    kind, code, down = STATUS.get(response.status_code) or _by_range(response.status_code)
    words = f"HTTP {response.status_code} {_text(response)}"
    if kind is Retryable:
        raise _retryable(code, words, down=down, after=_retry_after(response))
    raise _fault(kind, code, words)


def read(response: httpx.Response, kind: type[T]) -> T:
    """The JSON body as a wire struct; a body that is none is `partner.unreadable`, retried: a proxy's page, often."""
    try:
        return msgspec.json.decode(response.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _retryable("partner.unreadable", f"{error}: {_text(response)}") from error


def _by_range(status: int) -> tuple[type[PartnerError], str, bool]:
    if 300 <= status < 400:
        return Misconfigured, "partner.address", False
    if 400 <= status < 500:
        return Rejected, "partner.refused", False
    return STATUS[500]


def _retryable(code: str, words: str, *, down: bool = False, after: float | None = None) -> Retryable:
    vi, en = TEXT[code]
    return Retryable(code, vi, en, words=words, after=after, partner_down=down)


def _fault(kind: type[PartnerError], code: str, words: str) -> PartnerError:
    vi, en = TEXT[code]
    return kind(code, vi, en, words=words)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds or an HTTP date; nonsense counts as not said."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def _text(response: httpx.Response) -> str:
    return response.text[:WORDS]
