"""Relays on the real database: each takes its own rows, and a house at rest is at rest."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg
import msgspec
import pytest

from connectors.runtime.ports import Outgoing
from hub.integration.relay import Relay
from hub.kernel.actor import system
from hub.kernel.db import Database, open_database
from hub.kernel.events import Parcel
from hub.kernel.listener import Listener
from hub.kernel.outbox import enqueue, row
from schemas.envelope import Envelope
from schemas.messages.mail import Send
from tests.support.files import folder_storage

PARTNERS = ("mail", "vnpost", "vbdlis")


class Taken:
    """A bus that takes everything."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._news = asyncio.Event()

    async def publish(self, messages: Sequence[Outgoing]) -> list[Exception | None]:
        self.ids += [msgspec.json.decode(each.body, type=Envelope).id for each in messages]
        self._news.set()
        return [None for _ in messages]

    async def count(self, wanted: int) -> None:
        async with asyncio.timeout(60):
            while len(self.ids) < wanted:
                self._news.clear()
                await self._news.wait()


class Watched(Relay):
    """Counts how often it looks for something to do."""

    looks = 0

    async def _until_due(self) -> float:
        self.looks += 1
        return await super()._until_due()


@pytest.fixture
async def db(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(database_url, folder_storage(tmp_path), max_size=6) as opened:
        yield opened


async def test_what_is_told_goes_out_and_then_nobody_wakes_anybody(db: Database, database_url: str) -> None:
    """A claim that takes nothing is an update all the same; an update that wakes every relay would never end."""
    bus = Taken()
    relays = [Watched(db, bus, name, batch=10, poll_seconds=0.02) for name in PARTNERS]  # type: ignore[arg-type]
    async with Listener(database_url, ("outbox",)) as listener:
        running = [asyncio.create_task(relay.run(listener)) for relay in relays]
        async with db.begin(system("test")) as uow:
            for number in range(5):
                parcel = Parcel(lane=f"L{number}", message=Send(key=str(number), to="a", subject="", text=""))
                await enqueue(uow.conn, [row("mail", parcel, "Test", uow.now)])
        await bus.count(5)
        assert await wakings(database_url, relays) == 0
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    assert len(set(bus.ids)) == 5


async def wakings(dsn: str, relays: Sequence[Watched]) -> int:
    """How many notifications pass while each relay looks twenty times more."""
    heard = 0

    def hear(*_: object) -> None:
        nonlocal heard
        heard += 1

    conn = await asyncpg.connect(dsn)
    try:
        await conn.add_listener("outbox", hear)
        goals = [relay.looks + 20 for relay in relays]
        async with asyncio.timeout(60):
            while any(relay.looks < goal for relay, goal in zip(relays, goals, strict=True)):
                await asyncio.sleep(0.01)
        await conn.fetchval("select 1")  # whatever was sent before has arrived with this
    finally:
        await conn.close()
    return heard
