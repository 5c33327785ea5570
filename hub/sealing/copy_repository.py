"""SQL of copies: written once, never changed."""

from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.db import as_struct, as_structs
from hub.sealing.model import Copy

# The next number of a kind and year; the row lock makes them gapless within committed transactions.
NEXT_NUMBER = """
insert into sealing.copy_number as n (kind, year, last) values ($1, $2, 1)
on conflict (kind, year) do update set last = n.last + 1 returning last
"""

# A copy that was made, in the order of the columns of the table.
ADD = """
insert into sealing.copy (id, kind, code, token, entry_id, sha256, owner_id, dossier_id, original_code, source_sha256,
                          name, symbol, issued_on, authority, signer, pages, dpi, made_at, made_by_id, made_by, unit)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
"""

# One copy, by id, token, its entry in the vault, or its content.
ONE = "select * from sealing.copy where id = $1 or token = $2 or entry_id = $3 or sha256 = $4 order by made_at limit 1"

# What an officer made, newest first.
MADE_BY = "select * from sealing.copy where made_by_id = $1 order by made_at desc, id limit $2"


async def next_number(conn: asyncpg.Connection, kind: str, year: int) -> int:
    """From 1 in each year."""
    number: int = await conn.fetchval(NEXT_NUMBER, kind, year)
    return number


async def add(conn: asyncpg.Connection, made: Copy) -> None:
    """Record it."""
    await conn.execute(ADD, *msgspec.structs.astuple(made))


async def one(
    conn: asyncpg.Connection,
    *,
    copy_id: UUID | None = None,
    token: str | None = None,
    entry_id: UUID | None = None,
    sha256: str | None = None,
) -> Copy | None:
    """By one of its names."""
    return as_struct(await conn.fetchrow(ONE, copy_id, token, entry_id, sha256), Copy)


async def made_by(conn: asyncpg.Connection, officer_id: str, limit: int) -> tuple[Copy, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(MADE_BY, officer_id, limit), Copy)
