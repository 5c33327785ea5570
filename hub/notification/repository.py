"""The table of tellings."""

from datetime import datetime
from uuid import UUID

import asyncpg

from hub.kernel.db import as_structs
from hub.notification.model import Message

# A telling; the same key again changes nothing.
ADD = """
insert into notification.message (id, key, person_id, email, phone, title, text, link, told_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (key) do nothing returning id
"""

# A person's inbox, newest first.
INBOX = """
select id, key, person_id, email, phone, title, text, link, told_at, read_at from notification.message
where person_id = $1 order by told_at desc limit $2
"""
UNREAD = "select count(*) from notification.message where person_id = $1 and read_at is null"
READ = "update notification.message set read_at = $2 where person_id = $1 and read_at is null"


async def add(conn: asyncpg.Connection, message: Message) -> bool:
    """False when this key was told before."""
    m = message
    return (
        await conn.fetchval(ADD, m.id, m.key, m.person_id, m.email, m.phone, m.title, m.text, m.link, m.told_at)
        is not None
    )


async def inbox(conn: asyncpg.Connection, person_id: UUID, limit: int) -> tuple[Message, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(INBOX, person_id, limit), Message)


async def unread(conn: asyncpg.Connection, person_id: UUID) -> int:
    """How many."""
    return int(await conn.fetchval(UNREAD, person_id))


async def read(conn: asyncpg.Connection, person_id: UUID, at: datetime) -> None:
    """All of them."""
    await conn.execute(READ, person_id, at)
