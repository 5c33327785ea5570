"""SQL of what is kept and what goes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

# A dossier takes uploads over; one that a sweep is deleting fails the foreign key.
HOLD = """
insert into vault.hold (entry_id, dossier_id, held_at) select unnest($1::uuid[]), $2, $3 on conflict do nothing
"""

# Uploads that lapsed and that nothing of the vault needs, locked; those that are just being taken over are left out.
LAPSED = """
select id from vault.entry e where retention = 'draft' and stored_at < $1
  and not exists (select from vault.hold h where h.entry_id = e.id)
  and not exists (select from vault.share s where s.entry_id = e.id)
  and not exists (select from vault.conversion c where c.entry_id = e.id or c.paper_id = e.id)
  and id > $2
order by id limit $3 for update skip locked
"""

# Lapsed uploads go; content that no other entry names is noted.
DISCARD = """
with gone as (delete from vault.entry where id = any($1::uuid[]) returning id, sha256),
noted as (
    insert into vault.discarded (sha256, at)
    select distinct g.sha256, $2::timestamptz from gone g
    where not exists (select from vault.entry e where e.sha256 = g.sha256 and e.id <> all($1::uuid[]))
    on conflict do nothing
)
select sha256, id from gone order by id
"""

# Contents that wait to be deleted.
DISCARDED = "select sha256 from vault.discarded order by at, sha256 limit $1"

# Nobody needs the note any more.
FORGET = "delete from vault.discarded where sha256 = $1"

# Whether an entry names this content.
NAMED = "select exists (select from vault.entry where sha256 = $1)"

# Until the transaction ends: this content is not deleted.
LOCK_CONTENT_SHARED = "select pg_advisory_xact_lock_shared(hashtextextended('vault.content:' || $1, 0))"

# Until the transaction ends: no entry for this content comes to be.
LOCK_CONTENT = "select pg_advisory_xact_lock(hashtextextended('vault.content:' || $1, 0))"

# The same as LOCK_UPKEEP, or false.
TRY_UPKEEP = "select pg_try_advisory_xact_lock(hashtextextended('vault.upkeep', 0))"


async def hold(conn: asyncpg.Connection, entries: Sequence[UUID], dossier_id: UUID, now: datetime) -> bool:
    """False when one of them is no longer there."""
    try:
        await conn.execute(HOLD, list(entries), dossier_id, now)
    except asyncpg.ForeignKeyViolationError:
        return False
    return True


async def lapsed(conn: asyncpg.Connection, before: datetime, after: UUID, limit: int) -> tuple[UUID, ...]:
    """By id."""
    return tuple(row["id"] for row in await conn.fetch(LAPSED, before, after, limit))


async def discard(conn: asyncpg.Connection, entries: Sequence[UUID], now: datetime) -> list[tuple[UUID, str]]:
    """Those that went, with their digests."""
    return [(row["id"], row["sha256"]) for row in await conn.fetch(DISCARD, list(entries), now)]


async def discarded(conn: asyncpg.Connection, limit: int) -> tuple[str, ...]:
    """Digests, oldest first."""
    return tuple(row["sha256"] for row in await conn.fetch(DISCARDED, limit))


async def forget(conn: asyncpg.Connection, digest: str) -> None:
    """The note."""
    await conn.execute(FORGET, digest)


async def named(conn: asyncpg.Connection, digest: str) -> bool:
    """By any entry."""
    return bool(await conn.fetchval(NAMED, digest))


async def lock_content_shared(conn: asyncpg.Connection, digest: str) -> None:
    """Waits."""
    await conn.execute(LOCK_CONTENT_SHARED, digest)


async def lock_content(conn: asyncpg.Connection, digest: str) -> None:
    """Waits."""
    await conn.execute(LOCK_CONTENT, digest)


async def try_upkeep(conn: asyncpg.Connection) -> bool:
    """False while keys are changed."""
    return bool(await conn.fetchval(TRY_UPKEEP))
