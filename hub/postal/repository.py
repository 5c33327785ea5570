"""The parcel tables. `write` is the one writer of `status`."""

from datetime import datetime
from uuid import UUID

import asyncpg

from hub.kernel.actor import Actor
from hub.kernel.db import as_struct, as_structs
from hub.postal.model import Parcel, Scan, Status

COLUMNS = """id, order_number, dossier_id, dossier_code, direction, status, version, sender, receiver, content,
item_code, ordered_at, collected_at, delivered_at, updated_at"""

# A parcel with its first log row; the same order number again changes nothing.
INSERT = f"""
with made as (
    insert into postal.parcel (id, order_number, dossier_id, dossier_code, direction, status, version, sender,
                               receiver, content, ordered_at, updated_at)
    values ($1, $2, $3, $4, $5, 'requested', 1, $6, $7, $8, $9, $9)
    on conflict (order_number) do nothing
    returning {COLUMNS}
), logged as (
    insert into postal.parcel_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id,
                                   actor_name, at, logged_at)
    select id, 1, 'none', 'requested', 'request', content, $10, $11, $12, $9, $9 from made
)
select {COLUMNS} from made
"""

BY_NUMBER = f"select {COLUMNS} from postal.parcel where order_number = $1 for update"
OF_DOSSIER = f"select {COLUMNS} from postal.parcel where dossier_id = $1 order by ordered_at"

WRITE = f"""
with moved as (
    update postal.parcel
    set status = $4, version = version + 1, updated_at = $12, item_code = coalesce(nullif($11, ''), item_code),
        collected_at = case when $4 = 'collected' then $10 else collected_at end,
        delivered_at = case when $4 = 'delivered' then $10 else delivered_at end
    where id = $1 and version = $2 and status = $3
    returning {COLUMNS}
), logged as (
    insert into postal.parcel_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id,
                                   actor_name, at, logged_at)
    select id, version, $3, $4, $5, $6, $7, $8, $9, $10, $12 from moved
)
select {COLUMNS} from moved
"""

ADD_SCAN = """
insert into postal.scan (id, parcel_id, stage, partner_status, message, item_code, at, told_at, applied)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (parcel_id, stage, partner_status, at) do nothing
"""

SCANS = """
select id, stage, partner_status, message, item_code, at, told_at, applied from postal.scan
where parcel_id = $1 order by at, told_at
"""


async def insert(conn: asyncpg.Connection, parcel: Parcel, actor: Actor) -> Parcel | None:
    """None when this order number exists."""
    p = parcel
    row = await conn.fetchrow(
        INSERT, p.id, p.order_number, p.dossier_id, p.dossier_code, p.direction, p.sender, p.receiver, p.content,
        p.ordered_at, actor.kind, actor.id, actor.name,
    )  # fmt: skip
    return as_struct(row, Parcel)


async def by_number(conn: asyncpg.Connection, order_number: str) -> Parcel | None:
    """Locked for the transaction."""
    return as_struct(await conn.fetchrow(BY_NUMBER, order_number), Parcel)


async def of_dossier(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Parcel, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(OF_DOSSIER, dossier_id), Parcel)


async def write(
    conn: asyncpg.Connection, parcel: Parcel, target: Status, trigger: str, *, cause: str, item_code: str,
    at: datetime, actor: Actor, now: datetime,
) -> Parcel | None:  # fmt: skip
    """None when somebody was faster."""
    row = await conn.fetchrow(
        WRITE, parcel.id, parcel.version, parcel.status, target, trigger, cause, actor.kind, actor.id, actor.name,
        at, item_code, now,
    )  # fmt: skip
    return as_struct(row, Parcel)


async def add_scan(conn: asyncpg.Connection, parcel_id: UUID, scan: Scan) -> None:
    """The same scan told again changes nothing."""
    s = scan
    await conn.execute(
        ADD_SCAN, s.id, parcel_id, s.stage, s.partner_status, s.message, s.item_code, s.at, s.told_at, s.applied
    )


async def scans(conn: asyncpg.Connection, parcel_id: UUID) -> tuple[Scan, ...]:
    """In the order in which they happened."""
    return as_structs(await conn.fetch(SCANS, parcel_id), Scan)
