"""`python -m tests.bench.load URL SECONDS CONNECTIONS`: keep-alive GETs as fast as they are answered; JSON out."""

import asyncio
import json
import sys
import time
from typing import cast
from urllib.parse import urlsplit

import uvloop


class Getter(asyncio.Protocol):
    """One connection: the next request leaves when the answer is whole. Understands Content-Length only."""

    def __init__(self, request: bytes, until: float) -> None:
        self._request = request
        self._until = until
        self._seen = b""
        self.answers = 0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, blank, body = self._seen.partition(b"\r\n\r\n")
        if not blank:
            return
        fields = head.lower()
        start = fields.index(b"content-length:") + 15
        if len(body) < int(fields[start : fields.find(b"\r\n", start) if b"\r\n" in fields[start:] else None]):
            return
        if not self._seen.startswith(b"HTTP/1.1 200"):
            self.connection_lost(RuntimeError(self._seen[:300].decode()))
            return
        self._seen = b""
        self.answers += 1
        if time.perf_counter() < self._until:
            self._transport.write(self._request)
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(error) if error else self.ended.set_result(None)


async def main(url: str, seconds: float, connections: int) -> None:
    where = urlsplit(url)
    path = where.path + (f"?{where.query}" if where.query else "")
    request = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nAccept: application/json\r\n\r\n".encode()
    began = time.perf_counter()
    getters: list[Getter] = []

    def connection() -> Getter:
        getters.append(Getter(request, began + seconds))
        return getters[-1]

    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(connection, where.hostname, where.port)
    async with asyncio.timeout(seconds + 10):
        await asyncio.gather(*(getter.ended for getter in getters))
    total = sum(getter.answers for getter in getters)
    sys.stdout.write(json.dumps({"per_second": total / (time.perf_counter() - began)}))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
