"""The house as separate processes on RabbitMQ (BUS=rabbit): hub, worker, one process a connector and a twin each."""

import asyncio
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import httpx
import msgspec

from connectors import registry
from hub.demo import province
from hub.demo.world import StepFailed, World
from hub.install import installed
from hub.kernel.postgres import EmbeddedPostgres
from hub.settings import load

START_SECONDS = 240.0
"""How long the slowest of them may take to answer: a dozen interpreters that start at once share the processors."""


class Child(Protocol):
    """A running process, as `asyncio.subprocess.Process` shows it."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def kill(self) -> None: ...

    def terminate(self) -> None: ...

    async def wait(self) -> int: ...


Launch = Callable[[Sequence[str], Mapping[str, str], Path], Awaitable[Child]]
"""Runs a module with its arguments in this environment; what it writes is added to a log."""


async def executed(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Child:
    """By an interpreter of its own: `python -m`."""
    with log.open("ab") as written:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, env=dict(environ), stdout=written, stderr=written
        )


class Process(msgspec.Struct):
    """One command, its environment, and the running child if any."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    launch: Launch = executed
    child: Child | None = None

    async def start(self) -> None:
        """Its log goes to `<DATA_DIR>/logs/<name>.log`."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.child = await self.launch(self.command, self.environ, self.log)

    @property
    def log(self) -> Path:
        """What it wrote."""
        return Path(self.environ["DATA_DIR"]) / "logs" / f"{self.name}.log"

    def expect_alive(self) -> None:
        """Raises StepFailed with the last lines of its log when it has ended by itself."""
        if self.child is not None and self.child.returncode is not None:
            raise StepFailed(
                f"tiến trình {self.name} đã dừng, mã {self.child.returncode} / the process ended. {self.log}:\n"
                f"{self.last_words()}"
            )

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-8:])

    async def kill(self) -> None:
        """As a power cut would: no chance to tidy up."""
        await self._end("kill")

    async def stop(self) -> None:
        """Asked to stop; killed when it does not within ten seconds."""
        await self._end("terminate")

    async def _end(self, how: str) -> None:
        child, self.child = self.child, None
        if child is None or child.returncode is not None:
            return
        getattr(child, how)()
        try:
            async with asyncio.timeout(10):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()


class Town(msgspec.Struct, frozen=True):
    """All processes by name, and the world as a journey sees it."""

    world: World
    processes: Mapping[str, Process]
    passwords: Mapping[str, str]


@asynccontextmanager
async def town(
    environ: Mapping[str, str],
    *,
    patience: float = 90.0,
    speed: float = 20.0,
    twins_inside: bool = False,
    launch: Launch = executed,
) -> AsyncIterator[Town]:
    """Needs AMQP_URL; makes its own PostgreSQL unless DATABASE_URL names one.

    `twins_inside`: each twin lives in its connector's process and is called without a network.
    """
    folder = Path(environ["DATA_DIR"])
    async with AsyncExitStack() as stack:
        dsn = environ.get("DATABASE_URL") or _own_database(stack, folder)
        ports = {name: free_port() for name in ("hub", "smtp", *registry.NAMES)}
        around = _environment(environ, dsn, ports)
        if not twins_inside:
            around |= served(ports)
        settings = load(around)
        async with installed(settings) as parts:
            _, passwords = await province.seed(parts.db, folder)
        found = _commands(partial(Process, launch=launch), around, ports, speed, twins_inside=twins_inside)
        processes = {process.name: process for process in found}
        stack.push_async_callback(_stop, processes.values())
        for process in processes.values():
            await process.start()
        world = await _world(stack, ports, processes, patience)
        yield Town(world, processes, passwords)


@asynccontextmanager
async def running(environ: Mapping[str, str]) -> AsyncIterator[tuple[World, Mapping[str, str]]]:
    """The same, for a journey that kills nobody."""
    async with town(environ) as place:
        yield place.world, place.passwords


def _own_database(stack: AsyncExitStack, folder: Path) -> str:
    postgres = stack.enter_context(EmbeddedPostgres.start(folder / "postgres"))
    postgres.ensure_database("hub")
    return postgres.dsn("hub")


def _environment(environ: Mapping[str, str], dsn: str, ports: Mapping[str, int]) -> dict[str, str]:
    address = f"http://127.0.0.1:{ports['hub']}"
    return {**environ, "DATABASE_URL": dsn, "BUS": "rabbit", "DEMO": "1", "PORT": str(ports["hub"]), "HUB_URL": address}


TWINS = {
    "VBDLIS_SECURITY_CODE": "vbdlis-simulator",
    "MAIL_SECURITY": "none",
    "VNPOST_STATUS": "1=ordered,2=collected,3=in-transit,5=returned",
    "PAYMENT_PLATFORM_CODES": "01=ours,02=refused,03=refused,04=settled,05=absent,06=not-yet",
}
"""What an operator would set for a live partner, with the twins' values."""


def served(ports: Mapping[str, int]) -> dict[str, str]:
    """The environment in which every partner is live and is a twin on a port; `smtp` is the mail twin's other port."""
    around = {**TWINS, "MAIL_PORT": str(ports["smtp"])}
    for name in registry.NAMES:
        around[f"{name.upper()}_MODE"] = "live"
        around[f"{name.upper()}_BASE_URL"] = f"http://127.0.0.1:{ports[name]}"
    return around


def _commands(
    made: Callable[[str, tuple[str, ...], Mapping[str, str]], Process],
    around: Mapping[str, str],
    ports: Mapping[str, int],
    speed: float,
    *,
    twins_inside: bool,
) -> list[Process]:
    found = [
        made("hub", ("hub", "--log", "info", "serve"), around),
        made("worker", ("hub", "--log", "info", "work", "--speed", str(speed)), around),
    ]
    for name in registry.NAMES:
        run, port = ("connectors", "run", name), str(ports[name])
        if twins_inside:
            found.append(made(name, (*run, "--desk-port", port), around))
            continue
        twin_environ = {**around, f"{name.upper()}_MODE": "simulator"}
        found.append(made(f"{name}-twin", ("connectors", "simulate", name, "--port", port), twin_environ))
        found.append(made(name, run, around))
    return found


async def _stop(processes: Iterable[Process]) -> None:
    await asyncio.gather(*(process.stop() for process in processes))


async def _world(
    stack: AsyncExitStack, ports: Mapping[str, int], processes: Mapping[str, Process], patience: float
) -> World:
    clients = {}
    for name in ("hub", *registry.NAMES):
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{ports[name]}", timeout=60, follow_redirects=True)
        clients[name] = await stack.enter_async_context(client)
    async with asyncio.timeout(START_SECONDS):
        for name, client in clients.items():
            path = "/api/v1/procedures" if name == "hub" else "/_sim/effects"
            await _answering(client, path, processes.values())
    hub = clients.pop("hub")
    return World(hub, clients, patience)


async def _answering(client: httpx.AsyncClient, path: str, all_of_them: Iterable[Process]) -> None:
    """Raises StepFailed as soon as any process has ended instead of starting."""
    while True:
        for process in all_of_them:
            process.expect_alive()
        with suppress(httpx.TransportError):
            if (await client.get(path)).is_success:
                return
        await asyncio.sleep(0.1)


OUTGOING = 32_768
"""From here on Linux gives ports to outgoing connections: one that was free a moment ago may be anybody's now."""


def free_port() -> int:
    """Free a moment ago, on loopback, and nobody gets it by chance."""
    while True:
        port = OUTGOING - 1 - secrets.randbelow(12_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
