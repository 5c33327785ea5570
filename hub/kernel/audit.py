"""Who did what to what, for ever."""

from datetime import datetime
from typing import Any

import asyncpg

from hub.kernel.actor import Actor
from hub.kernel.ids import uuid7

# One audit row.
APPEND = """
insert into kernel.audit (id, at, actor_kind, actor_id, actor_name, action, subject, data)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def append(
    conn: asyncpg.Connection, actor: Actor, at: datetime, action: str, subject: str, data: dict[str, Any]
) -> None:
    """`action` is `source:subject:verb`, e.g. `counter:dossier:accept`."""
    await conn.execute(APPEND, uuid7(), at, actor.kind, actor.id, actor.name, action, subject, data)
