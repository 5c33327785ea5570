"""Runs and tasks in PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.catalog import Workflow
from hub.kernel.db import as_struct, as_structs
from hub.workflow.engine import Places, Task, Urging, Waiting, step_of

# A run that begins; nothing when the dossier has one.
BEGIN = """
insert into workflow.run (dossier_id, flow, unit, counter, started_at) values ($1, $2, $3, $4, $5)
on conflict do nothing returning dossier_id
"""

# A run; the row is locked, so that two officers never do one step twice.
LOCKED = "select flow, unit, counter from workflow.run where dossier_id = $1 for update"

# The same, only to look.
RUN = "select flow, unit, counter from workflow.run where dossier_id = $1"

END = "update workflow.run set ended_at = $2 where dossier_id = $1"

# A dossier's tasks, oldest first.
HISTORY = "select * from workflow.task where dossier_id = $1 order by number"

# One task.
TASK = "select * from workflow.task where id = $1"

# A task that opens.
OPEN = """
insert into workflow.task (id, dossier_id, number, step, role, unit, opened_at, directions, assignee_id, assignee_name,
                           due_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

# A task that is done.
CLOSE = """
update workflow.task set done_at = $2, done_by_id = $3, done_by_name = $4, action = $5, note = $6, document_id = $7,
       papers = $8
where id = $1 and done_at is null
"""

# Take a free task, or say again that it is mine.
CLAIM = """
update workflow.task set assignee_id = $2, assignee_name = $3, claimed_at = coalesce(claimed_at, $4)
where id = $1 and done_at is null and (assignee_id is null or assignee_id = $2)
returning *
"""

# Give an open task to somebody (else); an empty name frees it.
ASSIGN = """
update workflow.task set assignee_id = nullif($2, ''), assignee_name = nullif($3, ''), claimed_at = null
where id = $1 and done_at is null returning *
"""

WAITING = """
select t.*, c.due_at as dossier_due_at, c.state as clock, c.paused_since, r.flow
from workflow.task t join workflow.run r on r.dossier_id = t.dossier_id
left join workflow.clock c on c.dossier_id = t.dossier_id and c.kind = 'processing'
where t.done_at is null"""

# What waits for this person: their own, and what lies free on their desks; the nearest deadline first.
QUEUE = f"""{WAITING}
  and (t.assignee_id = $1 or (t.assignee_id is null and t.unit = any($2::text[]) and t.role = any($3::text[])))
order by c.due_at nulls last, t.opened_at, t.id
limit $4 offset $5
"""

# What waits for anybody in these units; the nearest deadline first.
OF_UNITS = f"""{WAITING} and r.unit = any($1::text[])
order by c.due_at nulls last, t.opened_at, t.id
limit $2 offset $3
"""

# A word to whoever holds a task.
URGE = "insert into workflow.urging (id, task_id, at, by_id, by_name, note) values ($1, $2, $3, $4, $5, $6)"

# Those of a dossier, oldest first.
URGINGS = """
select u.task_id, u.at, u.by_name, u.note from workflow.urging u join workflow.task t on t.id = u.task_id
where t.dossier_id = $1 order by u.at, u.id
"""


class Run(msgspec.Struct, frozen=True):
    """The steps that a dossier runs through, and where its desks are."""

    flow: Workflow
    unit: str
    counter: str

    @property
    def places(self) -> Places:
        """The desks."""
        return Places(self.unit, self.counter)


async def begin(conn: asyncpg.Connection, dossier_id: UUID, flow: Workflow, places: Places, at: datetime) -> bool:
    """False when the dossier runs already."""
    return await conn.fetchval(BEGIN, dossier_id, flow, places.unit, places.counter, at) is not None


async def run(conn: asyncpg.Connection, dossier_id: UUID, *, lock: bool = False) -> Run | None:
    """The dossier's run."""
    return as_struct(await conn.fetchrow(LOCKED if lock else RUN, dossier_id), Run)


async def end(conn: asyncpg.Connection, dossier_id: UUID, at: datetime) -> None:
    """No task will follow."""
    await conn.execute(END, dossier_id, at)


async def history(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Task, ...]:
    """All tasks, oldest first."""
    return as_structs(await conn.fetch(HISTORY, dossier_id), Task)


async def task(conn: asyncpg.Connection, task_id: UUID) -> Task | None:
    """One."""
    return as_struct(await conn.fetchrow(TASK, task_id), Task)


async def open_task(conn: asyncpg.Connection, new: Task) -> None:
    """One more."""
    await conn.execute(
        OPEN, new.id, new.dossier_id, new.number, new.step, new.role, new.unit, new.opened_at, new.directions,
        new.assignee_id, new.assignee_name, new.due_at,
    )  # fmt: skip


async def close(conn: asyncpg.Connection, done: Task) -> None:
    """As it was done."""
    await conn.execute(
        CLOSE, done.id, done.done_at, done.done_by_id, done.done_by_name, done.action, done.note, done.document_id,
        list(done.papers),
    )  # fmt: skip


async def claim(conn: asyncpg.Connection, task_id: UUID, person: str, name: str, at: datetime) -> Task | None:
    """None when somebody else has it, or it is done."""
    return as_struct(await conn.fetchrow(CLAIM, task_id, person, name, at), Task)


async def assign(conn: asyncpg.Connection, task_id: UUID, person: str, name: str) -> Task | None:
    """None when it is done."""
    return as_struct(await conn.fetchrow(ASSIGN, task_id, person, name), Task)


async def queue(
    conn: asyncpg.Connection, person: str, agencies: list[str], roles: list[str], limit: int, offset: int
) -> tuple[Waiting, ...]:
    """Nearest deadline first."""
    return _waiting(await conn.fetch(QUEUE, person, agencies, roles, limit, offset))


async def of_units(conn: asyncpg.Connection, units: list[str], limit: int, offset: int) -> tuple[Waiting, ...]:
    """Nearest deadline first."""
    return _waiting(await conn.fetch(OF_UNITS, units, limit, offset))


async def urge(conn: asyncpg.Connection, row: UUID, task_id: UUID, said: Urging, by_id: str) -> None:
    """One more."""
    await conn.execute(URGE, row, task_id, said.at, by_id, said.by_name, said.note)


async def urgings(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Urging, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(URGINGS, dossier_id), Urging)


def _waiting(rows: list[Any]) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(
            task=msgspec.convert(dict(row), Task),
            due_at=row["dossier_due_at"],
            clock=row["clock"] or "",
            paused_since=row["paused_since"],
            step=step_of(msgspec.convert(row["flow"], Workflow), row["step"]),
        )
        for row in rows
    )
