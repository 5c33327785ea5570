"""Outbox → bus. One loop a connector, so that a slow partner never holds up another one's dossiers."""

import asyncio
from datetime import timedelta

import msgspec
import structlog

from connectors.runtime.ports import Bus, Outgoing
from connectors.runtime.topology import command_queue
from hub.kernel import lanes
from hub.kernel.actor import system
from hub.kernel.db import Database
from hub.kernel.errors import Away
from hub.kernel.listener import Listener, wait
from schemas.envelope import Envelope

log = structlog.get_logger(__name__)
_RELAY = system("relay")
_AGAIN = 0.02
"""Seconds to the next look when another worker took what was due."""


class Relay:
    """Takes ready heads of one connector to the bus, as many at a time as `batch`."""

    def __init__(self, db: Database, bus: Bus, connector: str, *, batch: int, poll_seconds: float) -> None:
        self._db = db
        self._bus = bus
        self._connector = connector
        self._batch = batch
        self._poll = poll_seconds
        self._in_flight = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()

    async def run(self, listener: Listener) -> None:
        """Until cancelled; then lets what is in flight finish."""
        self._woken = listener.subscribe("outbox")
        try:
            while True:
                try:
                    idle = await self._until_due()
                    if idle == 0 and await self.once():
                        continue
                except Away:
                    idle = 0.5
                await wait(self._woken, max(idle, _AGAIN))
        finally:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=10)

    async def once(self) -> int:
        """Claim what there is room for and publish it in the background; how many were claimed."""
        room = self._batch - self._in_flight
        if room <= 0:
            return 0
        async with self._db.begin(_RELAY) as uow:
            heads = await lanes.claim(uow.conn, self._connector, room, uow.now)
        if heads:
            self._in_flight += len(heads)
            task = asyncio.create_task(self._publish(heads))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(heads)

    async def _publish(self, heads: list[lanes.Head]) -> None:
        try:
            results = await self._bus.publish([self._outgoing(head) for head in heads])
            lost = [(head, error) for head, error in zip(heads, results, strict=True) if error is not None]
            if lost:
                await self._put_back(lost)
        except Exception as error:
            log.warning("relay.failed", connector=self._connector, error=repr(error))
            await self._put_back([(head, error) for head in heads])
        finally:
            self._in_flight -= len(heads)
            self._woken.set()

    async def _put_back(self, lost: list[tuple[lanes.Head, Exception]]) -> None:
        """Rows that the bus did not take wait a moment. If even this fails, the visibility time brings them back."""
        try:
            async with self._db.begin(_RELAY) as uow:
                for head, error in lost:
                    pause = timedelta(seconds=min(30.0, 0.5 * 2 ** min(head.attempt, 6)))
                    await lanes.unsent(uow.conn, head, uow.now + pause, repr(error))
        except Away:
            log.warning("relay.put-back-later", connector=self._connector, rows=len(lost))

    def _outgoing(self, head: lanes.Head) -> Outgoing:
        envelope = Envelope(
            id=str(head.id),
            type=head.type,
            connector=head.connector,
            lane=head.lane,
            attempt=head.attempt,
            at=self._db.now(),
            body=msgspec.Raw(head.body),
        )
        return Outgoing(
            queue=command_queue(head.connector), message_id=str(head.id), body=msgspec.json.encode(envelope)
        )

    async def _until_due(self) -> float:
        """Seconds until something may be claimed, at most the poll time; 0: now.

        Asked before each claim: a claim is an update, and an update wakes every relay, also when it takes no row.
        """
        if self._in_flight >= self._batch:
            return self._poll
        async with self._db.read() as uow:
            due = await uow.conn.fetchval(lanes.NEXT_DUE, self._connector)
        if due is None:
            return self._poll
        wait_for: float = (due - self._db.now()).total_seconds()
        return min(self._poll, max(wait_for, 0.0))


async def bring_back_overdue(db: Database, visibility: float, every: float) -> None:
    """The loop that publishes again what was on the bus for too long."""
    while True:
        try:
            async with db.begin(_RELAY) as uow:
                if count := await lanes.republish_overdue(uow.conn, uow.now, visibility):
                    log.warning("relay.overdue", rows=count)
        except Away:
            log.warning("relay.database-away")
        await asyncio.sleep(every)
