"""The bus over RabbitMQ. The only module that knows aio_pika.

What the settings guard against was measured (STACK §3): an unroutable message is lost silently without
`on_return_raises`; a publish on a dropped robust connection hangs without a timeout; `channel()` raises RuntimeError
while the connection is being rebuilt; closing a channel while a callback still acknowledges ends the whole connection.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Self

import aio_pika
import structlog
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel, AbstractRobustConnection, AbstractRobustQueue
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity, DeliveryError, PublishError

from connectors.runtime import topology
from connectors.runtime.bus import BusClosed, NotConfirmed, Unroutable
from connectors.runtime.ports import Consumer, Delivery, DeliveryHandler, Outgoing

log = structlog.get_logger(__name__)

CONNECTION_ERRORS = (AMQPError, OSError, RuntimeError, TimeoutError)
CLOSE_SECONDS = 5.0


class RabbitBus:
    """One connection to publish, one to consume: a slow consumer never throttles the publisher."""

    def __init__(
        self,
        publishing: AbstractRobustConnection,
        consuming: AbstractRobustConnection,
        *,
        publish_timeout: float,
        redelivery_pause: float,
    ) -> None:
        self._publishing = publishing
        self._consuming = consuming
        self._publish_timeout = publish_timeout
        self._redelivery_pause = redelivery_pause
        self._channel: AbstractRobustChannel | None = None
        self._opening = asyncio.Lock()
        self._consumers: set[_RabbitConsumer] = set()
        self._closed = False

    @classmethod
    async def connect(
        cls,
        url: str,
        queues: Sequence[topology.Queue],
        *,
        patience: float = 60.0,
        publish_timeout: float = 10.0,
        redelivery_pause: float = 0.2,
    ) -> Self:
        """Connect and declare `queues`; waits up to `patience` seconds for a broker that is still starting.

        A delivery whose handler failed goes back after `redelivery_pause` seconds, doubled with each repeat, so that a
        database which is away for a second does not use up the delivery limit.
        """
        publishing = await _connect(url, patience)
        try:
            consuming = await _connect(url, patience)
        except BaseException:
            await publishing.close()
            raise
        bus = cls(publishing, consuming, publish_timeout=publish_timeout, redelivery_pause=redelivery_pause)
        try:
            await _declare(consuming, queues)
        except BaseException:
            await bus.close()
            raise
        return bus

    async def publish(self, messages: Sequence[Outgoing]) -> list[Exception | None]:
        """All at once on one channel; each waits for its own confirm, so one refusal does not fail its neighbours."""
        if self._closed:
            return [BusClosed("the rabbit bus is closed") for _ in messages]
        try:
            async with asyncio.timeout(self._publish_timeout):
                channel = await self._publish_channel()
        except CONNECTION_ERRORS as error:
            return [NotConfirmed(f"no connection to the broker: {error!r}") for _ in messages]
        results = await asyncio.gather(*(self._publish_one(channel, message) for message in messages))
        if any(isinstance(result, NotConfirmed) for result in results) and self._channel is channel:
            self._channel = None
            await _quietly(channel.close())
        return list(results)

    async def consume(self, queue: str, handler: DeliveryHandler, *, prefetch: int) -> Consumer:
        if self._closed:
            raise BusClosed("the rabbit bus is closed")
        channel = await _open_channel(self._consuming)
        await channel.set_qos(prefetch_count=prefetch)
        consumer = _RabbitConsumer(channel, handler, self._redelivery_pause, self._consumers.discard)
        try:
            await consumer.start(queue)
        except ChannelNotFoundEntity as error:
            raise Unroutable(f"no queue {queue}: {error}") from error
        self._consumers.add(consumer)
        return consumer

    async def close(self) -> None:
        self._closed = True
        for consumer in tuple(self._consumers):
            await consumer.close()
        await _quietly(self._publishing.close())
        await _quietly(self._consuming.close())

    async def _publish_channel(self) -> AbstractRobustChannel:
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                self._channel = await _open_channel(self._publishing)
            return self._channel

    async def _publish_one(self, channel: AbstractRobustChannel, message: Outgoing) -> Exception | None:
        packed = aio_pika.Message(
            bytes(message.body),
            message_id=message.message_id,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        try:
            async with asyncio.timeout(self._publish_timeout):
                await channel.default_exchange.publish(
                    packed, routing_key=message.queue, mandatory=True, timeout=self._publish_timeout
                )
        except PublishError as error:
            return Unroutable(f"no queue {message.queue}: {error}")
        except DeliveryError as error:
            return NotConfirmed(f"the broker refused {message.message_id}: {error!r}")
        except CONNECTION_ERRORS as error:
            return NotConfirmed(f"{message.message_id} was not confirmed: {error!r}")
        return None


class _RabbitConsumer:
    """Acknowledges after the handler; gives the message back when the handler fails."""

    def __init__(
        self,
        channel: AbstractRobustChannel,
        handler: DeliveryHandler,
        pause: float,
        forget: Callable[["_RabbitConsumer"], None],
    ) -> None:
        self._channel = channel
        self._handler = handler
        self._pause = pause
        self._forget = forget
        self._queue: AbstractRobustQueue | None = None
        self._tag = ""
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = asyncio.Event()

    async def start(self, queue: str) -> None:
        self._queue = await self._channel.declare_queue(queue, passive=True)  # declared here, so resumed after a break
        self._tag = await self._queue.consume(self._on_message)

    async def close(self) -> None:
        """Cancel, wait for what is in flight, close the channel: in this order (504 CHANNEL_ERROR otherwise)."""
        self._forget(self)
        self._closing.set()
        if self._queue is not None:
            await _quietly(self._queue.cancel(self._tag))
        await self._idle.wait()
        await _quietly(self._channel.close())

    async def _on_message(self, message: AbstractIncomingMessage) -> None:
        self._in_flight += 1
        self._idle.clear()
        try:
            await self._settle(message)
        except CONNECTION_ERRORS as error:
            # The channel is gone, so the broker has the message and delivers it again; the inbox knows it by its id.
            log.warning("bus.settle_lost", message_id=message.message_id, error=repr(error))
        finally:
            self._in_flight -= 1
            if self._in_flight == 0:
                self._idle.set()

    async def _settle(self, message: AbstractIncomingMessage) -> None:
        repeats = _redelivered(message)
        delivery = Delivery(body=message.body, message_id=message.message_id or "", redelivered=repeats)
        try:
            await self._handler(delivery)
        except Exception:
            log.exception("bus.handler_failed", message_id=delivery.message_id, redelivered=repeats)
            with suppress(TimeoutError):  # a consumer that closes does not wait out the pause
                await asyncio.wait_for(self._closing.wait(), self._pause * 2**repeats)
            await message.nack(requeue=True)
        else:
            await message.ack()


def _redelivered(message: AbstractIncomingMessage) -> int:
    """Quorum queues count; the flag alone says only that there was an earlier delivery."""
    count = message.headers.get("x-delivery-count")
    return count if isinstance(count, int) else int(bool(message.redelivered))


async def _connect(url: str, patience: float) -> AbstractRobustConnection:
    give_up = asyncio.get_running_loop().time() + patience
    while True:
        try:
            return await aio_pika.connect_robust(url, heartbeat=10, reconnect_interval=1, timeout=10)
        except (OSError, TimeoutError, AMQPError) as error:
            if asyncio.get_running_loop().time() > give_up:
                raise
            log.warning("bus.broker_not_there", error=repr(error))
            await asyncio.sleep(0.5)


async def _open_channel(connection: AbstractRobustConnection) -> AbstractRobustChannel:
    """`channel()` refuses while a robust connection is being rebuilt: wait until it is there again."""
    while True:
        try:
            channel = connection.channel(publisher_confirms=True, on_return_raises=True)
            await channel.initialize()
        except (RuntimeError, OSError, AMQPError) as error:
            if connection.is_closed:
                raise BusClosed("the rabbit bus is closed") from error
            await asyncio.sleep(0.1)
        else:
            return channel


async def _declare(connection: AbstractRobustConnection, queues: Sequence[topology.Queue]) -> None:
    """All queues at once: each is its own consensus group, so they do not wait for one another at the broker."""
    async with connection.channel() as channel:
        exchange = await channel.declare_exchange(
            topology.DEAD, aio_pika.ExchangeType.FANOUT, durable=True, robust=False
        )
        declared = await asyncio.gather(*(_declare_one(connection, queue) for queue in queues))
        if topology.DEAD in declared:
            dead = await channel.declare_queue(topology.DEAD, passive=True, robust=False)
            await dead.bind(exchange, robust=False)


async def _declare_one(connection: AbstractRobustConnection, queue: topology.Queue) -> str:
    async with connection.channel() as channel:
        await channel.declare_queue(queue.name, durable=True, arguments=dict(queue.arguments), robust=False)
    return queue.name


async def _quietly(closing: Awaitable[object]) -> None:
    """Close what may be broken already; a broker that is away must not keep us from stopping."""
    try:
        await asyncio.wait_for(closing, CLOSE_SECONDS)
    except CONNECTION_ERRORS as error:
        log.debug("bus.close_failed", error=repr(error))


async def consumers_of(url: str, queue: str) -> int:
    """How many take from `queue` right now; 0 when there is no such queue. Raises OSError or AMQPError without a broker."""
    connection = await aio_pika.connect(url, timeout=5)
    async with connection:
        channel = await connection.channel()
        try:
            found = await channel.declare_queue(queue, passive=True)
        except ChannelNotFoundEntity:
            return 0
        return int(found.declaration_result.consumer_count or 0)
