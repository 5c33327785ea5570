"""The bus of a single process. It stores nothing: durability and retry times stay in PostgreSQL."""

import asyncio
from collections import deque
from collections.abc import Sequence

from connectors.runtime.bus import BusClosed, Unroutable
from connectors.runtime.ports import Consumer, Delivery, DeliveryHandler, Outgoing


class MemoryBus:
    """Passes encoded bytes from publisher to handler; `publish` returns only after the handlers have settled.

    A handler's exception comes back to the publisher as that message's result, so a message is never lost here: who
    published it still owns it.
    """

    def __init__(self) -> None:
        self._consumers: dict[str, deque[_MemoryConsumer]] = {}
        self._closed = False

    async def publish(self, messages: Sequence[Outgoing]) -> list[Exception | None]:
        """Handlers of one queue start in the order of the messages, as many at a time as the consumer's prefetch."""
        tasks = [self._deliver(message) for message in messages]
        running = [task for task in tasks if isinstance(task, asyncio.Task)]
        if running:
            await asyncio.wait(running)  # not gather: a cancelled publisher must not cancel a handler half-way
        return [_result(task) if isinstance(task, asyncio.Task) else task for task in tasks]

    async def consume(self, queue: str, handler: DeliveryHandler, *, prefetch: int) -> Consumer:
        if self._closed:
            raise BusClosed("the memory bus is closed")
        consumer = _MemoryConsumer(self, queue, handler, prefetch)
        self._consumers.setdefault(queue, deque()).append(consumer)
        return consumer

    async def close(self) -> None:
        self._closed = True
        for consumer in [consumer for consumers in self._consumers.values() for consumer in consumers]:
            await consumer.close()

    def _deliver(self, message: Outgoing) -> "asyncio.Task[None] | Exception":
        if self._closed:
            return BusClosed("the memory bus is closed")
        consumers = self._consumers.get(message.queue)
        if not consumers:
            return Unroutable(f"nobody takes from {message.queue}")
        consumers.rotate(-1)  # several consumers of one queue take turns
        return consumers[-1].take(Delivery(body=bytes(message.body), message_id=message.message_id))

    def leave(self, consumer: "_MemoryConsumer") -> None:
        """Forget a consumer that closes."""
        consumers = self._consumers.get(consumer.queue)
        if consumers and consumer in consumers:
            consumers.remove(consumer)


class _MemoryConsumer:
    def __init__(self, bus: MemoryBus, queue: str, handler: DeliveryHandler, prefetch: int) -> None:
        self.queue = queue
        self._bus = bus
        self._handler = handler
        self._slots = asyncio.Semaphore(prefetch)
        self._in_flight: set[asyncio.Task[None]] = set()

    def take(self, delivery: Delivery) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._run(delivery), name=f"{self.queue} {delivery.message_id}")
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)
        return task

    async def close(self) -> None:
        self._bus.leave(self)
        while self._in_flight:
            await asyncio.wait(self._in_flight)

    async def _run(self, delivery: Delivery) -> None:
        async with self._slots:
            await self._handler(delivery)


def _result(task: "asyncio.Task[None]") -> Exception | None:
    if task.cancelled():
        return BusClosed("the handler was cancelled")
    error = task.exception()
    return error if error is None or isinstance(error, Exception) else RuntimeError(repr(error))
