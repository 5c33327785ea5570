"""The four ways in which the house stands: one process or many, partners called in memory or over HTTP."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Literal

import httpx
import msgspec
import uvicorn

from connectors import registry
from hub.demo import processes, province
from hub.demo.processes import executed, free_port, served
from hub.demo.world import World
from hub.embedded import twin
from hub.http_server import serving
from hub.kernel.clock import system_clock
from hub.settings import load
from hub.whole import house, world_of
from tests.support.forks import forked
from tests.support.house_keys import with_keys

Bus = Literal["embedded", "rabbit"]
Partners = Literal["in-process", "served"]
SPEED = 20.0
PATIENCE = 120.0


class Stage(msgspec.Struct, frozen=True):
    """Where a journey is played, and who may log in."""

    world: World
    passwords: Mapping[str, str]


@asynccontextmanager
async def standing(
    bus: Bus, partners: Partners, folder: Path, dsn: str, amqp_url: str = "", **settings: str
) -> AsyncIterator[Stage]:
    """The house on this data folder and database; what it writes there is still there the next time."""
    environ = {**os.environ, "DATA_DIR": str(with_keys(folder)), "DATABASE_URL": dsn, "BUS": bus, **settings}
    environ.pop("AMQP_URL", None)
    if bus == "rabbit":
        environ["AMQP_URL"] = amqp_url
        inside = partners == "in-process"
        launch = forked if inside else executed  # served: by the commands themselves
        async with processes.town(environ, patience=PATIENCE, twins_inside=inside, launch=launch) as town:
            yield Stage(town.world, town.passwords)
    elif partners == "in-process":
        async with (
            house(load(environ), environ=environ, speed=SPEED) as home,
            world_of(home, patience=PATIENCE) as world,
        ):
            _, passwords = await province.seed(home.parts.db, folder)
            yield Stage(world, passwords)
    else:
        async with _over_http(environ, folder) as stage:
            yield stage


@asynccontextmanager
async def _over_http(environ: Mapping[str, str], folder: Path) -> AsyncIterator[Stage]:
    """One process for the hub; each partner is live, at an address, and so is the hub for them."""
    ports = {name: free_port() for name in ("hub", "smtp", *registry.NAMES)}
    hub_url = f"http://127.0.0.1:{ports['hub']}"
    around = {**environ, **served(ports), "PORT": str(ports["hub"]), "HUB_URL": hub_url}
    settings = load(around)
    async with AsyncExitStack() as stack:
        to_hub = await stack.enter_async_context(httpx.AsyncClient(base_url=hub_url, timeout=60))
        desks = {}
        for name in registry.NAMES:
            address = f"http://127.0.0.1:{ports[name]}"
            environ_of = {**around, f"{name.upper()}_MODE": "simulator"}
            partner = twin(name, settings, to_hub, system_clock, address, environ_of)
            stack.push_async_callback(partner.close)
            await stack.enter_async_context(listening(partner.app, ports[name]))
            desks[name] = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=60))
        home = await stack.enter_async_context(house(settings, environ=around, speed=SPEED))
        await stack.enter_async_context(serving(home.app, settings))
        home.around.to_hub.lead_to(home.app)
        _, passwords = await province.seed(home.parts.db, folder)
        hub = await stack.enter_async_context(httpx.AsyncClient(base_url=hub_url, timeout=60, follow_redirects=True))
        yield Stage(World(hub, desks, PATIENCE), passwords)


class _Listener(uvicorn.Server):
    @contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


@asynccontextmanager
async def listening(app: object, port: int) -> AsyncIterator[None]:
    """An ASGI app on a port of loopback, in this process."""
    config = uvicorn.Config(app, port=port, lifespan="off", log_level="warning", loop="none")  # type: ignore[arg-type]
    server = _Listener(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), f"port {port}"
        await asyncio.sleep(0)
    try:
        yield
    finally:
        server.should_exit = True
        await task
