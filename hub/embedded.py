"""Everything in one process: connectors on the memory bus, partners' twins mounted beside the hub."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import msgspec

from connectors import registry
from connectors.runtime.files import HttpFiles
from connectors.runtime.memory import MemoryBus
from connectors.runtime.ports import Bus, Simulator, SimulatorContext
from connectors.runtime.runner import ConnectorRunner
from connectors.runtime.simulation import SimulatorTransport
from hub.kernel.clock import Clock
from hub.settings import Settings


class LateTransport(httpx.AsyncBaseTransport):
    """Reaches an ASGI app that is made later: the hub and the twins need each other."""

    def __init__(self) -> None:
        self._inner: httpx.ASGITransport | None = None

    def lead_to(self, app: Any) -> None:
        """Now it exists."""
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises ConnectError while there is nobody."""
        if self._inner is None:
            raise httpx.ConnectError("the hub has not started yet", request=request)
        return await self._inner.handle_async_request(request)


class Partners(msgspec.Struct, frozen=True):
    """The twins of this process, by connector, and the way to the hub that they use."""

    twins: Mapping[str, Simulator]
    to_hub: LateTransport
    client: httpx.AsyncClient


@asynccontextmanager
async def partners(settings: Settings, clock: Clock, environ: Mapping[str, str]) -> AsyncIterator[Partners]:
    """A twin for each connector that is not live."""
    to_hub = LateTransport()
    async with httpx.AsyncClient(transport=to_hub, base_url=settings.hub_url, timeout=60) as client:
        twins: dict[str, Simulator] = {}
        try:
            for name in registry.NAMES:
                if settings.modes.get(name, "simulator") == "simulator":
                    twins[name] = twin(name, settings, client, clock, f"{settings.hub_url}/_partners/{name}", environ)
            yield Partners(twins, to_hub, client)
        finally:
            for one in twins.values():
                await one.close()


def twin(
    name: str,
    settings: Settings,
    client: httpx.AsyncClient,
    clock: Clock,
    base_url: str,
    environ: Mapping[str, str],
) -> Simulator:
    """One partner's twin; its state is kept in the data folder."""
    connector = registry.connector(name)
    folder = settings.data_dir / "partners" / name
    folder.mkdir(parents=True, exist_ok=True)
    context = SimulatorContext(
        folder=folder, hub=client, base_url=base_url, pki_folder=settings.data_dir / "pki", now=clock
    )
    return connector.simulator(connector.settings(environ), context)


@asynccontextmanager
async def connectors_running(
    bus: Bus, around: Partners, clock: Clock, environ: Mapping[str, str], *, visibility: float
) -> AsyncIterator[None]:
    """Every connector, on this bus, towards its twin or the network; half of `visibility` to begin, half to reach the partner."""
    async with AsyncExitStack() as stack:
        for name in registry.NAMES:
            connector = registry.connector(name)
            twin_of = around.twins.get(name)
            runner = ConnectorRunner(
                connector,
                connector.settings(environ),
                bus,
                HttpFiles(around.client),
                transport=SimulatorTransport(twin_of.app) if twin_of else None,
                now=clock,
                handler_seconds=visibility / 2,
                lease_seconds=visibility / 2,
            )
            await stack.enter_async_context(runner)
        yield


def memory_bus() -> MemoryBus:
    """The bus of one process."""
    return MemoryBus()
