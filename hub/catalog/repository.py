"""The catalogue's SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from hub.catalog.errors import unknown_procedure
from hub.catalog.model import Content, FieldCount, Flagged, Found, Hit, Limit, Procedure
from hub.kernel.db import as_structs

PAGE = 20

# The current version's number and content hash, locked.
CURRENT = "select version, hash from catalog.procedure where code = $1 for update"

# A new version and the procedure as it now is, in one statement.
STORE = """
with procedure as (
    insert into catalog.procedure (
        code, version, hash, name, field_code, field_name, agency, responsible, public, online,
        limit_amount, limit_unit, fee_low, fee_high, updated_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    on conflict (code) do update set
        version = excluded.version, hash = excluded.hash, name = excluded.name, field_code = excluded.field_code,
        field_name = excluded.field_name, agency = excluded.agency, responsible = excluded.responsible,
        public = excluded.public, online = excluded.online, limit_amount = excluded.limit_amount,
        limit_unit = excluded.limit_unit, fee_low = excluded.fee_low, fee_high = excluded.fee_high,
        updated_at = excluded.updated_at
    returning code, version
)
insert into catalog.version (procedure_code, version, content, created_at)
select code, version, $16, $15 from procedure
"""

# One procedure whole: its standing and the wanted version, else the current one.
PROCEDURE = """
select p.version as latest, p.listed, p.public, v.version, v.created_at, v.content
from catalog.procedure p
join catalog.version v on v.procedure_code = p.code and v.version = coalesce($2, p.version)
where p.code = $1
"""

# Bring the marks into line with the national list; only those whose mark changes are touched.
LISTED = """
update catalog.procedure
set listed = not listed, unlisted_at = case when listed then $2::timestamptz end
where listed <> (code = any($1::text[]))
returning code, version, name, responsible, listed
"""

# Those that the hub has.
KNOWN = "select code from catalog.procedure where code = any($1::text[])"

# Procedures in use: every word a prefix, names that begin with the text first.
SEARCH = """
select code, version, name, field_code, field_name, agency, online, limit_amount, limit_unit, fee_low, fee_high,
       count(*) over () as total
from catalog.procedure
where listed and public
  and ($1::text = '' or words @@ to_tsquery('simple', nullif($1::text, '')))
  and ($2::text = '' or field_code = $2)
order by (folded like $3 || '%') desc, online desc, folded, code
limit $4 offset $5
"""

# Fields of procedures in use.
FIELDS = """
select field_code as code, min(field_name) as name, count(*) as count
from catalog.procedure where listed and public
group by field_code order by count(*) desc, field_code
"""

# Ours that the national list lacks.
FLAGGED = """
select code, name, responsible, unlisted_at from catalog.procedure where not listed order by responsible, code
"""


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure whose mark has just changed."""

    code: str
    version: int
    name: str
    responsible: str
    listed: bool


async def current(conn: asyncpg.Connection, code: str) -> tuple[int, str] | None:
    """The current version and its hash; locked until the transaction ends."""
    row = await conn.fetchrow(CURRENT, code)
    return None if row is None else (row["version"], row["hash"])


async def store(
    conn: asyncpg.Connection, content: Content, version: int, digest: str, body: bytes, *, public: bool, now: datetime
) -> None:
    """Version `version` becomes current."""
    amounts = [fee.amount for fee in content.fees if fee.amount is not None]
    limit: Limit = content.limit("online")
    await conn.execute(
        STORE,
        content.code,
        version,
        digest,
        content.name,
        content.field_code,
        content.field_name,
        content.agency,
        content.responsible,
        public,
        content.online,
        limit.amount,
        limit.unit,
        min(amounts, default=None),
        max(amounts, default=None),
        now,
        body.decode(),
    )


async def procedure(conn: asyncpg.Connection, code: str, version: int | None) -> Procedure:
    """Raises NotFound."""
    row = await conn.fetchrow(PROCEDURE, code, version)
    if row is None:
        raise unknown_procedure(code, version)
    found: Procedure = msgspec.json.decode(row["content"], type=Procedure)
    return msgspec.structs.replace(
        found,
        version=row["version"],
        latest=row["latest"],
        listed=row["listed"],
        in_use=row["listed"] and row["public"],
        published_at=row["created_at"],
    )


async def mark_listed(conn: asyncpg.Connection, codes: Sequence[str], now: datetime) -> tuple[Marked, ...]:
    """Those whose mark changed."""
    return as_structs(await conn.fetch(LISTED, list(codes), now), Marked)


async def known(conn: asyncpg.Connection, codes: Sequence[str]) -> frozenset[str]:
    """Which of these the hub has."""
    return frozenset(row["code"] for row in await conn.fetch(KNOWN, list(codes)))


async def search(conn: asyncpg.Connection, query: str, beginning: str, field: str, page: int) -> Found:
    """`query`: a tsquery; `beginning`: folded text."""
    rows = await conn.fetch(SEARCH, query, field, beginning, PAGE, (page - 1) * PAGE)
    hits: list[dict[str, Any]] = [dict(row) for row in rows]
    total = hits[0]["total"] if hits else 0
    return Found(hits=msgspec.convert(hits, tuple[Hit, ...]), total=total, page=page, size=PAGE)


async def fields(conn: asyncpg.Connection) -> tuple[FieldCount, ...]:
    """Most procedures first."""
    return as_structs(await conn.fetch(FIELDS), FieldCount)


async def flagged(conn: asyncpg.Connection) -> tuple[Flagged, ...]:
    """PRO-09."""
    return as_structs(await conn.fetch(FLAGGED), Flagged)
