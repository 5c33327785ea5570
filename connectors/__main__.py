"""`python -m connectors`: run one connector, simulate one partner, probe one partner, list them."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
import structlog
import uvicorn

from connectors import registry
from connectors.runtime.errors import PartnerError
from connectors.runtime.files import HttpFiles
from connectors.runtime.ports import Connector, SimulatorContext
from connectors.runtime.rabbit import RabbitBus
from connectors.runtime.runner import ConnectorRunner
from connectors.runtime.settings import SettingError
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
def run(connector: Connector) -> None:
    """Chạy một kết nối trên RabbitMQ. / Run one connector on RabbitMQ."""
    url = os.environ.get("AMQP_URL", "")
    if not url:
        raise click.ClickException("AMQP_URL: chưa đặt địa chỉ RabbitMQ / is not set")
    settings = _settings(connector, os.environ)
    asyncio.run(_run(connector, settings, url))


@main.command()
@click.argument("connector", metavar="NAME", type=KNOWN)
@click.option("--port", type=click.IntRange(1, 65535), required=True, help="Cổng HTTP. / HTTP port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe. / Address to listen on.")
@click.option("--base-url", default="", help="Địa chỉ mà trình duyệt thấy. / Address as a browser sees it.")
def simulate(connector: Connector, port: int, host: str, base_url: str) -> None:
    """Chạy bản mô phỏng của một đối tác. / Run the simulated twin of one partner."""
    data = Path(os.environ.get("DATA_DIR", "var")).absolute()
    context = SimulatorContext(
        folder=data / "simulators" / connector.name,
        hub=httpx.AsyncClient(base_url=_hub_url(), timeout=30.0),
        base_url=base_url or f"http://{host}:{port}",
        pki_folder=data / "pki",
        now=lambda: datetime.now(UTC),
    )
    twin = connector.simulator(_settings(connector, os.environ), context)
    uvicorn.run(twin.app, host=host, port=port, lifespan="off", log_level="warning")


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


async def _run(connector: Connector, settings: object, url: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bus = await RabbitBus.connect(url, queues([connector.name]))
    try:
        async with (
            httpx.AsyncClient(base_url=_hub_url(), timeout=30.0) as hub,
            ConnectorRunner(connector, settings, bus, HttpFiles(hub)),
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


def _hub_url() -> str:
    return os.environ.get("HUB_URL", "http://127.0.0.1:8000").rstrip("/")


if __name__ == "__main__":
    main()
