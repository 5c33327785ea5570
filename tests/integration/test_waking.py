"""Who is woken when: a relay that is woken for nothing burns the machine, one that is not woken makes citizens wait."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from hub.kernel import circuit, lanes, outbox
from hub.kernel.actor import system
from hub.kernel.db import Database, UnitOfWork, open_database
from hub.kernel.events import Parcel
from hub.kernel.listener import Listener
from schemas.messages.mail import Send
from tests.support.files import folder_storage

CLOCK = system("test")
NAMES = ("mail", "vnpost")
Act = Callable[[UnitOfWork], Awaitable[object]]


class Alarm:
    """Does something, and says which relays that woke: all of them, because notifications keep their order."""

    def __init__(self, db: Database, listener: Listener) -> None:
        self._db = db
        self._woken = {name: listener.subscribe("outbox", name) for name in NAMES}
        self._end = listener.subscribe("outbox", "the end")

    async def after(self, act: Act) -> set[str]:
        for event in (*self._woken.values(), self._end):
            event.clear()
        async with self._db.begin(CLOCK) as uow:
            await act(uow)
        async with self._db.begin(CLOCK) as uow:
            await uow.conn.execute("select pg_notify('outbox', 'the end')")
        async with asyncio.timeout(30):
            await self._end.wait()
        return {name for name, event in self._woken.items() if event.is_set()}


@pytest.fixture
async def alarm(database_url: str, tmp_path: Path) -> AsyncIterator[Alarm]:
    async with open_database(database_url, folder_storage(tmp_path)) as db, Listener(database_url, ("outbox",)) as ear:
        async with db.begin(CLOCK) as uow:
            await circuit.know(uow.conn, list(NAMES))
        yield Alarm(db, ear)


def tell(lane: str) -> Act:
    async def act(uow: UnitOfWork) -> None:
        parcel = Parcel(lane=lane, message=Send(key=lane, to="a", subject="", text=""))
        await outbox.enqueue(uow.conn, [outbox.row("mail", parcel, "Test", uow.now)])

    return act


async def look(uow: UnitOfWork) -> list[lanes.Head]:
    return await lanes.claim(uow.conn, "mail", 10, uow.now)


async def test_a_relay_that_finds_nothing_wakes_nobody(alarm: Alarm) -> None:
    """Else each look wakes all, and all look again, for ever."""
    assert await alarm.after(look) == set()


async def test_a_message_wakes_its_own_relay(alarm: Alarm) -> None:
    assert await alarm.after(tell("x")) == {"mail"}
    assert await alarm.after(look) == set()  # what was taken is on its way: nobody else has anything to do


async def test_the_next_of_a_lane_wakes_its_relay_when_it_moves_up(alarm: Alarm) -> None:
    taken: list[lanes.Head] = []
    await alarm.after(tell("x"))

    async def take(uow: UnitOfWork) -> None:
        taken.extend(await look(uow))

    await alarm.after(take)
    assert await alarm.after(tell("x")) == set()  # it waits behind the first

    async def done(uow: UnitOfWork) -> None:
        ending = lanes.Ending(state="done", not_before=uow.now)
        assert await lanes.settle(uow.conn, taken[0].id, 1, ending, uow.now, open_states=("sent",))

    assert await alarm.after(done) == {"mail"}


async def test_a_circuit_that_closes_lets_all_lanes_go_at_once(alarm: Alarm) -> None:
    async def down(uow: UnitOfWork) -> None:
        for _ in range(3):
            await circuit.failed(uow.conn, "mail", uow.now, "partner.away", "")

    async def up(uow: UnitOfWork) -> None:
        await circuit.worked(uow.conn, "mail", uow.now)

    await alarm.after(down)
    assert await alarm.after(up) == {"mail"}
    assert await alarm.after(up) == set()
