"""Wakes loops when PostgreSQL notifies; polling is only the safety net. Survives a restart of the database."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

import asyncpg
import structlog

log = structlog.get_logger(__name__)


class Listener:
    """`async with Listener(dsn, ("outbox",))`, then `await listener.wait("outbox", seconds)`."""

    def __init__(self, dsn: str, channels: Sequence[str]) -> None:
        self._dsn = dsn
        self._channels = tuple(channels)
        self._events: dict[tuple[str, str], set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="listener")
        await wait(self._ready, 10)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def subscribe(self, channel: str, name: str = "") -> asyncio.Event:
        """An event that is set at each notification for this name; the subscriber clears it."""
        event = asyncio.Event()
        self._events.setdefault((channel, name), set()).add(event)
        return event

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listener.lost", error=str(error))
            self._wake_all()
            await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        conn = await asyncpg.connect(self._dsn, timeout=10)
        lost = asyncio.Event()
        conn.add_termination_listener(lambda _: lost.set())
        try:
            for channel in self._channels:
                await conn.add_listener(channel, self._notified)
            self._ready.set()
            self._wake_all()
            await lost.wait()
        finally:
            with suppress(Exception):
                await conn.close(timeout=2)

    def _notified(self, _conn: Any, _pid: int, channel: str, name: object) -> None:
        for event in self._events.get((channel, str(name)), ()):
            event.set()

    def _wake_all(self) -> None:
        for events in self._events.values():
            for event in events:
                event.set()


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event or the time, whichever comes first; clears the event."""
    with suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0)):
            await event.wait()
    event.clear()
