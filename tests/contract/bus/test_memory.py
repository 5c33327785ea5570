"""What only the bus of one process promises."""

import asyncio

import pytest

from connectors.runtime.memory import MemoryBus
from connectors.runtime.ports import Delivery, Outgoing


async def test_publish_returns_only_when_the_handler_has_settled() -> None:
    bus, settled = MemoryBus(), False

    async def handler(_: Delivery) -> None:
        nonlocal settled
        await asyncio.sleep(0.02)
        settled = True

    await bus.consume("q", handler, prefetch=1)
    assert await bus.publish([Outgoing(queue="q", message_id="1", body=b"")]) == [None]
    assert settled


async def test_the_handlers_exception_is_the_result() -> None:
    bus, error = MemoryBus(), ValueError("no")

    async def handler(_: Delivery) -> None:
        raise error

    await bus.consume("q", handler, prefetch=1)
    assert await bus.publish([Outgoing(queue="q", message_id="1", body=b"")]) == [error]


async def test_a_cancelled_publisher_does_not_cancel_the_handler() -> None:
    bus, started, ended = MemoryBus(), asyncio.Event(), asyncio.Event()

    async def handler(_: Delivery) -> None:
        started.set()
        await asyncio.sleep(0.02)
        ended.set()

    await bus.consume("q", handler, prefetch=1)
    publishing = asyncio.create_task(bus.publish([Outgoing(queue="q", message_id="1", body=b"")]))
    await started.wait()
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    await bus.close()
    assert ended.is_set()
