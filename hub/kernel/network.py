"""The way out to the network, for whatever the hub asks itself."""

import httpx


class Network(httpx.AsyncHTTPTransport):
    """httpx's own, but a peer that dies while the connection is being made is a ConnectError.

    On uvloop anyio asks the closed socket for its peer, and that is an AttributeError (ADR 13).
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except AttributeError as error:
            raise httpx.ConnectError(f"the peer closed the connection: {error}", request=request) from error
