"""RabbitMQ: from a fact's commit to the partner's handler, and the relay beside bare confirmed publishing."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import aio_pika
import msgspec

from connectors.mail import CONNECTOR as MAIL
from connectors.runtime.ports import Context
from connectors.runtime.rabbit import RabbitBus, consumers_of
from connectors.runtime.runner import ConnectorRunner
from connectors.runtime.topology import OUTCOMES, queues
from hub.integration.relay import Relay
from hub.kernel.actor import system
from hub.kernel.db import Database
from hub.kernel.listener import Listener
from hub.notification import MailWanted
from schemas.envelope import Inbound
from schemas.messages import mail
from tests.bench.harness import Bench, Row, less, more

FACTS, A_SECOND = 1700, 100
WARM_UP = 200
"""Two seconds of the same traffic, not counted: a worker that has just started has its start-up to do."""
MESSAGES, IN_FLIGHT = 4000, 100
BUDGET_MS = 150.0
QUEUES = queues(["mail"])


async def rows(bench: Bench) -> list[Row]:
    node = bench.rabbit()
    return [await _latency(bench, node.fresh_url()), await _relay(bench, node.fresh_url())]


async def _latency(bench: Bench, url: str) -> Row:
    """100 facts a second, each its own transaction and lane, through worker, broker and connector processes."""
    dsn = bench.database()
    called: dict[str, float] = {}

    async def send(message: mail.Send, context: Context) -> Sequence[Inbound]:
        called[message.key] = time.perf_counter()
        return ()

    environ = bench.environ(dsn, AMQP_URL=url, BUS="rabbit")
    async with bench.hub(dsn) as parts, _working(bench, environ, url), _handling(url, send):
        committed = await _facts(parts.db)
        async with asyncio.timeout(60):
            while len(called) < FACTS:
                await asyncio.sleep(0.1)
    counted = [f"fact-{n}" for n in range(WARM_UP, FACTS)]
    waits = sorted(1000 * (called[key] - committed[key]) for key in counted)
    p99 = waits[int(len(waits) * 0.99)]
    return less(
        "commit → handler called, p99 at 100 facts/s",
        p99,
        BUDGET_MS,
        "ms",
        f"budget; p50 {waits[len(waits) // 2]:.0f} ms",
    )


async def _facts(db: Database) -> dict[str, float]:
    """When each was committed, by key; the rate is kept however long a commit takes."""
    committed: dict[str, float] = {}

    async def one(n: int) -> None:
        async with db.begin(system("bench")) as uow:
            await uow.emit(MailWanted(key=f"fact-{n}", to=f"{n}@example.vn", subject="đo", text="Hồ sơ của bạn" * 20))
        committed[f"fact-{n}"] = time.perf_counter()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for n in range(FACTS):
            await asyncio.sleep(began + n / A_SECOND - time.perf_counter())
            tasks.create_task(one(n))
    return committed


@asynccontextmanager
async def _working(bench: Bench, environ: Mapping[str, str], url: str) -> AsyncIterator[None]:
    """`hub work` in a process of its own, once it takes outcomes."""
    async with bench.process("-m", "hub", "work", environ=environ) as process:
        await process.until(lambda: _taken(url, OUTCOMES))
        yield


async def _taken(url: str, queue: str) -> bool:
    return await consumers_of(url, queue) > 0


@asynccontextmanager
async def _handling(url: str, send: Any) -> AsyncIterator[None]:
    """The mail connector with a handler that only notes the time."""
    connector = msgspec.structs.replace(MAIL, consumes={mail.Send: send}, probe=_well, open_client=_nobody)
    bus = await RabbitBus.connect(url, QUEUES)
    try:
        async with ConnectorRunner(connector, connector.settings({}), bus, _NoFiles()):
            yield
    finally:
        await bus.close()


async def _relay(bench: Bench, url: str) -> Row:
    """Ready rows to confirmed messages, beside the same bodies published by aio-pika alone."""
    dsn = bench.database()
    async with bench.hub(dsn) as parts:
        async with parts.db.begin(system("bench")) as uow:
            for n in range(MESSAGES):
                await uow.emit(MailWanted(key=f"m{n}", to=f"{n}@example.vn", subject="đo", text="Hồ sơ của bạn" * 20))
        figures, limits = [], []
        bus = await RabbitBus.connect(url, QUEUES)
        async with parts.db.read() as uow:
            bodies = [
                row["body"]
                for row in await uow.conn.fetch("select body from kernel.outbox where type = 'mail.send.v1'")
            ]
        for _ in range(3):
            figures.append(await _relayed(parts.db, dsn, bus))
            limits.append(await _bare(url, bodies))
            async with parts.db.begin(system("bench")) as uow:
                await uow.conn.execute("update kernel.outbox set state = 'ready' where state = 'sent'")
        await bus.close()
    return more(
        "relay with confirms", max(figures), max(limits), "messages/s", f"bare aio-pika, {IN_FLIGHT} in flight", 0.6
    )


async def _relayed(db: Database, dsn: str, bus: RabbitBus) -> float:
    relay = Relay(db, bus, "mail", batch=IN_FLIGHT, poll_seconds=5)
    async with Listener(dsn, ("outbox",)) as listener:
        began = time.perf_counter()
        running = asyncio.create_task(relay.run(listener))
        left = MESSAGES
        while left:
            await asyncio.sleep(0.05)
            async with db.read() as uow:
                left = await uow.conn.fetchval(
                    "select count(*) from kernel.outbox where connector = 'mail' and state = 'ready'"
                )
        taken = time.perf_counter() - began
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return MESSAGES / taken


async def _bare(url: str, bodies: Sequence[bytes]) -> float:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        waiting = iter(enumerate(bodies))

        async def publisher() -> None:
            for n, body in waiting:
                message = aio_pika.Message(
                    body,
                    message_id=f"{n}",
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                    content_type="application/json",
                )
                await channel.default_exchange.publish(message, QUEUES[-1].name, mandatory=True, timeout=10)

        began = time.perf_counter()
        await asyncio.gather(*(publisher() for _ in range(IN_FLIGHT)))
        return len(bodies) / (time.perf_counter() - began)


class _NoFiles:
    async def fetch(self, ref: object) -> bytes:
        raise LookupError("a mail refers to no file")


async def _well(_: object) -> None:
    """Nothing to probe."""


def _nobody(_: object, __: object) -> nullcontext[None]:
    return nullcontext()
