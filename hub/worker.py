"""The loops of `hub work`: relay, settling, dispatch, schedules. Any number of workers share one database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog

from connectors import registry
from connectors.runtime.ports import Bus
from connectors.runtime.topology import DEAD, OUTCOMES
from hub import dossier, portfolio, proof, sealing
from hub.install import Installation
from hub.integration import relay, schedules, settle
from hub.kernel.errors import Away
from hub.kernel.listener import Listener
from hub.kernel.signatures import Checker
from signing.workers import Workers

log = structlog.get_logger(__name__)
PAUSE = 1.0
"""Seconds before a loop that ended is begun again."""
LONG_FILE_SECONDS = 60.0
LONG_FILE_MEMORY = 1024 * 1024 * 1024
DISPATCHERS = 3
"""Inbox messages handled at a time by one worker; lanes keep their order whatever this is."""


@asynccontextmanager
async def working(parts: Installation, bus: Bus, *, speed: float = 1.0) -> AsyncIterator[None]:
    """The loops run while the block runs; what is in flight at its end is finished."""
    settings = parts.settings
    outcomes = await bus.consume(
        OUTCOMES, partial(settle.outcome_arrived, parts.db, settings.visibility_seconds), prefetch=50
    )
    dead = await bus.consume(DEAD, partial(settle.dead_letter_arrived, parts.db), prefetch=10)
    async with (
        Workers(1, seconds=LONG_FILE_SECONDS, memory=LONG_FILE_MEMORY) as workers,
        Listener(parts.dsn, ("outbox", "inbox", portfolio.CHANNEL)) as listener,
    ):
        relays = [
            relay.Relay(parts.db, bus, name, batch=settings.relay_batch, poll_seconds=settings.poll_seconds)
            for name in registry.NAMES
        ]
        schedule = schedules.Schedule(
            parts.db,
            {
                **schedules.JOBS,
                **portfolio.JOBS,
                **portfolio.renewal_jobs(parts.renewing),
                **dossier.receipt_jobs(parts.db, parts.stationery),
                **proof.jobs(parts.witness),
            },
            poll_seconds=settings.poll_seconds,
            speed=speed,
        )
        patient = Checker(parts.trust, workers=workers)
        answering = portfolio.Answering(parts.asking, patient, poll_seconds=settings.poll_seconds)
        visibility = settings.visibility_seconds
        loops: list[Callable[[], Awaitable[None]]] = [
            *(partial(one.run, listener) for one in relays),
            *(partial(parts.dispatcher.run, listener) for _ in range(DISPATCHERS)),
            partial(relay.bring_back_overdue, parts.db, visibility, min(5.0, visibility / 3)),
            schedule.run,
            partial(portfolio.Reverifier(parts.db, parts.checker, poll_seconds=settings.poll_seconds).run, listener),
            partial(answering.run, listener, portfolio.CHANNEL),
            sealing.Rounds(parts.db, parts.signing.studio, poll_seconds=min(settings.poll_seconds, 2.0) / speed).run,
        ]
        tasks = [asyncio.create_task(_for_ever(loop)) for loop in loops]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await outcomes.close()
            await dead.close()


async def _for_ever(loop: Callable[[], Awaitable[None]]) -> None:
    """A loop that ends is begun again: one defect must not stop a partner's dossiers until somebody looks."""
    while True:
        try:
            await loop()
        except Away:
            log.warning("worker.database-away")
        except Exception:
            log.critical("worker.loop-failed", exc_info=True)
        await asyncio.sleep(PAUSE)
