"""The scanner's client against a socket that speaks INSTREAM, and against a real clamd where there is one."""

import asyncio
import os
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub import vault

pytestmark = pytest.mark.anyio

EICAR = b"".join([rb"X5O!P%@AP[4\PZX54(P^)7CC)7}", b"$EICAR-STANDARD-ANTIVIRUS-", b"TEST-FILE!$H+H*"])


class Twin:
    """Speaks clamd's INSTREAM and knows one virus."""

    def __init__(self) -> None:
        self.answer: bytes | None = None
        self.received: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
        self.received.append(content)
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"
        writer.write(self.answer if self.answer is not None else found)
        await writer.drain()
        writer.close()


@pytest.fixture
async def twin(tmp_path: Path) -> AsyncIterator[tuple[Twin, str]]:
    clamd = Twin()
    path = str(tmp_path / "clamd.sock")
    async with await asyncio.start_unix_server(clamd.serve, path):
        yield clamd, path


async def test_a_clean_file_passes_whole(twin: tuple[Twin, str]) -> None:
    clamd, path = twin
    data = os.urandom(700_000)
    await vault.scanner(path).scan("anh.png", data)
    assert clamd.received == [data]


async def test_an_infected_file_is_refused_by_the_name_of_its_virus(twin: tuple[Twin, str]) -> None:
    with pytest.raises(vault.Infected) as refused:
        await vault.scanner(twin[1]).scan("don.pdf", b"%PDF-1.7\n" + EICAR)
    assert refused.value.code == "upload.infected"
    assert refused.value.data == {"file": "don.pdf", "virus": "Win.Test.EICAR_HDB-1"}


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK"])
async def test_a_scanner_that_does_not_say_clean_lets_nothing_in(twin: tuple[Twin, str], answer: bytes) -> None:
    twin[0].answer = answer
    with pytest.raises(vault.AntivirusAway):
        await vault.scanner(twin[1]).scan("don.pdf", b"x")


async def test_a_scanner_that_is_not_there_lets_nothing_in(tmp_path: Path) -> None:
    for address in (str(tmp_path / "none.sock"), "127.0.0.1:1", "tcp://127.0.0.1:1"):
        with pytest.raises(vault.AntivirusAway):
            await vault.scanner(address).scan("don.pdf", b"x")


async def test_without_a_scanner_everything_passes() -> None:
    await vault.scanner("").scan("don.pdf", EICAR)


async def test_a_real_clamd_tells_clean_from_infected(clamd: str) -> None:
    """OPS-06."""
    real = vault.scanner(clamd)
    await real.scan("don.txt", b"in order")
    for name, data in (("eicar.com", EICAR), ("don.pdf", b"%PDF-1.7\n" + b"x" * 300_000 + EICAR)):
        with pytest.raises(vault.Infected) as refused:
            await real.scan(name, data)
        assert refused.value.data == {"file": name, "virus": "Test.EICAR.UNOFFICIAL"}


async def test_what_a_real_clamd_does_not_take_does_not_come_in(clamd: str) -> None:
    """OPS-06: over its limit."""
    with pytest.raises(vault.AntivirusAway):
        await vault.scanner(clamd).scan("anh.png", os.urandom(3_000_000))
