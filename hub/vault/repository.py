"""The vault's SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.actor import Actor
from hub.kernel.db import as_struct, as_structs
from hub.kernel.ids import uuid7
from hub.vault.errors import NewerVersion
from hub.vault.model import Access, Conversion, Entry

_COLUMNS = """id, document_id, version, owner_id, dossier_id, kind, name, media_type, sha256, size, retention,
       stored_at, stored_by"""

# As it is kept: an upload that a dossier took over is the dossier's.
_ENTRY = """id, document_id, version, owner_id, dossier_id, kind, name, media_type, sha256, size,
       case when retention = 'draft' and exists (select from vault.hold h where h.entry_id = id) then 'dossier'
            else retention end as retention, stored_at, stored_by"""

# A new document, or the next version of one that this owner has; no row when the document is another's.
ADD = f"""
with before as (
    select document_id, max(version) as version from vault.entry where document_id = $2 and owner_id = $3
    group by document_id
)
insert into vault.entry ({_COLUMNS})
select $1, coalesce($2, $1), coalesce((select version from before), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
where $2::uuid is null or exists (select from before)
returning {_COLUMNS}
"""

# One entry.
ENTRY = f"select {_ENTRY} from vault.entry where id = $1"

# Several, in the order asked.
ENTRIES = f"select {_ENTRY} from vault.entry where id = any($1::uuid[]) order by array_position($1::uuid[], id)"

# The newest version of each document of an owner, or of a dossier, newest first.
NEWEST = f"""
select {_ENTRY} from (
    select *, row_number() over (partition by document_id order by version desc) as back
    from vault.entry where owner_id = $1 or dossier_id = $2
) e where back = 1 order by stored_at desc, id
"""

# All versions of a document, oldest first.
VERSIONS = f"select {_ENTRY} from vault.entry where document_id = $1 order by version"

# The newest version of the document of each of these entries.
CURRENT = f"""
select o.id as asked, e.* from vault.entry o
cross join lateral (select {_ENTRY} from vault.entry where document_id = o.document_id
                    order by version desc limit 1) e
where o.id = any($1::uuid[])
"""

# Documents of which a version has this content: the entry that each began with.
BEGUN_AS = """
select distinct b.id from vault.entry e join vault.entry b on b.document_id = e.document_id and b.version = 1
where e.sha256 = $1 order by b.id
"""

# Somebody saw something.
SAW = """
insert into vault.access
    (id, at, owner_id, dossier_id, entry_id, actor_kind, actor_id, actor_name, actor_unit, what, purpose)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

# Who saw an owner's data, or a dossier and its papers, newest first.
SEEN = """
select * from vault.access
where (owner_id = $1 or dossier_id = $2 or entry_id = any($3::uuid[])) and at < $4
order by at desc, id desc limit $5
"""

# The next number of a year; the row lock makes them gapless within committed transactions.
NEXT_NUMBER = """
insert into vault.conversion_number as n (year, last) values ($1, 1)
on conflict (year) do update set last = n.last + 1 returning last
"""

# A conversion that was made.
ADD_CONVERSION = """
insert into vault.conversion (id, number, token, entry_id, paper_id, sha256, converted_at, converted_by, unit)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

# By the token on the paper, or those of an entry.
CONVERSIONS = "select * from vault.conversion where token = $1 or entry_id = $2 order by number"

# How many different contents there are.
CONTENTS = "select count(distinct sha256) from vault.entry"

# Contents in order of their digests, each with the entries that name it.
CONTENTS_AFTER = """
select sha256, array_agg(id order by id) as entries from vault.entry where sha256 > $1
group by sha256 order by sha256 limit $2
"""

# Until the transaction ends: nothing is deleted from the store, no key is changed.
LOCK_UPKEEP = "select pg_advisory_xact_lock(hashtextextended('vault.upkeep', 0))"


# Conversions after a number, by number.
CONVERSIONS_AFTER = "select * from vault.conversion where number > $1 order by number limit $2"


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A row to be."""

    id: UUID
    document_id: UUID | None
    owner_id: UUID
    dossier_id: UUID | None
    kind: str
    name: str
    media_type: str
    sha256: str
    size: int
    retention: str
    stored_at: datetime
    stored_by: str


async def add(conn: asyncpg.Connection, new: NewEntry) -> Entry | None:
    """None when the document to be versioned is not this owner's. Raises NewerVersion."""
    try:
        return as_struct(await conn.fetchrow(ADD, *msgspec.structs.astuple(new)), Entry)
    except asyncpg.UniqueViolationError:
        raise NewerVersion from None


async def entry(conn: asyncpg.Connection, entry_id: UUID) -> Entry | None:
    """One."""
    return as_struct(await conn.fetchrow(ENTRY, entry_id), Entry)


async def entries(conn: asyncpg.Connection, ids: Sequence[UUID]) -> tuple[Entry, ...]:
    """Those that are there, in the order asked."""
    return as_structs(await conn.fetch(ENTRIES, list(ids)), Entry)


async def newest(
    conn: asyncpg.Connection, *, owner_id: UUID | None = None, dossier_id: UUID | None = None
) -> tuple[Entry, ...]:
    """Newest versions only."""
    return as_structs(await conn.fetch(NEWEST, owner_id, dossier_id), Entry)


async def versions(conn: asyncpg.Connection, document_id: UUID) -> tuple[Entry, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(VERSIONS, document_id), Entry)


async def current(conn: asyncpg.Connection, ids: Sequence[UUID]) -> dict[UUID, Entry]:
    """By the entry that was asked for."""
    return {row["asked"]: msgspec.convert(dict(row), Entry) for row in await conn.fetch(CURRENT, list(ids))}


async def begun_as(conn: asyncpg.Connection, sha256: str) -> tuple[UUID, ...]:
    """First entries."""
    return tuple(row["id"] for row in await conn.fetch(BEGUN_AS, sha256))


async def saw(
    conn: asyncpg.Connection,
    actor: Actor,
    at: datetime,
    *,
    owner_id: UUID,
    dossier_id: UUID | None,
    entry_id: UUID | None,
    what: str,
    purpose: str,
) -> None:
    """One row of the access log."""
    await conn.execute(
        SAW, uuid7(), at, owner_id, dossier_id, entry_id, actor.kind, actor.id, actor.name, actor.unit, what, purpose
    )


async def seen(
    conn: asyncpg.Connection,
    owner_id: UUID | None,
    dossier_id: UUID | None,
    entry_ids: Sequence[UUID],
    before: datetime,
    limit: int,
) -> tuple[Access, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(SEEN, owner_id, dossier_id, list(entry_ids), before, limit), Access)


async def next_number(conn: asyncpg.Connection, year: int) -> int:
    """From 1 in each year."""
    number: int = await conn.fetchval(NEXT_NUMBER, year)
    return number


async def add_conversion(conn: asyncpg.Connection, made: Conversion) -> None:
    """Record it."""
    await conn.execute(ADD_CONVERSION, *msgspec.structs.astuple(made))


async def conversions(
    conn: asyncpg.Connection, *, token: str | None = None, entry_id: UUID | None = None
) -> tuple[Conversion, ...]:
    """By number."""
    return as_structs(await conn.fetch(CONVERSIONS, token, entry_id), Conversion)


async def conversions_after(conn: asyncpg.Connection, number: str, limit: int) -> tuple[Conversion, ...]:
    """By number."""
    return as_structs(await conn.fetch(CONVERSIONS_AFTER, number, limit), Conversion)


async def contents(conn: asyncpg.Connection) -> int:
    """A number."""
    count: int = await conn.fetchval(CONTENTS)
    return count


async def contents_after(conn: asyncpg.Connection, digest: str, limit: int) -> list[tuple[str, tuple[UUID, ...]]]:
    """Digest and entries."""
    rows = await conn.fetch(CONTENTS_AFTER, digest, limit)
    return [(row["sha256"], tuple(row["entries"])) for row in rows]


async def lock_upkeep(conn: asyncpg.Connection) -> None:
    """Waits."""
    await conn.execute(LOCK_UPKEEP)
