"""Clocks, their ledgers and decrees in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.db import as_struct, as_structs
from hub.workflow.course import Event, Step
from hub.workflow.deadline import Budget, Counting, Unit
from hub.workflow.model import Clock, ClockKind, Decree

# A clock; the row is locked, so that two events never get one number.
LOCKED = "select * from workflow.clock where dossier_id = $1 and kind = $2 for update"

# The same, only to look.
CLOCK = "select * from workflow.clock where dossier_id = $1 and kind = $2"

# Many dossiers' clocks of one kind.
CLOCKS = "select * from workflow.clock where dossier_id = any($1::uuid[]) and kind = $2"

# A clock that starts; nothing when the dossier has one of this kind.
START = """
insert into workflow.clock
       (id, dossier_id, kind, events, state, due_at, original_due_at, promised_until, paused_since, stopped_at, calendar)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (dossier_id, kind) do nothing
returning id
"""

# Where a clock stands now.
MOVE = """
update workflow.clock set events = $2, state = $3, due_at = $4, original_due_at = $5, promised_until = $6,
       paused_since = $7, stopped_at = $8, calendar = $9
where id = $1
"""

# One more event.
APPEND = """
insert into workflow.clock_event
       (clock_id, seq, step, at, recorded_at, recorded_by, cause, basis, approver, amount, unit, counting, until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

# The ledgers of clocks, in order.
EVENTS = """
select clock_id, step, at, cause, basis, approver, amount, unit, counting, until
from workflow.clock_event where clock_id = any($1::uuid[]) order by clock_id, seq
"""

# Open clocks reckoned by another calendar, a batch that no other worker has.
OUTDATED = """
select * from workflow.clock where state <> 'stopped' and calendar <> $1
order by dossier_id limit $2 for update skip locked
"""

# Days decreed since the profile was written, oldest first.
DECREES = "select * from workflow.decree order by decreed_at, id"

# A day, decreed.
DECREE = """
insert into workflow.decree (id, day, worked, name, source, decreed_at, decreed_by)
values ($1, $2, $3, $4, $5, $6, $7)
"""


class _Row(msgspec.Struct, frozen=True):
    clock_id: UUID
    step: Step
    at: datetime
    cause: str
    basis: str
    approver: str
    amount: float | None
    unit: Unit | None
    counting: Counting | None
    until: datetime | None


async def locked(conn: asyncpg.Connection, dossier_id: UUID, kind: ClockKind) -> Clock | None:
    """For a change."""
    return as_struct(await conn.fetchrow(LOCKED, dossier_id, kind), Clock)


async def clock(conn: asyncpg.Connection, dossier_id: UUID, kind: ClockKind) -> Clock | None:
    """To look."""
    return as_struct(await conn.fetchrow(CLOCK, dossier_id, kind), Clock)


async def clocks(conn: asyncpg.Connection, dossier_ids: Sequence[UUID], kind: ClockKind) -> tuple[Clock, ...]:
    """To look at many."""
    return as_structs(await conn.fetch(CLOCKS, list(dossier_ids), kind), Clock)


async def outdated(conn: asyncpg.Connection, calendar: str, limit: int) -> tuple[Clock, ...]:
    """Open clocks that know only another calendar, locked."""
    return as_structs(await conn.fetch(OUTDATED, calendar, limit), Clock)


async def start(conn: asyncpg.Connection, new: Clock) -> bool:
    """False when there is one already."""
    return await conn.fetchval(START, *msgspec.structs.astuple(new)) is not None


async def move(conn: asyncpg.Connection, now: Clock) -> None:
    """The dates of a locked clock."""
    await conn.execute(
        MOVE,
        now.id,
        now.events,
        now.state,
        now.due_at,
        now.original_due_at,
        now.promised_until,
        now.paused_since,
        now.stopped_at,
        now.calendar,
    )


async def append(
    conn: asyncpg.Connection, clock_id: UUID, seq: int, event: Event, *, recorded_at: datetime, recorded_by: str
) -> None:
    """One more event of a locked clock."""
    budget = event.budget
    await conn.execute(
        APPEND,
        clock_id,
        seq,
        event.step,
        event.at,
        recorded_at,
        recorded_by,
        event.cause,
        event.basis if budget is None else budget.basis,
        event.approver,
        event.amount or None if budget is None else budget.amount,
        None if budget is None else budget.unit,
        None if budget is None else budget.counting,
        event.until,
    )


async def ledgers(conn: asyncpg.Connection, clock_ids: Sequence[UUID]) -> dict[UUID, tuple[Event, ...]]:
    """The events of each clock, in order."""
    found: dict[UUID, tuple[Event, ...]] = {}
    for row in as_structs(await conn.fetch(EVENTS, list(clock_ids)), _Row):
        found[row.clock_id] = (*found.get(row.clock_id, ()), _event(row))
    return found


async def decrees(conn: asyncpg.Connection) -> tuple[Decree, ...]:
    """All, oldest first."""
    return as_structs(await conn.fetch(DECREES), Decree)


async def decree(conn: asyncpg.Connection, new: Decree) -> None:
    """One more."""
    await conn.execute(DECREE, *msgspec.structs.astuple(new))


def _event(row: _Row) -> Event:
    starts = row.step is Step.START and row.amount is not None and row.unit is not None
    return Event(
        step=row.step,
        at=row.at,
        cause=row.cause,
        basis=row.basis,
        approver=row.approver,
        budget=Budget(row.amount or 0, row.unit or Unit.DAY, row.counting, row.basis) if starts else None,
        amount=0 if starts else row.amount or 0,
        until=row.until,
    )
