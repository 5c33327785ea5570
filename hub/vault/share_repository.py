"""SQL of what holders share."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.db import as_struct, as_structs
from hub.vault.model import Share

_SHARE = """
select s.id, s.entry_id, s.owner_id, s.grantee_number, s.purpose, s.one_time, s.made_at, s.expires_at,
       coalesce(x.why, '') as ended, e.name, e.media_type, e.size
from vault.share s join vault.entry e on e.id = s.entry_id left join vault.share_end x on x.share_id = s.id
"""

# A new share; no row when the document is not this owner's. The entry is locked, so that no sweep takes it meanwhile.
ADD = """
with mine as (select id from vault.entry where id = $2 and owner_id = $3 for key share)
insert into vault.share (id, entry_id, owner_id, token_hash, grantee_number, purpose, one_time, made_at, expires_at)
select $1, id, $3, $4, $5, $6, $7, $8, $9 from mine returning id
"""

# One share, by id or by its link.
ONE = f"{_SHARE} where s.id = $1 or s.token_hash = $2"

# What an owner shares or has shared, newest first.
OF_OWNER = f"{_SHARE} where s.owner_id = $1 order by s.made_at desc, s.id desc limit $2"

# What still opens for the citizen of a number, newest first.
WITH_CITIZEN = f"""{_SHARE}
where s.grantee_number = $1 and s.expires_at > $2 and x.share_id is null order by s.made_at desc, s.id desc limit $3
"""

# The one end of a share; no row when it has ended before.
END = """
insert into vault.share_end (share_id, why, at) values ($1, $2, $3) on conflict do nothing returning share_id
"""


class NewShare(msgspec.Struct, frozen=True, kw_only=True):
    """A row to be."""

    id: UUID
    entry_id: UUID
    owner_id: UUID
    token_hash: bytes | None
    grantee_number: str | None
    purpose: str
    one_time: bool
    made_at: datetime
    expires_at: datetime


async def add(conn: asyncpg.Connection, new: NewShare) -> bool:
    """False when the document is not this owner's."""
    return await conn.fetchval(ADD, *msgspec.structs.astuple(new)) is not None


async def one(conn: asyncpg.Connection, *, share_id: UUID | None = None, token_hash: bytes = b"") -> Share | None:
    """Ended or not."""
    return as_struct(await conn.fetchrow(ONE, share_id, token_hash), Share)


async def of_owner(conn: asyncpg.Connection, owner_id: UUID, limit: int) -> tuple[Share, ...]:
    """Ended ones too."""
    return as_structs(await conn.fetch(OF_OWNER, owner_id, limit), Share)


async def with_citizen(conn: asyncpg.Connection, number: str, now: datetime, limit: int) -> tuple[Share, ...]:
    """Those that open."""
    return as_structs(await conn.fetch(WITH_CITIZEN, number, now, limit), Share)


async def end(conn: asyncpg.Connection, share_id: UUID, why: str, now: datetime) -> bool:
    """False when it has ended before."""
    return await conn.fetchval(END, share_id, why, now) is not None
