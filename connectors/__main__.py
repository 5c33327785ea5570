"""`python -m connectors`: run one connector, simulate one partner, probe one partner, list them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
import msgspec
import structlog
import uvicorn

from connectors import registry
from connectors.runtime.errors import PartnerError
from connectors.runtime.files import HttpFiles
from connectors.runtime.ports import Connector, Simulator, SimulatorContext
from connectors.runtime.rabbit import RabbitBus
from connectors.runtime.runner import ConnectorRunner
from connectors.runtime.settings import Environment, SettingError
from connectors.runtime.simulation import SimulatorTransport
from connectors.runtime.topology import queues


class Known(click.ParamType[Connector]):
    """The name of a connector; a wrong one is answered with those that exist."""

    name = "name"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Connector:
        try:
            return value if isinstance(value, Connector) else registry.connector(str(value))
        except registry.UnknownConnector as error:
            self.fail(str(error), param, ctx)


KNOWN = Known()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Kết nối với các hệ thống đối tác. / Connectors to partner systems.

    Cấu hình lấy từ biến môi trường (AMQP_URL, HUB_URL, DATA_DIR, <TÊN>_…). / Settings come from the environment.
    """
    shape = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            shape,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@main.command("list")
def list_() -> None:
    """Liệt kê các kết nối. / List the connectors."""
    for name, connector in registry.connectors().items():
        click.echo(f"{name:18} {connector.title_vi} / {connector.title_en}")


@main.command()
@click.argument("connector", metavar="NAME", type=KNOWN)
@click.option(
    "--desk-port",
    type=click.IntRange(1, 65535),
    help="Cổng HTTP của bản mô phỏng trong tiến trình này. / HTTP port of the twin in this process.",
)
def run(connector: Connector, desk_port: int | None) -> None:
    """Chạy một kết nối trên RabbitMQ. / Run one connector on RabbitMQ.

    <TÊN>_MODE=live nối tới đối tác qua mạng; nếu không, bản mô phỏng nằm ngay trong tiến trình này.
    / <NAME>_MODE=live reaches the partner over the network; otherwise its twin lives in this process.
    """
    url = os.environ.get("AMQP_URL", "")
    if not url:
        raise click.ClickException("AMQP_URL: chưa đặt địa chỉ RabbitMQ / is not set")
    settings = _settings(connector, os.environ)
    live = os.environ.get(f"{connector.name.upper()}_MODE") == "live"
    asyncio.run(_run(connector, settings, url, None if live else _twin(connector, settings, desk_port)))


@main.command()
@click.argument("connector", metavar="NAME", type=KNOWN)
@click.option("--port", type=click.IntRange(1, 65535), required=True, help="Cổng HTTP. / HTTP port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe. / Address to listen on.")
@click.option("--base-url", default="", help="Địa chỉ mà trình duyệt thấy. / Address as a browser sees it.")
def simulate(connector: Connector, port: int, host: str, base_url: str) -> None:
    """Chạy bản mô phỏng của một đối tác. / Run the simulated twin of one partner."""
    context = _context(connector, base_url or f"http://{host}:{port}")
    twin = connector.simulator(_settings(connector, os.environ), context)
    # uvloop, the default where it is installed, makes httpx raise AttributeError when a peer is killed while connecting.
    uvicorn.run(twin.app, host=host, port=port, lifespan="off", log_level="warning", loop="asyncio")


@main.command()
@click.argument("connector", metavar="NAME", type=KNOWN)
def probe(connector: Connector) -> None:
    """Thử kết nối và tài khoản tới đối tác. / Check the way and the credentials to the partner."""
    settings = _settings(connector, os.environ)
    try:
        asyncio.run(_probe(connector, settings))
    except PartnerError as error:
        click.echo(f"{connector.name}: {error.code}: {error.vi} / {error.en}", err=True)
        if error.words:
            click.echo(error.words, err=True)
        raise SystemExit(1) from error
    click.echo(f"{connector.name}: tốt / ok")


class _Inside(msgspec.Struct, frozen=True):
    """A twin in a connector's own process; `port` shows its desk."""

    twin: Simulator
    port: int | None


def _twin(connector: Connector, settings: object, port: int | None) -> _Inside:
    base_url = f"http://127.0.0.1:{port}" if port else f"http://{connector.name}.twin"
    return _Inside(connector.simulator(settings, _context(connector, base_url)), port)


def _context(connector: Connector, base_url: str) -> SimulatorContext:
    data = Path(os.environ.get("DATA_DIR", "var")).absolute()
    return SimulatorContext(
        folder=data / "simulators" / connector.name,
        hub=httpx.AsyncClient(base_url=_hub_url(), timeout=30.0),
        base_url=base_url,
        pki_folder=data / "pki",
        now=lambda: datetime.now(UTC),
    )


@asynccontextmanager
async def _desk(inside: _Inside | None) -> AsyncIterator[httpx.AsyncBaseTransport | None]:
    """The way to the twin, its desk on a port meanwhile; None leads to the network."""
    if inside is None:
        yield None
        return
    async with AsyncExitStack() as stack:
        if inside.port is not None:
            config = uvicorn.Config(inside.twin.app, port=inside.port, lifespan="off", log_level="warning", loop="none")
            server = _Desk(config)
            serving = asyncio.create_task(server.serve())
            stack.push_async_callback(server.end, serving)
        stack.push_async_callback(inside.twin.close)
        yield SimulatorTransport(inside.twin.app)


class _Desk(uvicorn.Server):
    """Leaves the signals to the connector that it belongs to."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def end(self, serving: "asyncio.Task[None]") -> None:
        """Stop listening."""
        self.should_exit = True
        await serving


async def _run(connector: Connector, settings: object, url: str, inside: _Inside | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bus = await RabbitBus.connect(url, queues([connector.name]))
    try:
        async with (
            httpx.AsyncClient(base_url=_hub_url(), timeout=30.0) as hub,
            _desk(inside) as transport,
            ConnectorRunner(
                connector,
                settings,
                bus,
                HttpFiles(hub),
                transport=transport,
                handler_seconds=_half_the_visibility(),
                lease_seconds=_half_the_visibility(),
            ),
        ):
            await stop.wait()
    finally:
        await bus.close()


async def _probe(connector: Connector, settings: object) -> None:
    async with connector.open_client(settings, None) as client:
        await connector.probe(client)


def _settings(connector: Connector, environ: Mapping[str, str]) -> object:
    try:
        return connector.settings(environ)
    except SettingError as error:
        raise click.ClickException(str(error)) from error


def _half_the_visibility() -> float:
    """Of the time after which the hub sends a message again: half to wait on the bus, half to reach the partner."""
    return Environment(os.environ, "VISIBILITY").seconds("SECONDS", 90.0) / 2


def _hub_url() -> str:
    return os.environ.get("HUB_URL", "http://127.0.0.1:8000").rstrip("/")


if __name__ == "__main__":
    main()
