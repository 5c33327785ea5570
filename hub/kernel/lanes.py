"""Taking heads of lanes to the bus and settling them. With `outbox`, the only code that moves an outbox row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel import outbox

# Heads that may go now. A connector whose circuit is open lets one row through per probe; a stopped one, none.
CLAIM = """
with gate as (
    select case
        when c.state = 'closed' or c.state is null then $2::integer
        when c.state = 'open' and c.next_probe_at <= $3 then 1
        else 0 end as places
    from (select $1::text as name) n left join kernel.connector c using (name)
), picked as (
    select o.id from kernel.outbox o
    where o.connector = $1 and o.state = 'ready' and o.not_before <= $3
    order by o.seq limit (select places from gate)
    for update skip locked
), probing as (
    update kernel.connector set next_probe_at = $3 + interval '2 seconds'
    where name = $1 and state = 'open' and exists (select from picked)
)
update kernel.outbox o set state = 'sent', attempt = attempt + 1, sent_at = $3
from picked where o.id = picked.id
returning o.id, o.seq, o.connector, o.lane, o.type, o.body, o.attempt
"""

# Back to ready: the bus did not take it.
UNSENT = """
update kernel.outbox set state = 'ready', not_before = $2, code = 'bus.not-confirmed', words = $3
where id = $1 and state = 'sent' and attempt = $4
"""

# On the bus for longer than the visibility time without an outcome: publish again.
OVERDUE = "update kernel.outbox set state = 'ready' where state = 'sent' and sent_at < $1 returning id"

FIND = "select connector, lane from kernel.outbox where id = $1"
HEAD = "select state, attempt, sent_at from kernel.outbox where id = $1 for update"
SETTLE = """
update kernel.outbox
set state = $2, settled_at = $3, code = $4, detail_vi = $5, detail_en = $6, words = $7, not_before = $8
where id = $1
"""

# The next of the lane moves up.
PROMOTE = """
update kernel.outbox set state = 'ready', not_before = greatest(not_before, $3)
where id = (
    select id from kernel.outbox
    where connector = $1 and lane = $2 and state = 'waiting' order by seq limit 1
)
"""

# When something will be due that nothing notifies about.
NEXT_DUE = """
select greatest(min(o.not_before), case when c.state = 'open' then c.next_probe_at end)
from kernel.outbox o left join kernel.connector c on c.name = o.connector
where o.connector = $1 and o.state = 'ready' and c.state is distinct from 'stopped'
group by c.state, c.next_probe_at
"""

State = Literal["ready", "done", "parked", "skipped"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed row: it is on its way to the bus."""

    id: UUID
    seq: int
    connector: str
    lane: str
    type: str
    body: bytes
    attempt: int


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a head, and why."""

    state: State
    code: str = "ok"
    vi: str = ""
    en: str = ""
    words: str = ""
    not_before: datetime


async def claim(conn: asyncpg.Connection, connector: str, limit: int, now: datetime) -> list[Head]:
    """At most `limit` heads, oldest first; they are `sent` from now on."""
    rows = await conn.fetch(CLAIM, connector, limit, now)
    return sorted((Head(**dict(row)) for row in rows), key=lambda head: head.seq)


async def unsent(conn: asyncpg.Connection, head: Head, until: datetime, words: str) -> None:
    """The bus did not take it."""
    await conn.execute(UNSENT, head.id, until, words[:500], head.attempt)


async def republish_overdue(conn: asyncpg.Connection, now: datetime, visibility: float) -> int:
    """How many were on the bus for too long."""
    return len(await conn.fetch(OVERDUE, now - timedelta(seconds=visibility)))


async def settle(
    conn: asyncpg.Connection,
    row: UUID,
    attempt: int,
    ending: Ending,
    now: datetime,
    *,
    open_states: Sequence[str],
    visibility: float = 0.0,
) -> bool:
    """End an attempt under the lane's lock. False when the row is settled already or the news is stale.

    When an older attempt turns out to have worked, a newer copy is still on the bus: the next of the lane waits until
    that copy's `visibility` (seconds) is over, so that it cannot be overtaken by it.
    """
    found = await conn.fetchrow(FIND, row)
    if found is None:
        return False
    await outbox.lock(conn, [outbox.lane_key(found["connector"], found["lane"])])
    head = await conn.fetchrow(HEAD, row)
    stale = ending.state != "done" and attempt < head["attempt"]
    if head["state"] not in open_states or stale:
        return False
    await conn.execute(
        SETTLE, row, ending.state, now, ending.code, ending.vi, ending.en, ending.words, ending.not_before
    )
    if ending.state in ("done", "skipped"):
        copy = head["state"] == "sent" and attempt < head["attempt"]
        free = head["sent_at"] + timedelta(seconds=visibility) if copy else now
        await conn.execute(PROMOTE, found["connector"], found["lane"], max(free, now))
    return True
