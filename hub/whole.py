"""The whole house in one process: hub, connectors, twins, loops (BUS=embedded)."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import msgspec

from hub.demo.world import World
from hub.embedded import Partners, connectors_running, memory_bus, partners
from hub.install import Installation, installed
from hub.kernel.clock import Clock, system_clock
from hub.main import create_app
from hub.settings import Settings
from hub.worker import working


class House(msgspec.Struct, frozen=True):
    """Running parts. `app` is served or called in memory."""

    parts: Installation
    around: Partners
    app: Any


@asynccontextmanager
async def house(
    settings: Settings,
    *,
    environ: Mapping[str, str] = os.environ,
    clock: Clock = system_clock,
    speed: float = 1.0,
) -> AsyncIterator[House]:
    """Everything is up while the block runs. `environ` holds the connectors' own settings."""
    async with installed(settings, clock) as parts, partners(settings, clock, environ) as around:
        app = create_app(parts, environ=environ, twins=around.twins)
        around.to_hub.lead_to(app)
        bus = memory_bus()
        async with (
            connectors_running(bus, around, clock, environ, visibility=settings.visibility_seconds),
            working(parts, bus, speed=speed),
        ):
            yield House(parts, around, app)
        await bus.close()


@asynccontextmanager
async def world_of(home: House, *, patience: float = 60.0) -> AsyncIterator[World]:
    """The house as a journey sees it, without a port."""
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(_in_memory(home.app, home.parts.settings.hub_url))
        desks = {
            name: await stack.enter_async_context(_in_memory(twin.app, f"http://{name}.twin"))
            for name, twin in home.around.twins.items()
        }
        yield World(hub, desks, patience)


def _in_memory(app: Any, base_url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=base_url, timeout=60, follow_redirects=True
    )
