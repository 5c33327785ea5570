"""`hub work`: the loops on RabbitMQ; any number of them."""

import asyncio
import os
import signal

import click
import uvloop

from connectors import registry
from connectors.runtime.rabbit import RabbitBus
from connectors.runtime.topology import queues
from hub.install import installed
from hub.settings import load
from hub.worker import working


@click.command()
@click.option("--speed", default=1.0, help="Chia khoảng cách các việc định kỳ (thử nghiệm). / Divides intervals.")
def work(speed: float) -> None:
    """Chuyển thông điệp, xử lý trả lời, việc định kỳ. / Relay, settle, dispatch, schedules."""
    uvloop.run(_work(speed))


async def _work(speed: float) -> None:
    settings = load(os.environ)
    if not settings.amqp_url:
        raise click.ClickException("AMQP_URL: chưa đặt địa chỉ RabbitMQ / is not set")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with installed(settings) as parts:
        bus = await RabbitBus.connect(settings.amqp_url, queues(registry.NAMES))
        try:
            async with working(parts, bus, speed=speed):
                click.echo("hub work: đang chạy / running", err=True)
                await stop.wait()
        finally:
            await bus.close()
