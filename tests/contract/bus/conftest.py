"""Both buses behind one fixture; the rabbit one on a private node that lives as long as the test session."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aio_pika
import msgspec
import pytest

from connectors.runtime import topology
from connectors.runtime.memory import MemoryBus
from connectors.runtime.ports import Bus
from connectors.runtime.rabbit import RabbitBus
from tests.contract.bus.broker import SERVER, Broker

QUEUES = topology.queues(["partner"])


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """`durable`: the bus itself keeps a message until a handler has settled it."""

    bus: Bus
    durable: bool
    queue: str = topology.command_queue("partner")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    assert SERVER.exists(), "these tests need RabbitMQ: apt-get install rabbitmq-server, or -m 'not needs_rabbit'"
    folder: Path = tmp_path_factory.mktemp("rabbit")
    broker = Broker(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.close()


OpenRabbit = Callable[[], Awaitable[RabbitBus]]


@asynccontextmanager
async def opener(broker: Broker) -> AsyncIterator[OpenRabbit]:
    """Opens buses on empty queues; failed deliveries are repeated at once, so that tests are quick."""
    async with await aio_pika.connect(broker.url) as connection, connection.channel() as channel:
        for queue in QUEUES:
            await channel.queue_delete(queue.name)
    async with AsyncExitStack() as stack:

        async def open_one() -> RabbitBus:
            bus = await RabbitBus.connect(broker.url, QUEUES, publish_timeout=3.0, redelivery_pause=0.0)
            stack.push_async_callback(bus.close)
            return bus

        yield open_one


@pytest.fixture
async def open_rabbit(broker: Broker) -> AsyncIterator[OpenRabbit]:
    async with opener(broker) as open_one:
        yield open_one


@pytest.fixture(params=["memory", pytest.param("rabbit", marks=pytest.mark.needs_rabbit)])
async def kit(request: pytest.FixtureRequest) -> AsyncIterator[Kit]:
    if request.param == "memory":
        bus = MemoryBus()
        yield Kit(bus=bus, durable=False)
        await bus.close()
    else:
        async with opener(request.getfixturevalue("broker")) as open_one:
            yield Kit(bus=await open_one(), durable=True)
