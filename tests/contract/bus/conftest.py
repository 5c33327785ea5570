"""Both buses behind one fixture."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import pytest

from connectors.runtime import topology
from connectors.runtime.memory import MemoryBus
from connectors.runtime.ports import Bus
from connectors.runtime.rabbit import RabbitBus

QUEUE = topology.command_queue("partner")
QUEUES = topology.queues(["partner"])


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """`durable`: the bus itself keeps a message until a handler has settled it."""

    bus: Bus
    durable: bool
    queue: str = QUEUE


class OpenRabbit:
    """Opens buses on one virtual host; failed deliveries are repeated at once, so that tests are quick.

    Queues are never deleted: one that goes while its dead-letter worker starts brings down that supervisor for the
    whole node (RabbitMQ 3.10.8), and every later declaration is answered with 541.
    """

    def __init__(self, url: str, stack: AsyncExitStack, publish_timeout: float) -> None:
        self.url = url
        self._publish_timeout = publish_timeout
        self._stack = stack

    async def __call__(self) -> RabbitBus:
        bus = await RabbitBus.connect(self.url, QUEUES, publish_timeout=self._publish_timeout, redelivery_pause=0.0)
        self._stack.push_async_callback(bus.close)
        return bus


@asynccontextmanager
async def opener(url: str, *, publish_timeout: float = 60.0) -> AsyncIterator[OpenRabbit]:
    """`publish_timeout`: seconds; where a broker goes away on purpose, few, else more than a busy machine needs."""
    async with AsyncExitStack() as stack:
        yield OpenRabbit(url, stack, publish_timeout)


@pytest.fixture
async def open_rabbit(amqp_url: str) -> AsyncIterator[OpenRabbit]:
    async with opener(amqp_url) as open_one:
        yield open_one


@pytest.fixture(params=["memory", pytest.param("rabbit", marks=pytest.mark.needs_rabbit)])
async def kit(request: pytest.FixtureRequest) -> AsyncIterator[Kit]:
    if request.param == "memory":
        bus = MemoryBus()
        yield Kit(bus=bus, durable=False)
        await bus.close()
    else:
        async with opener(request.getfixturevalue("amqp_url")) as open_one:
            yield Kit(bus=await open_one(), durable=True)
