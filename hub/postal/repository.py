"""Postal SQL. `write` is the one writer of a parcel's status."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.actor import Actor
from hub.kernel.db import as_struct, as_structs
from hub.kernel.lifecycle import Change, LogRow
from hub.postal.errors import changed_meanwhile
from hub.postal.model import Parcel, Scan, Status

_PARCEL = """id, order_number, dossier_id, dossier_code, direction, status, version, sender, receiver, content,
       cod_amount, item_code, ordered_at, accepted_at, updated_at, delivered_at"""

# A new parcel with its first log row, unless its number is taken.
ADD = """
with parcel as (
    insert into postal.parcel (id, order_number, dossier_id, dossier_code, direction, status, version, sender, receiver,
                               content, cod_amount, ordered_at, updated_at)
    values ($1, $2, $3, $4, $5, 'ordered', 1, $6, $7, $8, $9, $10, $10)
    on conflict (order_number) do nothing returning id, version
)
insert into postal.parcel_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id, actor_name, at,
                               logged_at)
select id, version, '', 'ordered', 'order', '', $11, $12, $13, $10, $10 from parcel
returning entity_id
"""

# One parcel by our number.
BY_NUMBER = f"select {_PARCEL} from postal.parcel where order_number = $1"

# The same, and nobody else changes it now.
LOCKED = f"select {_PARCEL} from postal.parcel where order_number = $1 for update"

# A dossier's parcels, oldest first.
OF_DOSSIER = f"select {_PARCEL} from postal.parcel where dossier_id = $1 order by ordered_at, id"

# Still on their way although ordered before a time.
LATE = f"""
select {_PARCEL} from postal.parcel
where status in ('ordered', 'collected', 'in-transit') and ordered_at < $1 order by ordered_at limit $2
"""

# The post has taken the order.
ACCEPTED = """
update postal.parcel
set accepted_at = coalesce(accepted_at, $2), item_code = case when $3 = '' then item_code else $3 end
where order_number = $1 returning id
"""

# A scan, unless it is known.
ADD_SCAN = """
insert into postal.scan (id, parcel_id, event_key, stage, partner_status, message, item_code, at, told_at, effect)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (event_key) do nothing returning id
"""

# Whether a scan is known.
KNOWN = "select exists (select from postal.scan where event_key = $1)"

# The chain of custody, in the order in which it happened.
SCANS = """
select id, parcel_id, event_key, stage, partner_status, message, item_code, at, told_at, effect from postal.scan
where parcel_id = $1 order by at, told_at, id
"""

# A parcel's story.
LOG = """
select version, source, target, trigger, cause, actor_name, at, logged_at from postal.parcel_log
where entity_id = $1 order by version
"""

# The status and its log row, together or not at all.
WRITE = f"""
with moved as (
    update postal.parcel
    set status = $4, version = version + 1, updated_at = $11, delivered_at = coalesce($12, delivered_at),
        item_code = case when $13 = '' then item_code else $13 end
    where id = $1 and status = $3 and version = $2
    returning {_PARCEL}
), logged as (
    insert into postal.parcel_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id, actor_name,
                                   at, logged_at)
    select id, version, $3, $4, $5, $6, $7, $8, $9, $10, $11 from moved
)
select {_PARCEL} from moved
"""


async def add(conn: asyncpg.Connection, p: Parcel, actor: Actor) -> bool:
    """False when the number is taken."""
    row = await conn.fetchval(
        ADD, p.id, p.order_number, p.dossier_id, p.dossier_code, p.direction, p.sender, p.receiver, p.content,
        p.cod_amount, p.ordered_at, actor.kind, actor.id, actor.name,
    )  # fmt: skip
    return row is not None


async def by_number(conn: asyncpg.Connection, order_number: str, *, lock: bool = False) -> Parcel | None:
    """One."""
    return as_struct(await conn.fetchrow(LOCKED if lock else BY_NUMBER, order_number), Parcel)


async def of_dossier(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Parcel, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(OF_DOSSIER, dossier_id), Parcel)


async def late(conn: asyncpg.Connection, before: datetime, limit: int) -> tuple[Parcel, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(LATE, before, limit), Parcel)


async def accepted(conn: asyncpg.Connection, order_number: str, item_code: str, now: datetime) -> bool:
    """Whether we know it."""
    return await conn.fetchval(ACCEPTED, order_number, now, item_code) is not None


async def known(conn: asyncpg.Connection, event_key: str) -> bool:
    """Whether a scan is kept already."""
    return bool(await conn.fetchval(KNOWN, event_key))


async def add_scan(conn: asyncpg.Connection, scan: Scan) -> None:
    """Keep it."""
    await conn.execute(ADD_SCAN, *msgspec.structs.astuple(scan))


async def scans(conn: asyncpg.Connection, parcel_id: UUID) -> tuple[Scan, ...]:
    """As it happened."""
    return as_structs(await conn.fetch(SCANS, parcel_id), Scan)


async def log(conn: asyncpg.Connection, parcel_id: UUID) -> tuple[LogRow[Status], ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(LOG, parcel_id), LogRow[Status])


async def write(conn: asyncpg.Connection, c: Change[Parcel, Status], actor: Actor, now: datetime) -> Parcel:
    """Raises Conflict when somebody was faster."""
    row = await conn.fetchrow(
        WRITE, *c.written(actor, now), c.columns.get("delivered_at"), c.columns.get("item_code", ""),
    )  # fmt: skip
    moved = as_struct(row, Parcel)
    if moved is None:
        raise changed_meanwhile()
    return moved
