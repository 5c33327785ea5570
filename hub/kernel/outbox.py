"""The outbox: rows are written in the fact's transaction; only the head of a lane is ever on the bus.

A lane is (connector, key). Adding to a lane and settling its head take the same transaction-scoped lock, so that a row
can never wait for a head that is gone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.events import Parcel
from hub.kernel.ids import uuid7
from schemas.messages import NAME_OF

# Lanes are locked in the order given.
LOCK = "select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as key"

# Rows of one transaction; a row is ready when it is the first of its lane here and nothing open stands before it.
ENQUEUE = """
insert into kernel.outbox (id, connector, lane, type, fact, body, state, created_at, not_before)
select n.id, n.connector, n.lane, n.type, n.fact, n.body,
       case when n.first and not exists (
           select from kernel.outbox o
           where o.connector = n.connector and o.lane = n.lane and o.state in ('waiting', 'ready', 'sent', 'parked')
       ) then 'ready' else 'waiting' end,
       n.created_at, n.not_before
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::boolean[],
            $8::timestamptz[], $9::timestamptz[])
     with ordinality as n (id, connector, lane, type, fact, body, first, created_at, not_before, position)
order by n.position
"""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One message on its way to one lane."""

    id: UUID
    connector: str
    lane: str
    type: str
    fact: str
    body: bytes
    created_at: datetime
    not_before: datetime


def row(connector: str, parcel: Parcel, fact: str, now: datetime) -> Row:
    """A parcel as an outbox row."""
    return Row(
        id=uuid7(),
        connector=connector,
        lane=parcel.lane,
        type=NAME_OF[type(parcel.message)],
        fact=fact,
        body=msgspec.json.encode(parcel.message),
        created_at=now,
        not_before=now + timedelta(seconds=parcel.delay),
    )


def lane_key(connector: str, lane: str) -> int:
    """The advisory lock of a lane: 64 bits, signed."""
    digest = blake2b(f"{connector}\x1f{lane}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


async def lock(conn: asyncpg.Connection, keys: Sequence[int]) -> None:
    """Hold these lanes until the transaction ends; one global order, so no deadlock."""
    await conn.execute(LOCK, sorted(set(keys)))


async def enqueue(conn: asyncpg.Connection, rows: Sequence[Row]) -> None:
    """Add rows to their lanes."""
    await lock(conn, [lane_key(r.connector, r.lane) for r in rows])
    seen: set[tuple[str, str]] = set()
    first = []
    for r in rows:
        first.append((r.connector, r.lane) not in seen)
        seen.add((r.connector, r.lane))
    await conn.execute(
        ENQUEUE,
        [r.id for r in rows],
        [r.connector for r in rows],
        [r.lane for r in rows],
        [r.type for r in rows],
        [r.fact for r in rows],
        [r.body for r in rows],
        first,
        [r.created_at for r in rows],
        [r.not_before for r in rows],
    )
