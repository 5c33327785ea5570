"""Many long uploads at once to a hub process of its own: its memory does not grow with them (issue 3; SUB-11, RES-10)."""

import asyncio
import hashlib
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path

import httpx
import msgspec
import pytest
from pypdf import PdfWriter

from hub import identity
from hub.demo import province
from hub.demo.people import Person, log_in
from hub.demo.processes import Process, free_port
from hub.demo.world import World
from hub.install import installed
from hub.settings import load
from tests.support.house_keys import with_keys
from tests.support.modules import blank_pdf
from tests.support.run import fresh_database

MB = 1 << 20
CLIENTS = 8
LONG = 50 * MB
PAPER = 19 * MB
MOST = 96 * MB
"""What the process may need more at its peak: a quarter of what the eight send to be verified, two thirds of the papers."""
BOUNDARY = "ranh-gioi"


class Hub(msgspec.Struct):
    """`hub serve` as a process; `citizen` is logged in."""

    process: Process
    client: httpx.AsyncClient
    citizen: Person

    def _memory(self, name: str) -> int:
        assert self.process.child is not None
        status = Path(f"/proc/{self.process.child.pid}/status").read_text("ascii")
        return int(status.split(f"{name}:")[1].split()[0]) * 1024

    async def growth(self, what: Callable[[], Awaitable[object]]) -> int:
        """Bytes of resident memory at the peak over what the process had before."""
        assert self.process.child is not None
        Path(f"/proc/{self.process.child.pid}/clear_refs").write_text("5", "ascii")  # the peak is counted from now
        before = self._memory("VmRSS")
        await what()
        return self._memory("VmHWM") - before


@pytest.fixture(scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder, port = tmp_path_factory.mktemp("hub"), free_port()
    with fresh_database() as dsn:
        environ = {
            "DATABASE_URL": dsn, "DATA_DIR": str(with_keys(folder)), "PORT": str(port), "HUB_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        async with installed(load(environ)) as parts:
            _, passwords = await province.seed(parts.db, folder)
        async with AsyncExitStack() as stack:
            process = Process(name="hub", command=("hub", "serve"), environ=_around(environ))
            stack.push_async_callback(process.stop)
            await process.start()
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=environ["HUB_URL"], timeout=300))
            citizen = await log_in(World(client, {}), identity.CITIZEN_LOGIN, passwords["citizen"])
            yield Hub(process, client, citizen)


def _around(environ: dict[str, str]) -> dict[str, str]:
    return {**{name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}, **environ}


async def pieces(size: int, first: bytes = b"") -> AsyncIterator[bytes]:
    """`first` tells one from another."""
    yield first
    block = random.Random(size).randbytes(MB)
    for _ in range(size // MB):
        yield block


async def form(size: int, first: bytes) -> AsyncIterator[bytes]:
    disposition = 'Content-Disposition: form-data; name="file"; filename="to.bin"'
    yield f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode()
    async for piece in pieces(size, first):
        yield piece
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


async def _raw(hub: Hub, number: int) -> None:
    answer = await hub.client.post("/api/v1/verify", content=pieces(LONG - MB, b"%d" % number))
    assert answer.status_code == 202, answer.text


async def _in_a_form(hub: Hub, number: int) -> None:
    kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = await hub.client.post("/api/v1/verify", content=form(LONG - MB, b"%d" % number), headers=kind)
    assert answer.status_code == 202, answer.text


def paper(number: int) -> bytes:
    writer, out = PdfWriter(BytesIO(blank_pdf())), BytesIO()
    writer.add_attachment("ban-do.bin", random.Random(number).randbytes(PAPER))
    writer.write(out)
    return out.getvalue()


async def _paper(hub: Hub, number: int) -> None:
    data = paper(number)
    answer = await hub.client.post(
        "/api/v1/files", params={"name": "ban-do.pdf"}, content=data, headers=hub.citizen.headers
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("one", [_raw, _in_a_form, _paper], ids=["body", "form", "paper"])
async def test_eight_at_once_need_less_than_a_part_of_what_they_send(
    hub: Hub, one: Callable[[Hub, int], Awaitable[None]]
) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(one(hub, number) for number in range(CLIENTS)))

    grown = await hub.growth(all_of_them)
    assert grown < MOST, f"{grown / MB:.0f} MB"
