"""The portfolio's SQL: trust lists, revocation data, rounds of verifying again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.db import as_struct, as_structs
from hub.portfolio.model import Change, Imported, Listed, Run, Taken, TrustState

_LIST = """id, name, version, source, sha256, anchors, intermediates, state, proposed_by, proposed_by_name, proposed_at,
       approved_by, approved_by_name, approved_at, ended_by_name, ended_at, ended_because"""
_IMPORTED = (
    """kind, sha256, issuer_sha256, issuer, number, this_update, next_update, entries, imported_at, imported_by"""
)
_CHANGE = """c.id, c.run_id, c.entry_id, c.report_number, c.document, c.kind, c.owner_id, c.dossier_id, c.agency_code,
       c.from_indication, c.from_sub_indication, c.to_indication, c.to_sub_indication, c.at, c.told"""
_RUN = """
select r.id, r.cause, r.subject, r.total, r.begun_by, r.begun_at, r.ended_at,
       (select count(*) from portfolio.task t where t.run_id = r.id and t.done_at is not null)::int as done,
       (select count(*) from portfolio.change c where c.run_id = r.id)::int as changed,
       (select coalesce(sum(c.told), 0) from portfolio.change c where c.run_id = r.id)::int as told
from portfolio.run r"""

# Which trust counts now.
STATE = "select version, lists_version from portfolio.trust_state"

# Whoever changes the trust waits here for the one before.
LOCK_STATE = "select version, lists_version from portfolio.trust_state for update"

# Every process looks at this before it verifies.
GROW = """
update portfolio.trust_state set version = version + 1, lists_version = lists_version + $1::int
returning version, lists_version
"""

# The lists that count, by name.
TRUSTED = f"select {_LIST} from portfolio.trust_list where state = 'trusted' order by name"

# Every list, those that count first, newest first.
LISTS = f"""
select {_LIST} from portfolio.trust_list
order by array_position(array['trusted', 'proposed', 'replaced', 'withdrawn'], state), proposed_at desc, name
"""

# A list in one state.
LIST = f"select {_LIST} from portfolio.trust_list where name = $1 and state = $2 for update"

# A list that somebody proposes, or that the installation brings with two approvers.
ADD_LIST = f"""
insert into portfolio.trust_list ({_LIST})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, null, null, '')
"""

# The second person's word.
APPROVE = """
update portfolio.trust_list set state = 'trusted', approved_by = $2, approved_by_name = $3, approved_at = $4
where id = $1
"""

# A list that counts no more.
END_LIST = """
update portfolio.trust_list set state = $2, ended_by_name = $3, ended_at = $4, ended_because = $5 where id = $1
"""

# Revocation data after a number, in the order of their import.
REVOCATION = "select seq, kind, der, imported_at from portfolio.revocation where seq > $1 order by seq"

# Taken over.
ADD_REVOCATION = f"""
insert into portfolio.revocation ({_IMPORTED}, der) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (sha256) do nothing returning sha256
"""

# The newest CRL of each CA.
NEWEST_CRLS = f"""
select distinct on (issuer_sha256) {_IMPORTED} from portfolio.revocation where kind = 'crl'
order by issuer_sha256, seq desc
"""

# A round of verifying again, with its documents.
BEGIN_RUN = """
with run as (
    insert into portfolio.run (id, cause, subject, keys, total, begun_by, begun_at, ended_at)
    values ($1, $2, $3, $4, cardinality($5::uuid[]), $6, $7, case when cardinality($5::uuid[]) = 0 then $7::timestamptz end)
)
insert into portfolio.task (run_id, entry_id) select $1, unnest($5::uuid[])
"""

# Documents that nobody verifies now, oldest round first.
TAKE = """
update portfolio.task t set taken_until = $1::timestamptz + $2::interval, attempts = t.attempts + 1
from (
    select run_id, entry_id from portfolio.task
    where done_at is null and (taken_until is null or taken_until < $1)
    order by run_id, entry_id limit $3 for update skip locked
) free
where t.run_id = free.run_id and t.entry_id = free.entry_id
returning t.run_id, t.entry_id, t.attempts
"""

# Done, by whoever is first.
DONE = """
update portfolio.task set done_at = $3, outcome = $4 where run_id = $1 and entry_id = $2 and done_at is null
returning entry_id
"""

# A round of which every document is done, once.
END_RUN = """
update portfolio.run r set ended_at = $2
where r.id = $1 and r.ended_at is null
  and not exists (select from portfolio.task t where t.run_id = $1 and t.done_at is null)
returning r.id
"""

# Rounds whose last document was done by a process that died before it could say so.
UNENDED = """
select r.id from portfolio.run r
where r.ended_at is null and not exists (select from portfolio.task t where t.run_id = r.id and t.done_at is null)
"""

# Rounds, newest first.
RUNS = f"{_RUN} order by r.begun_at desc limit $1"

# One round.
RUN = f"{_RUN} where r.id = $1"

# A verdict that changed.
ADD_CHANGE = """
insert into portfolio.change (id, run_id, entry_id, report_number, document, kind, owner_id, dossier_id, agency_code,
                              from_indication, from_sub_indication, to_indication, to_sub_indication, at, told)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""

# What changed, newest first: of one agency, or, with an empty code, of all.
CHANGES = f"""
select {_CHANGE}, r.cause, r.subject from portfolio.change c join portfolio.run r on r.id = c.run_id
where $1 = '' or c.agency_code = $1 order by c.at desc, c.id desc limit $2
"""

# One change.
CHANGE = f"""
select {_CHANGE}, r.cause, r.subject from portfolio.change c join portfolio.run r on r.id = c.run_id where c.id = $1
"""

# How many documents of each agency changed in a round.
BY_AGENCY = """
select agency_code, count(*)::int as documents from portfolio.change
where run_id = $1 and agency_code <> '' group by agency_code order by agency_code
"""


class Datum(msgspec.Struct, frozen=True):
    """Revocation data as it is imported again."""

    seq: int
    kind: str
    der: bytes
    imported_at: datetime


async def state(conn: asyncpg.Connection) -> TrustState:
    """Cheap: every verification asks."""
    row = await conn.fetchrow(STATE)
    return TrustState(row["version"], row["lists_version"])


async def lock_state(conn: asyncpg.Connection) -> None:
    """One change at a time."""
    await conn.fetchrow(LOCK_STATE)


async def grow(conn: asyncpg.Connection, *, lists: bool) -> None:
    """Every process reads the change before its next verification."""
    await conn.fetchrow(GROW, int(lists))


async def trusted(conn: asyncpg.Connection) -> tuple[Listed, ...]:
    """By name."""
    return as_structs(await conn.fetch(TRUSTED), Listed)


async def lists(conn: asyncpg.Connection) -> tuple[Listed, ...]:
    """All."""
    return as_structs(await conn.fetch(LISTS), Listed)


async def one_list(conn: asyncpg.Connection, name: str, state: str) -> Listed | None:
    """Locked."""
    return as_struct(await conn.fetchrow(LIST, name, state), Listed)


async def add_list(conn: asyncpg.Connection, new: Listed) -> None:
    """As proposed, or approved already."""
    await conn.execute(
        ADD_LIST, new.id, new.name, new.version, new.source, new.sha256, list(new.anchors), list(new.intermediates),
        new.state, new.proposed_by, new.proposed_by_name, new.proposed_at, new.approved_by, new.approved_by_name,
        new.approved_at,
    )  # fmt: skip


async def approve(conn: asyncpg.Connection, list_id: UUID, by: str, by_name: str, at: datetime) -> None:
    """From now on it counts."""
    await conn.execute(APPROVE, list_id, by, by_name, at)


async def end_list(conn: asyncpg.Connection, list_id: UUID, state: str, by: str, at: datetime, why: str) -> None:
    """From now on it does not count."""
    await conn.execute(END_LIST, list_id, state, by, at, why)


async def revocation(conn: asyncpg.Connection, after: int) -> tuple[Datum, ...]:
    """In order."""
    return as_structs(await conn.fetch(REVOCATION, after), Datum)


async def add_revocation(conn: asyncpg.Connection, new: Imported, der: bytes) -> bool:
    """False when it is there already."""
    number = None if new.number is None else Decimal(new.number)
    row = await conn.fetchval(
        ADD_REVOCATION, new.kind, new.sha256, new.issuer_sha256, new.issuer, number, new.this_update, new.next_update,
        new.entries, new.imported_at, new.imported_by, der,
    )  # fmt: skip
    return row is not None


async def newest_crls(conn: asyncpg.Connection) -> tuple[Imported, ...]:
    """One for each CA that has one."""
    return tuple(_imported(row) for row in await conn.fetch(NEWEST_CRLS))


def _imported(row: Any) -> Imported:
    """CRL numbers have up to 160 bits: `numeric` in the database, `int` here."""
    values = dict(row)
    values["number"] = None if values["number"] is None else int(values["number"])
    return msgspec.convert(values, Imported)


async def begin_run(conn: asyncpg.Connection, run: Run, keys: Sequence[str], documents: Sequence[UUID]) -> None:
    """With nothing to do it has ended already."""
    await conn.execute(
        BEGIN_RUN, run.id, run.cause, run.subject, list(keys), list(documents), run.begun_by, run.begun_at
    )  # fmt: skip


async def take(conn: asyncpg.Connection, now: datetime, lease: timedelta, limit: int) -> tuple[Taken, ...]:
    """Nobody else gets them before the lease ends."""
    return as_structs(await conn.fetch(TAKE, now, lease, limit), Taken)


async def done(conn: asyncpg.Connection, task: Taken, now: datetime, outcome: str) -> bool:
    """False when another process was faster."""
    return await conn.fetchval(DONE, task.run_id, task.entry_id, now, outcome) is not None


async def end_run(conn: asyncpg.Connection, run_id: UUID, now: datetime) -> bool:
    """True for the one who ends it."""
    return await conn.fetchval(END_RUN, run_id, now) is not None


async def unended(conn: asyncpg.Connection) -> list[UUID]:
    """Complete, but nobody said so."""
    return [row["id"] for row in await conn.fetch(UNENDED)]


async def runs(conn: asyncpg.Connection, limit: int) -> tuple[Run, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(RUNS, limit), Run)


async def run(conn: asyncpg.Connection, run_id: UUID) -> Run | None:
    """With its counts."""
    return as_struct(await conn.fetchrow(RUN, run_id), Run)


async def add_change(conn: asyncpg.Connection, c: Change) -> None:
    """Never changed again."""
    await conn.execute(
        ADD_CHANGE, c.id, c.run_id, c.entry_id, c.report_number, c.document, c.kind, c.owner_id, c.dossier_id,
        c.agency_code, c.from_indication, c.from_sub_indication, c.to_indication, c.to_sub_indication, c.at, c.told,
    )  # fmt: skip


async def changes(conn: asyncpg.Connection, agency_code: str, limit: int) -> tuple[Change, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(CHANGES, agency_code, limit), Change)


async def change(conn: asyncpg.Connection, change_id: UUID) -> Change | None:
    """With its cause."""
    return as_struct(await conn.fetchrow(CHANGE, change_id), Change)


async def by_agency(conn: asyncpg.Connection, run_id: UUID) -> dict[str, int]:
    """Agency → documents."""
    return {row["agency_code"]: row["documents"] for row in await conn.fetch(BY_AGENCY, run_id)}
