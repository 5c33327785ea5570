"""Notification's SQL."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.db import as_structs
from hub.notification.model import Notice

# A notice, unless this occasion was told already.
TELL = """
insert into notification.notice (id, key, person_id, email, phone, title, body, link, told_at, read_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (key) do nothing returning id
"""

# A person's notices, newest first.
INBOX = """
select * from notification.notice where person_id = $1 and told_at < $2 order by told_at desc, id desc limit $3
"""

# How many of them are unread.
UNREAD = "select count(*) from notification.notice where person_id = $1 and read_at is null"

# Read, by the person it was for: one, or all.
READ = """
update notification.notice set read_at = $3
where person_id = $1 and ($2::uuid is null or id = $2) and read_at is null
"""


async def tell(conn: asyncpg.Connection, notice: Notice) -> bool:
    """False when it was told before."""
    return await conn.fetchval(TELL, *msgspec.structs.astuple(notice)) is not None


async def inbox(conn: asyncpg.Connection, person_id: UUID, before: datetime, limit: int) -> tuple[Notice, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(INBOX, person_id, before, limit), Notice)


async def unread(conn: asyncpg.Connection, person_id: UUID) -> int:
    """How many."""
    return int(await conn.fetchval(UNREAD, person_id))


async def read(conn: asyncpg.Connection, person_id: UUID, notice_id: UUID | None, now: datetime) -> None:
    """One, or all with None."""
    await conn.execute(READ, person_id, notice_id, now)
