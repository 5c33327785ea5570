"""A real S3 server on loopback, and a gate before it that fails as often as it is told."""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from hub.demo.processes import free_port
from hub.kernel.storage import Bucket
from hub.settings import Secret


class S3Server:
    """moto's server in a process of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._log = Path(tempfile.mkdtemp(prefix="hub-s3-")) / "log"
        with self._log.open("wb") as output:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self._log.read_text()[-2000:])
            time.sleep(0.05)

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(self.endpoint).is_success
        return False

    def fresh(self, *, prefix: str = "vault") -> Bucket:
        """An empty bucket."""
        name = f"test-{uuid4().hex}"
        httpx.put(f"{self.endpoint}/{name}").raise_for_status()
        return self.named(f"s3://{name}/{prefix}")

    def named(self, url: str) -> Bucket:
        return Bucket(url=url, endpoint=self.endpoint, key_id=Secret("test"), key=Secret("secret-of-the-bucket"))

    def stop(self) -> None:
        self._server.terminate()
        self._server.wait(10)


class Gate:
    """Passes connections on to a port, but answers the next `failing` requests itself with 503."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.failing = 0
        self.failed = 0
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Gate"]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection, so that each can be failed."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if self.failing > 0:
                self.failing -= 1
                self.failed += 1
                writer.write(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
            else:
                await self._pass_on(head, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            await _closed(writer)

    async def _pass_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        back.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        copying = asyncio.create_task(_copy(reader, back))
        try:
            await _copy(there, writer)
        finally:
            copying.cancel()
            await asyncio.gather(copying, return_exceptions=True)
            await _closed(back)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(1 << 16):
        target.write(data)
        await target.drain()
