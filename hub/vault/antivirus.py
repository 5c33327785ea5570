"""A scanner for what comes in: clamd's INSTREAM, or none where none is configured."""

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from hub.vault.errors import AntivirusAway, Infected

_CHUNK = 256 * 1024


class Scanner(Protocol):
    """Raises Infected or AntivirusAway."""

    async def scan(self, name: str, source: bytes | Path) -> None: ...


class NullScanner:
    """No scanner is configured; everything passes."""

    async def scan(self, name: str, source: bytes | Path) -> None:
        """Nothing to do."""


class Clamd:
    """`address`: a socket path, `host:port` or `tcp://host:port`."""

    def __init__(self, address: str, *, timeout: float = 30.0) -> None:
        self._address = address
        self._timeout = timeout

    async def scan(self, name: str, source: bytes | Path) -> None:
        """What is not clean does not come in, nor what could not be scanned."""
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._instream(source)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as lost:
            raise AntivirusAway(str(lost) or type(lost).__name__) from lost
        if answer.endswith(" FOUND"):
            raise Infected(name, answer.removeprefix("stream: ").removesuffix(" FOUND"))
        if answer != "stream: OK":
            raise AntivirusAway(answer)

    async def _instream(self, source: bytes | Path) -> str:
        reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            async for chunk in _chunks(source):
                writer.write(struct.pack("!L", len(chunk)) + chunk)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode("utf-8", "replace").strip()
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address)
        host, _, port = self._address.removeprefix("tcp://").rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port))


async def _chunks(source: bytes | Path) -> AsyncIterator[bytes]:
    with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as content:
        while chunk := await asyncio.to_thread(content.read, _CHUNK):
            yield chunk


def scanner(address: str) -> Scanner:
    """As CLAMD_ADDRESS says; empty means none."""
    return Clamd(address) if address else NullScanner()
