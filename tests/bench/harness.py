"""What the measurements share: one row a figure, a real server with production's settings, a load that is not the limit."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal, Self

import httpx
import msgspec

from hub import identity
from hub.demo import province
from hub.demo.journey import Cast, Journey
from hub.demo.people import log_in, new_citizen
from hub.demo.processes import free_port
from hub.install import Installation, installed
from hub.kernel.postgres import EmbeddedPostgres, PostgresBinaries
from hub.settings import load
from hub.whole import house, world_of
from tests.support.rabbit import RabbitNode

ROOT = Path(__file__).parents[2]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure beside its limit, both measured in this run. `goal` is what `ratio` must be: at least or at most."""

    name: str
    figure: float
    limit: float
    unit: str
    of: str
    ratio: float
    goal: float
    better: Literal["more", "less"] = "more"

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal if self.better == "more" else self.ratio <= self.goal


def more(name: str, figure: float, limit: float, unit: str, of: str, goal: float) -> Row:
    """The nearer to the limit the better."""
    return Row(name=name, figure=figure, limit=limit, unit=unit, of=of, ratio=figure / limit, goal=goal)


def less(name: str, figure: float, limit: float, unit: str, of: str) -> Row:
    """The limit is a budget."""
    return Row(name=name, figure=figure, limit=limit, unit=unit, of=of, ratio=figure / limit, goal=1.0, better="less")


class Process(msgspec.Struct, frozen=True):
    """A running child and where it writes."""

    child: asyncio.subprocess.Process
    log: Path

    async def until(self, ready: Callable[[], Awaitable[bool]], *, seconds: float = 90) -> None:
        """Raises RuntimeError with its last words when it ends before."""
        async with asyncio.timeout(seconds):
            while not await ready():
                if self.child.returncode is not None:
                    raise RuntimeError(self.log.read_text()[-2000:])
                await asyncio.sleep(0.1)


class Bench:
    """Opened once for all measurements; a database each, made from one that a journey has filled."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._made = 0
        self.code = ""

    async def __aenter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))
        self.binaries = PostgresBinaries.locate()
        self._postgres = self._stack.enter_context(EmbeddedPostgres.start(self.folder / "postgres"))
        self._postgres.ensure_database("filled")
        await self._fill()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def rabbit(self) -> RabbitNode:
        """A node of the bench's own, ended with it."""
        node = RabbitNode()
        self._stack.callback(node.stop)
        return node

    def database(self) -> str:
        """The address of a copy of the filled database."""
        self._made += 1
        name = f"bench_{self._made}"
        self._postgres.psql(f"create database {name} template filled")
        return self._postgres.dsn(name)

    def psql(self, dsn: str, script: str) -> str:
        program = self.binaries.program("psql")
        done = subprocess.run(
            [program, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", dsn],
            input=script,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def environ(self, dsn: str, **more_of_it: str) -> dict[str, str]:
        return {"DATABASE_URL": dsn, "DATA_DIR": str(self.folder / "data"), "DEMO": "1", **more_of_it}

    @asynccontextmanager
    async def hub(self, dsn: str) -> AsyncIterator[Installation]:
        """The hub's parts in this process."""
        async with installed(load(self.environ(dsn))) as parts:
            yield parts

    @asynccontextmanager
    async def process(self, *command: str, environ: Mapping[str, str]) -> AsyncIterator[Process]:
        """A Python program beside this one; its words go to its log."""
        self._made += 1
        log = self.folder / f"process-{self._made}.log"
        with log.open("wb") as output:
            child = await asyncio.create_subprocess_exec(
                sys.executable, *command, env={**os.environ, **environ}, cwd=ROOT, stdout=output, stderr=output
            )
        try:
            yield Process(child, log)
        finally:
            if child.returncode is None:
                child.terminate()
            await child.wait()

    @asynccontextmanager
    async def serving(self, *command: str, url: str, environ: Mapping[str, str]) -> AsyncIterator[Process]:
        """A server in a process of its own, once `url` answers."""
        async with self.process(*command, environ=environ) as process:
            await process.until(lambda: _answers(url))
            yield process

    async def _fill(self) -> None:
        environ = self.environ(self._postgres.dsn("filled"), PORT=str(free_port()))
        async with house(load(environ), speed=20) as home, world_of(home) as world:
            _, passwords = await province.seed(home.parts.db, home.parts.settings.data_dir)
            citizen = await new_citizen(world, "089090000001", "Nguyễn Thị Đo Đạc", "Mau-do-dac-2026")
            counter = await log_in(world, identity.LOGINS[identity.Role.COUNTER], passwords["counter"])
            operator = await log_in(world, identity.LOGINS[identity.Role.OPERATOR], passwords["operator"])
            journey = Journey(world, Cast(citizen, counter, operator))
            await journey.catalogue()
            await journey.submit()
            await journey.accept()
            self.code = journey.code


async def _answers(url: str) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(url)).is_success
        except httpx.TransportError:
            return False


async def load_of(url: str, *, seconds: float = 3.0, connections: int = 32) -> float:
    """Requests a second, by a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.load", url, str(seconds), str(connections),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"load on {url} failed")
    return float(json.loads(said)["per_second"])
