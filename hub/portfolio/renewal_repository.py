"""The SQL of renewals."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from hub.kernel.db import as_structs
from hub.portfolio.model import Nearness, Renewal, Troubles

_RENEWAL = """entry_id, document_id, owner_id, dossier_id, agency_code, document, lapses_at, outcome, at, why_vi, why_en,
       attempts, next_at, renewed_id, holds_until"""

# Of these documents, those that were renewed or are not to be tried yet.
SETTLED = """
select entry_id from portfolio.renewal
where entry_id = any($1::uuid[]) and (outcome = 'renewed' or next_at > $2)
"""

# Until the transaction ends nobody else renews this document.
LOCK = "select pg_advisory_xact_lock(hashtextextended('portfolio.renewal/' || $1::text, 0))"

# What became of a document; one that was renewed stays as it is. Whoever comes second waits here for the first.
PUT = f"""
insert into portfolio.renewal ({_RENEWAL}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14)
on conflict (entry_id) do update
set lapses_at = excluded.lapses_at, outcome = excluded.outcome, at = excluded.at, why_vi = excluded.why_vi,
    why_en = excluded.why_en, attempts = portfolio.renewal.attempts + 1, next_at = excluded.next_at,
    renewed_id = excluded.renewed_id, holds_until = excluded.holds_until
where portfolio.renewal.outcome <> 'renewed'
returning told
"""

# Documents that could not be renewed and are nearer to their end than was last told ($2 a week off, $3 a month off), the
# nearest first; from now on that was told.
NEARER = f"""
update portfolio.renewal set told = near.stage
from (
    select id, stage
    from (
        select entry_id as id, told as before, lapses_at as ends, case
            when lapses_at <= $1 then 4 when lapses_at <= $2 then 3 when lapses_at <= $3 then 2 else 1
        end as stage
        from portfolio.renewal where outcome <> 'renewed'
    ) staged
    where before < stage order by ends, id limit $4
) near
where entry_id = near.id and told < near.stage
returning {_RENEWAL}, told
"""

# How many could not be renewed and when the first of them ends: of one agency, or, with an empty code, of all.
TROUBLES = """
select count(*)::int as number, min(lapses_at) as first from portfolio.renewal
where outcome <> 'renewed' and ($1 = '' or agency_code = $1)
"""

# Documents that could not be renewed, the first to lapse first: of one agency, or, with an empty code, of all.
TROUBLED = f"""
select {_RENEWAL} from portfolio.renewal
where outcome <> 'renewed' and ($1 = '' or agency_code = $1) order by lapses_at, entry_id limit $2
"""

# How many were renewed after a time.
RENEWED_SINCE = """
select count(*)::int from portfolio.renewal where outcome = 'renewed' and at >= $1 and ($2 = '' or agency_code = $2)
"""


async def settled(conn: asyncpg.Connection, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Not to be looked at now."""
    return {row["entry_id"] for row in await conn.fetch(SETTLED, list(ids), now)}


async def lock(conn: asyncpg.Connection, document_id: UUID) -> None:
    """Waits."""
    await conn.execute(LOCK, str(document_id))


async def put(conn: asyncpg.Connection, r: Renewal) -> Nearness | None:
    """What had been told of it; None when it was renewed already."""
    told = await conn.fetchval(
        PUT, r.entry_id, r.document_id, r.owner_id, r.dossier_id, r.agency_code, r.document, r.lapses_at, r.outcome,
        r.at, r.why_vi, r.why_en, r.next_at, r.renewed_id, r.holds_until,
    )  # fmt: skip
    return None if told is None else Nearness(told)


async def nearer(
    conn: asyncpg.Connection, now: datetime, *, week: datetime, month: datetime, limit: int
) -> tuple[Renewal, ...]:
    """Marked as told."""
    return as_structs(await conn.fetch(NEARER, now, week, month, limit), Renewal)


async def troubles(conn: asyncpg.Connection, agency_code: str) -> Troubles:
    """In numbers."""
    return as_structs(await conn.fetch(TROUBLES, agency_code), Troubles)[0]


async def troubled(conn: asyncpg.Connection, agency_code: str, limit: int) -> tuple[Renewal, ...]:
    """By time."""
    return as_structs(await conn.fetch(TROUBLED, agency_code, limit), Renewal)


async def renewed_since(conn: asyncpg.Connection, since: datetime, agency_code: str) -> int:
    """A number."""
    return int(await conn.fetchval(RENEWED_SINCE, since, agency_code))
