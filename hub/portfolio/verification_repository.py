"""The SQL of strangers' files."""

from datetime import datetime, timedelta

import asyncpg

from hub.kernel.db import as_struct
from hub.portfolio.model import Asked, Job
from signing import Report

# A file that waits for a worker, or, with its report, one that was verified at once.
ADD = """
insert into portfolio.verification
    (token_hash, state, name, size, salt, password, detached, asked_at, done_at, ends_at, report)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

# A piece of it.
ADD_PIECE = "insert into portfolio.verification_piece (token_hash, part, number, body) values ($1, $2, $3, $4)"

# A piece back.
PIECE = "select body from portfolio.verification_piece where token_hash = $1 and part = $2 and number = $3"

# How far it is; what has ended is not there, even before it is deleted.
ASKED = """
select v.state, v.name, v.size, v.asked_at, v.done_at, v.ends_at, v.report,
       (select count(*) from portfolio.verification o
        where v.state <> 'done' and o.state <> 'done' and o.asked_at < v.asked_at)::int as ahead
from portfolio.verification v where v.token_hash = $1 and v.ends_at > $2
"""

# The next file that no living worker has.
TAKE = """
update portfolio.verification set state = 'running', taken_until = $1::timestamptz + $2::interval, attempts = attempts + 1
where token_hash = (
    select token_hash from portfolio.verification
    where state <> 'done' and (taken_until is null or taken_until < $1)
    order by asked_at limit 1 for update skip locked)
returning token_hash, size, salt, password, detached, attempts
"""

# The report is there; the content goes in the same statement.
FINISH = """
with gone as (delete from portfolio.verification_piece where token_hash = $1)
update portfolio.verification set state = 'done', report = $2, done_at = $3, password = null
where token_hash = $1 and state <> 'done'
"""

# What has ended.
SWEEP = "delete from portfolio.verification where ends_at <= $1"

# How many wait: strangers must not fill the disk.
WAITING = "select coalesce(sum(size), 0)::bigint from portfolio.verification where state <> 'done'"


async def add(
    conn: asyncpg.Connection,
    token_hash: bytes,
    asked: Asked,
    *,
    salt: bytes,
    password: bytes | None = None,
    detached: bool = False,
) -> None:
    """Pieces come after it."""
    await conn.execute(
        ADD, token_hash, asked.state, asked.name, asked.size, salt, password, detached, asked.asked_at,
        asked.done_at, asked.ends_at, asked.report,
    )  # fmt: skip


async def add_piece(conn: asyncpg.Connection, token_hash: bytes, part: str, number: int, body: bytes) -> None:
    """Sealed."""
    await conn.execute(ADD_PIECE, token_hash, part, number, body)


async def piece(conn: asyncpg.Connection, token_hash: bytes, part: str, number: int) -> bytes | None:
    """Sealed; None after the last."""
    body: bytes | None = await conn.fetchval(PIECE, token_hash, part, number)
    return body


async def asked(conn: asyncpg.Connection, token_hash: bytes, now: datetime) -> Asked | None:
    """Until it ends."""
    return as_struct(await conn.fetchrow(ASKED, token_hash, now), Asked)


async def take(conn: asyncpg.Connection, now: datetime, lease: timedelta) -> Job | None:
    """Oldest first."""
    return as_struct(await conn.fetchrow(TAKE, now, lease), Job)


async def finish(conn: asyncpg.Connection, token_hash: bytes, report: Report, now: datetime) -> None:
    """Whoever is first."""
    await conn.execute(FINISH, token_hash, report, now)


async def sweep(conn: asyncpg.Connection, now: datetime) -> None:
    """Reports and what was never verified."""
    await conn.execute(SWEEP, now)


async def waiting(conn: asyncpg.Connection) -> int:
    """Bytes."""
    return int(await conn.fetchval(WAITING))
