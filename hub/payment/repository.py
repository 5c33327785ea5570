"""Payment's SQL. `write` is the one writer of an order's status."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.actor import Actor
from hub.kernel.db import as_struct, as_structs
from hub.kernel.ids import uuid7
from hub.kernel.lifecycle import Change, LogRow
from hub.payment.errors import changed_meanwhile
from hub.payment.model import Booking, Incident, Obligation, Order, Status

_ORDER = """id, obligation_id, reference, amount, status, version, client_ip, pay_url, transaction_id, bank_code,
       opened_at, updated_at, paid_at, queries, next_query_at"""

# What is owed.
ADD_OBLIGATION = """
insert into payment.obligation (id, dossier_id, dossier_code, owner_id, procedure_code, procedure_name, agency_code,
                                agency_name, items, amount, payer, beneficiary, description, raised_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

# Obligations with how they were settled: one, or those of a dossier, oldest first.
OBLIGATIONS = """
select o.*, s.at as settled_at, coalesce(s.via, '') as via, s.order_id,
       coalesce(s.receipt_number, '') as receipt_number, v.entry_id as voucher_entry
from payment.obligation o
left join payment.settlement s on s.obligation_id = o.id
left join payment.voucher v on v.order_id = s.order_id
where o.id = $1 or o.dossier_id = $2 order by o.raised_at, o.id
"""

# Everything about one obligation's money waits for this lock.
LOCK_OBLIGATION = "select id from payment.obligation where id = $1 for update"

# A new order with its first log row.
ADD_ORDER = f"""
with log as (
    insert into payment.order_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id, actor_name,
                                   at, logged_at)
    values ($1, 1, '', 'opened', 'open', '', $8, $9, $10, $6, $6)
)
insert into payment.order (id, obligation_id, reference, amount, status, version, client_ip, opened_at, updated_at,
                           next_query_at)
values ($1, $2, $3, $4, 'opened', 1, $5, $6, $6, $7)
returning {_ORDER}
"""

# One order, by id or reference.
ORDER = f"select {_ORDER} from payment.order where id = $1 or reference = $2"

# The order of an obligation that is still under way.
LIVE = f"""
select {_ORDER} from payment.order where obligation_id = $1 and status in ('opened', 'initiated', 'pending')
"""

# All attempts to pay an obligation, oldest first.
ORDERS = f"select {_ORDER} from payment.order where obligation_id = $1 order by opened_at, id"

# An order's story.
LOG = """
select version, source, target, trigger, cause, actor_name, at, logged_at from payment.order_log
where entity_id = $1 order by version
"""

# Orders that nobody has told us about for too long; other workers take others.
DUE = f"""
select {_ORDER} from payment.order where next_query_at <= $1 order by next_query_at limit $2 for update skip locked
"""

# Asked once more; the next time is later.
ASKED = "update payment.order set queries = queries + 1, next_query_at = $2 where id = $1"

# A journal with its two postings, unless this key is booked already.
BOOK = """
with journal as (
    insert into payment.journal (id, key, kind, obligation_id, order_id, at, booked_at, booked_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (key) do nothing returning id
), postings as (
    insert into payment.posting (journal_id, account, amount)
    select id, account, amount from journal, (values ($9, $10::bigint), ($11, -$10::bigint)) as p (account, amount)
)
select id from journal
"""

# The amount booked under a key.
BOOKED = """
select p.amount from payment.journal j join payment.posting p on p.journal_id = j.id
where j.key = $1 and p.amount > 0
"""

# Paid, once: the primary key refuses a second row.
SETTLE = """
insert into payment.settlement (obligation_id, order_id, journal_id, via, receipt_number, at)
values ($1, $2, $3, $4, $5, $6)
"""

# A verified voucher, the first one of an order.
ADD_VOUCHER = """
insert into payment.voucher (order_id, entry_id, signer, report, received_at) values ($1, $2, $3, $4, $5)
"""

# Its place in the vault.
VOUCHER = "select entry_id from payment.voucher where order_id = $1"

# Something that does not fit, unless it is known.
ADD_INCIDENT = """
insert into payment.incident (id, code, reference, transaction_id, order_id, obligation_id, dossier_id, expected,
                              received, bank_code, detail_vi, detail_en, occurred_at, found_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (code, reference, transaction_id) do nothing
returning id
"""

# One incident, locked; or the open ones, oldest first; or all of a dossier.
INCIDENT = "select * from payment.incident where id = $1 for update"
OPEN_INCIDENTS = "select * from payment.incident where resolved_at is null order by found_at limit $1"
INCIDENTS_OF = "select * from payment.incident where dossier_id = $1 order by found_at"

# Done with it.
RESOLVE = """
update payment.incident set resolved_at = $2, resolved_by = $3, resolution = $4, note = $5 where id = $1 returning *
"""

# What each account holds.
BALANCES = "select account, sum(amount)::bigint as amount from payment.posting group by account order by account"

_WRITABLE = frozenset({"pay_url", "transaction_id", "bank_code", "paid_at", "next_query_at"})


async def add_obligation(conn: asyncpg.Connection, o: Obligation) -> None:
    """Without its settlement."""
    await conn.execute(
        ADD_OBLIGATION, o.id, o.dossier_id, o.dossier_code, o.owner_id, o.procedure_code, o.procedure_name,
        o.agency_code, o.agency_name, o.items, o.amount, o.payer, o.beneficiary, o.description, o.raised_at,
    )  # fmt: skip


async def obligation(conn: asyncpg.Connection, obligation_id: UUID) -> Obligation | None:
    """One, as it stands."""
    return as_struct(await conn.fetchrow(OBLIGATIONS, obligation_id, None), Obligation)


async def obligations_of(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Obligation, ...]:
    """Those of a dossier."""
    return as_structs(await conn.fetch(OBLIGATIONS, None, dossier_id), Obligation)


async def locked(conn: asyncpg.Connection, obligation_id: UUID) -> Obligation | None:
    """One, as it stands while nobody else may change it. The lock comes first: only then is what is read the latest."""
    await conn.execute(LOCK_OBLIGATION, obligation_id)
    return await obligation(conn, obligation_id)


async def add_order(
    conn: asyncpg.Connection,
    obligation: Obligation,
    *,
    reference: str,
    client_ip: str,
    now: datetime,
    next_query_at: datetime,
    actor: Actor,
) -> Order:
    """The first row of an order's life."""
    row = await conn.fetchrow(
        ADD_ORDER, uuid7(), obligation.id, reference, obligation.amount, client_ip, now, next_query_at, actor.kind,
        actor.id, actor.name,
    )  # fmt: skip
    return msgspec.convert(dict(row), Order)


async def order(conn: asyncpg.Connection, *, order_id: UUID | None = None, reference: str = "") -> Order | None:
    """One."""
    return as_struct(await conn.fetchrow(ORDER, order_id, reference), Order)


async def live_order(conn: asyncpg.Connection, obligation_id: UUID) -> Order | None:
    """At most one: a unique index sees to it."""
    return as_struct(await conn.fetchrow(LIVE, obligation_id), Order)


async def orders(conn: asyncpg.Connection, obligation_id: UUID) -> tuple[Order, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(ORDERS, obligation_id), Order)


async def write(conn: asyncpg.Connection, change: Change[Order, Status], actor: Actor, now: datetime) -> Order:
    """The status and its log row, together or not at all; raises Conflict when somebody was faster."""
    names = sorted(change.columns)
    if not _WRITABLE.issuperset(names):
        raise ValueError(f"not written with a status: {set(names) - _WRITABLE}")
    sets = "".join(f", {name} = ${i}" for i, name in enumerate(names, start=12))
    row = await conn.fetchrow(
        f"""
        with moved as (
            update payment.order set status = $4, version = version + 1, updated_at = $11{sets}
            where id = $1 and status = $3 and version = $2
            returning {_ORDER}
        ), logged as (
            insert into payment.order_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id,
                                           actor_name, at, logged_at)
            select id, version, $3, $4, $5, $6, $7, $8, $9, $10, $11 from moved
        )
        select {_ORDER} from moved
        """,
        *change.written(actor, now), *(change.columns[name] for name in names),
    )  # fmt: skip
    moved = as_struct(row, Order)
    if moved is None:
        raise changed_meanwhile()
    return moved


async def log(conn: asyncpg.Connection, order_id: UUID) -> tuple[LogRow[Status], ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(LOG, order_id), LogRow[Status])


async def due(conn: asyncpg.Connection, now: datetime, limit: int) -> tuple[Order, ...]:
    """Locked for the rest of the transaction."""
    return as_structs(await conn.fetch(DUE, now, limit), Order)


async def asked(conn: asyncpg.Connection, order_id: UUID, next_query_at: datetime | None) -> None:
    """Counted."""
    await conn.execute(ASKED, order_id, next_query_at)


async def book(conn: asyncpg.Connection, b: Booking, actor: Actor, now: datetime) -> UUID | None:
    """The journal's id; None when this key was booked before."""
    found: UUID | None = await conn.fetchval(
        BOOK, uuid7(), b.key, b.kind, b.obligation_id, b.order_id, b.at, now, actor.name, b.debit, b.amount, b.credit
    )
    return found


async def booked(conn: asyncpg.Connection, key: str) -> int | None:
    """The amount under which this money is in the ledger."""
    found: int | None = await conn.fetchval(BOOKED, key)
    return found


async def settle(
    conn: asyncpg.Connection,
    obligation_id: UUID,
    journal_id: UUID,
    at: datetime,
    *,
    via: str,
    order_id: UUID | None = None,
    receipt_number: str = "",
) -> None:
    """Paid."""
    await conn.execute(SETTLE, obligation_id, order_id, journal_id, via, receipt_number, at)


async def add_voucher(
    conn: asyncpg.Connection, order_id: UUID, entry_id: UUID, signer: str, report: Any, now: datetime
) -> None:
    """Verified."""
    await conn.execute(ADD_VOUCHER, order_id, entry_id, signer, report, now)


async def voucher(conn: asyncpg.Connection, order_id: UUID) -> UUID | None:
    """Its entry in the vault."""
    found: UUID | None = await conn.fetchval(VOUCHER, order_id)
    return found


async def add_incident(conn: asyncpg.Connection, i: Incident) -> bool:
    """False when it is known."""
    row = await conn.fetchval(
        ADD_INCIDENT, i.id, i.code, i.reference, i.transaction_id, i.order_id, i.obligation_id, i.dossier_id,
        i.expected, i.received, i.bank_code, i.detail_vi, i.detail_en, i.occurred_at, i.found_at,
    )  # fmt: skip
    return row is not None


async def incident(conn: asyncpg.Connection, incident_id: UUID) -> Incident | None:
    """Locked."""
    return as_struct(await conn.fetchrow(INCIDENT, incident_id), Incident)


async def open_incidents(conn: asyncpg.Connection, limit: int) -> tuple[Incident, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(OPEN_INCIDENTS, limit), Incident)


async def incidents_of(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Incident, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(INCIDENTS_OF, dossier_id), Incident)


async def resolve(
    conn: asyncpg.Connection, incident_id: UUID, now: datetime, by: str, resolution: str, note: str
) -> Incident:
    """Done."""
    return msgspec.convert(dict(await conn.fetchrow(RESOLVE, incident_id, now, by, resolution, note)), Incident)


async def balances(conn: asyncpg.Connection) -> dict[str, int]:
    """By account; they sum to zero."""
    rows: Sequence[asyncpg.Record] = await conn.fetch(BALANCES)
    return {row["account"]: row["amount"] for row in rows}
