"""What a lost peer looks like to whoever asked (ADR 13)."""

import httpx
import pytest

from hub.kernel.network import Network


async def test_a_peer_that_dies_while_the_connection_is_made_is_a_lost_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def on_uvloop(*_: object) -> httpx.Response:
        raise AttributeError("'NoneType' object has no attribute 'getpeername'")

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", on_uvloop)
    async with httpx.AsyncClient(transport=Network()) as client:
        with pytest.raises(httpx.ConnectError, match="getpeername"):
            await client.get("http://127.0.0.1:9/")
