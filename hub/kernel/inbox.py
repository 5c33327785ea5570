"""The inbox: what partners told us, stored once, answered once, handled in the transaction of its effect."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.ids import uuid7
from schemas.envelope import Answer, Inbound

# Store; a second message of the same (source, external_id) changes nothing.
STORE = """
insert into kernel.inbox (id, source, external_id, type, lane, occurred_at, received_at, not_before, body)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                     $7::timestamptz[], $7::timestamptz[], $8::bytea[])
on conflict (source, external_id) do nothing
returning id
"""

# Where an earlier message of this name stands.
FIND = "select id, state, answer from kernel.inbox where source = $1 and external_id = $2"

# One message to handle: by id, or the oldest due; never before an earlier one of its lane.
CLAIM = """
select id, source, external_id, type, lane, occurred_at, received_at, body, attempt
from kernel.inbox i
where state = 'new' and ($1::uuid is null and not_before <= $2 or id = $1)
  and not exists (
      select from kernel.inbox e
      where e.state = 'new' and e.source = i.source and e.lane = i.lane and e.seq < i.seq and e.attempt < 10
  )
order by seq limit 1
for update skip locked
"""

# The end of a message: done or quarantined, with its answer.
FINISH = """
update kernel.inbox set state = $2, answer = $3, handled_at = $4, attempt = attempt + 1 where id = $1
"""

# Not now: try again at a time.
POSTPONE = "update kernel.inbox set attempt = attempt + 1, not_before = $2, answer = $3 where id = $1"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One inbox message as dispatch sees it."""

    id: UUID
    source: str
    external_id: str
    type: str
    lane: str
    occurred_at: datetime
    received_at: datetime
    body: bytes
    attempt: int


async def store(conn: asyncpg.Connection, messages: Sequence[Inbound], now: datetime) -> tuple[UUID, ...]:
    """The ids of those that are new."""
    if not messages:
        return ()
    rows = await conn.fetch(
        STORE,
        [uuid7() for _ in messages],
        [m.source for m in messages],
        [m.external_id for m in messages],
        [m.type for m in messages],
        [m.lane for m in messages],
        [m.occurred_at for m in messages],
        [now for _ in messages],
        [bytes(m.body) for m in messages],
    )
    return tuple(r["id"] for r in rows)


async def find(conn: asyncpg.Connection, source: str, external_id: str) -> tuple[UUID, Answer | None]:
    """The earlier message of this name and its answer, if it has one yet."""
    row = await conn.fetchrow(FIND, source, external_id)
    answer: Any = row["answer"]
    return row["id"], None if answer is None or row["state"] == "new" else msgspec.convert(answer, Answer)


async def claim(conn: asyncpg.Connection, now: datetime, wanted: UUID | None = None) -> Row | None:
    """Lock one message for the rest of the transaction."""
    row = await conn.fetchrow(CLAIM, wanted, now)
    return None if row is None else Row(**dict(row))


async def finish(conn: asyncpg.Connection, row: UUID, answer: Answer, now: datetime) -> None:
    """Done when accepted; else kept in quarantine with the reason."""
    await conn.execute(FINISH, row, "done" if answer.accepted else "quarantined", answer, now)


async def postpone(conn: asyncpg.Connection, row: UUID, until: datetime, answer: Answer) -> None:
    """Keep it and try again."""
    await conn.execute(POSTPONE, row, until, answer)
