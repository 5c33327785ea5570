"""Lanes on the real database: order per dossier with several relays at once, and no row that waits for nobody."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub.kernel import lanes, outbox
from hub.kernel.actor import system
from hub.kernel.db import Database, open_database
from hub.kernel.events import Parcel
from schemas.messages.mail import Send
from tests.support.files import folder_storage

CLOCK = system("test")
PARTNER = "mail"
SENT = ("sent", "ready")


@pytest.fixture
async def db(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(database_url, folder_storage(tmp_path), max_size=10) as opened:
        yield opened


async def tell(db: Database, lane: str, *keys: str) -> None:
    """These messages, in this order, in one transaction."""
    async with db.begin(CLOCK) as uow:
        await outbox.enqueue(
            uow.conn,
            [
                outbox.row(
                    PARTNER, Parcel(lane=lane, message=Send(key=key, to="a", subject="", text="")), "Test", uow.now
                )
                for key in keys
            ],
        )


async def take(db: Database, limit: int = 100) -> list[lanes.Head]:
    async with db.begin(CLOCK) as uow:
        return await lanes.claim(uow.conn, PARTNER, limit, uow.now)


async def end(
    db: Database, row: UUID, state: lanes.State, *, attempt: int = 1, at: datetime | None = None,
    open_states: tuple[str, ...] = SENT, visibility: float = 0.0,
) -> bool:  # fmt: skip
    async with db.begin(CLOCK) as uow:
        ending = lanes.Ending(state=state, not_before=at or uow.now)
        return await lanes.settle(
            uow.conn, row, attempt, ending, uow.now, open_states=open_states, visibility=visibility
        )


async def states(db: Database) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in await db.pool.fetch("select lane, state from kernel.outbox order by seq"):
        found[row["lane"]].append(row["state"])
    return dict(found)


async def test_only_the_head_of_a_lane_is_on_the_bus(db: Database) -> None:
    await tell(db, "A", "1", "2")
    await tell(db, "A", "3")
    await tell(db, "B", "4")
    assert await states(db) == {"A": ["ready", "waiting", "waiting"], "B": ["ready"]}
    assert {head.lane for head in await take(db)} == {"A", "B"}
    assert await take(db) == []


async def test_a_parked_head_holds_its_lane_and_no_other(db: Database) -> None:
    """INT-07: an officer decides; meanwhile nothing overtakes it."""
    await tell(db, "A", "1", "2")
    await tell(db, "B", "3", "4")
    first, other = await take(db)
    assert await end(db, first.id, "parked")
    assert await end(db, other.id, "done")
    assert [head.lane for head in await take(db)] == ["B"]
    assert await states(db) == {"A": ["parked", "waiting"], "B": ["done", "sent"]}


@pytest.mark.parametrize(("verb", "then"), [("ready", ["sent", "waiting"]), ("skipped", ["skipped", "sent"])])
async def test_a_parked_head_goes_again_or_is_given_up(db: Database, verb: lanes.State, then: list[str]) -> None:
    await tell(db, "A", "1", "2")
    [head] = await take(db)
    await end(db, head.id, "parked")
    assert await end(db, head.id, verb, attempt=2**31 - 1, open_states=("parked",))
    await take(db)
    assert await states(db) == {"A": then}


async def test_a_retry_waits_for_its_time_and_holds_its_lane(db: Database) -> None:
    await tell(db, "A", "1", "2")
    [head] = await take(db)
    await end(db, head.id, "ready", at=datetime.now(UTC) + timedelta(hours=1))
    assert await take(db) == []
    assert await states(db) == {"A": ["ready", "waiting"]}


async def test_stale_news_of_a_failure_changes_nothing(db: Database) -> None:
    await tell(db, "A", "1")
    [head] = await take(db)
    async with db.begin(CLOCK) as uow:
        assert await lanes.republish_overdue(uow.conn, uow.now + timedelta(seconds=100), 90) == 1
    [again] = await take(db)
    assert (again.id, again.attempt) == (head.id, 2)
    assert not await end(db, head.id, "ready", attempt=1)
    assert not await end(db, head.id, "parked", attempt=1)
    assert await end(db, head.id, "done", attempt=2)
    assert not await end(db, head.id, "done", attempt=1)


async def test_the_next_waits_while_a_newer_copy_of_its_head_may_still_be_begun(db: Database) -> None:
    """The first attempt worked, but its outcome came after the second was published: that copy must not overtake."""
    await tell(db, "A", "1", "2")
    [head] = await take(db)
    async with db.begin(CLOCK) as uow:
        await lanes.republish_overdue(uow.conn, uow.now + timedelta(seconds=100), 90)
    await take(db)
    assert await end(db, head.id, "done", attempt=1, visibility=90)
    assert await take(db) == []
    waits = await db.pool.fetchval("select not_before - now() from kernel.outbox where state = 'ready'")
    assert timedelta(seconds=60) < waits <= timedelta(seconds=90)


async def test_order_holds_with_several_relays_and_everything_is_sent(db: Database) -> None:
    """Writers, relays and settlers all at once: each lane comes out in order, and no row waits for nobody."""
    sent: dict[str, list[str]] = defaultdict(list)
    wanted = {f"L{n}": [f"{n}-{i}" for i in range(12)] for n in range(8)}
    over = asyncio.Event()

    async def write(lane: str, keys: list[str]) -> None:
        while keys:
            count = random.randint(1, 3)
            await tell(db, lane, *keys[:count])
            keys = keys[count:]

    async def relay() -> None:
        while not over.is_set() or any(state in SENT for row in (await states(db)).values() for state in row):
            heads = await take(db, random.randint(1, 5))
            for head in random.sample(heads, len(heads)):
                if random.random() < 0.3:  # the partner could not: again, at once
                    await end(db, head.id, "ready", attempt=head.attempt)
                    continue
                sent[head.lane].append(head.body.decode())
                await end(db, head.id, "done", attempt=head.attempt)

    relays = [asyncio.create_task(relay()) for _ in range(3)]
    await asyncio.gather(*(write(lane, list(keys)) for lane, keys in wanted.items()))
    over.set()
    await asyncio.wait_for(asyncio.gather(*relays), 60)
    assert {row for lane in (await states(db)).values() for row in lane} == {"done"}
    for lane, keys in wanted.items():
        assert [body.split('"key":"')[1].split('"')[0] for body in sent[lane]] == keys
