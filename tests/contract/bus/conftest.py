"""Both buses behind one fixture; the rabbit one on a private node that lives as long as the test session."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aio_pika
import msgspec
import pytest

from connectors.runtime import topology
from connectors.runtime.memory import MemoryBus
from connectors.runtime.ports import Bus
from connectors.runtime.rabbit import RabbitBus
from tests.contract.bus.broker import SERVER, Broker


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """`durable`: the bus itself keeps a message until a handler has settled it."""

    bus: Bus
    durable: bool
    queue: str


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


class OpenRabbit:
    """Opens buses on the broker; failed deliveries are repeated at once, so that tests are quick.

    Each test has a command queue of its own and finds the shared queues empty. Queues are never deleted: a queue that
    goes while its dead-letter worker starts brings down that supervisor for the whole node (RabbitMQ 3.10.8).
    """

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        connector = f"partner-{uuid4().hex[:8]}"
        self.url = url
        self.queue = topology.command_queue(connector)
        self._queues = topology.queues([connector])
        self._stack = stack

    async def __call__(self) -> RabbitBus:
        bus = await RabbitBus.connect(self.url, self._queues, publish_timeout=3.0, redelivery_pause=0.0)
        self._stack.push_async_callback(bus.close)
        return bus

    async def purge(self) -> None:
        async with await aio_pika.connect(self.url) as connection, connection.channel() as channel:
            for name in (topology.OUTCOMES, topology.DEAD):
                queue = await channel.get_queue(name, ensure=False)
                await queue.purge()


@asynccontextmanager
async def opener(broker: Broker) -> AsyncIterator[OpenRabbit]:
    async with AsyncExitStack() as stack:
        open_one = OpenRabbit(broker.url, stack)
        await open_one()
        await open_one.purge()
        yield open_one


@pytest.fixture
async def open_rabbit(broker: Broker) -> AsyncIterator[OpenRabbit]:
    async with opener(broker) as open_one:
        yield open_one


@pytest.fixture(params=["memory", pytest.param("rabbit", marks=pytest.mark.needs_rabbit)])
async def kit(request: pytest.FixtureRequest) -> AsyncIterator[Kit]:
    if request.param == "memory":
        bus = MemoryBus()
        yield Kit(bus=bus, durable=False, queue=topology.command_queue("partner"))
        await bus.close()
    else:
        async with opener(request.getfixturevalue("broker")) as open_one:
            yield Kit(bus=await open_one(), durable=True, queue=open_one.queue)
