"""Result's SQL. `write` is the one writer of a result's status."""

from datetime import datetime
from uuid import UUID

import asyncpg

from hub.kernel.actor import Actor
from hub.kernel.db import as_struct, as_structs
from hub.kernel.lifecycle import Change, LogRow
from hub.result.errors import changed_meanwhile
from hub.result.model import Result, Status, Step
from signing import Report

_RESULT = """id, dossier_id, dossier_code, code, owner_id, name, entry_id, sha256, token, status, version, signer,
       organisation, issuer, signed_at, verdict_vi, verdict_en, received_at, updated_at, replaced_by"""

# The next number within a dossier; the row's lock makes two deliveries at once wait for each other.
NEXT_NUMBER = """
insert into result.number as n (dossier_id, last) values ($1, 1)
on conflict (dossier_id) do update set last = n.last + 1 returning last
"""

# Deliveries of a dossier wait here before they look at what is there.
LOCK = """
insert into result.number (dossier_id, last) values ($1, 0) on conflict (dossier_id) do update set last = result.number.last
"""

# A new result with its first log row.
ADD = """
with log as (
    insert into result.result_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id, actor_name,
                                   at, logged_at)
    values ($1, 1, '', 'issued', 'issue', '', $17, $18, $19, $16, $16)
)
insert into result.result (id, dossier_id, dossier_code, code, owner_id, name, entry_id, sha256, token, status, version,
                           signer, organisation, issuer, signed_at, verdict_vi, verdict_en, report, received_at,
                           updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'issued', 1, $10, $11, $12, $13, $14, $15, $20, $16, $16)
"""

# One result, by id, token, code or its entry in the vault.
ONE = f"select {_RESULT} from result.result where id = $1 or token = $2 or code = $3 or entry_id = $4"

# The same file delivered for the same dossier before.
SAME = f"select {_RESULT} from result.result where dossier_id = $1 and sha256 = $2"

# A dossier's results by number; with $2 only those that count.
OF_DOSSIER = f"""
select {_RESULT} from result.result where dossier_id = $1 and (not $2 or status = 'issued') order by received_at, code
"""

# A person's results, newest first.
OF_OWNER = f"select {_RESULT} from result.result where owner_id = $1 order by received_at desc, code"

# The whole signature report.
REPORT = "select report from result.result where id = $1"

# A result's story.
LOG = """
select version, source, target, trigger, cause, actor_name, at, logged_at from result.result_log
where entity_id = $1 order by version
"""

# Steps of one result, or of all after a place, by code and version.
STEPS = """
select r.code, l.version, l.trigger, l.cause, l.at, l.logged_at, r.dossier_id, r.owner_id, r.sha256,
       case when l.trigger = 'supersede' then coalesce(n.sha256, '') else '' end as replacement
from result.result_log l join result.result r on r.id = l.entity_id left join result.result n on n.id = r.replaced_by
where (r.code = $1 or $1 is null) and (r.code, l.version) > ($2, $3) order by r.code, l.version limit $4
"""

# A key of paper copies, once.
KNOW_KEY = "insert into result.paper_key (kid, certificate, since) values ($1, $2, $3) on conflict (kid) do nothing"

# All of them, oldest first.
PAPER_KEYS = "select certificate from result.paper_key order by since, kid"

# The status and its log row, together or not at all.
WRITE = f"""
with moved as (
    update result.result
    set status = $4, version = version + 1, updated_at = $11, replaced_by = coalesce($12, replaced_by)
    where id = $1 and status = $3 and version = $2
    returning {_RESULT}
), logged as (
    insert into result.result_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id, actor_name,
                                   at, logged_at)
    select id, version, $3, $4, $5, $6, $7, $8, $9, $10, $11 from moved
)
select {_RESULT} from moved
"""


async def lock(conn: asyncpg.Connection, dossier_id: UUID) -> None:
    """One delivery of a dossier at a time."""
    await conn.execute(LOCK, dossier_id)


async def next_number(conn: asyncpg.Connection, dossier_id: UUID) -> int:
    """1, 2, 3 …"""
    return int(await conn.fetchval(NEXT_NUMBER, dossier_id))


async def add(conn: asyncpg.Connection, r: Result, report: Report, actor: Actor) -> None:
    """With the report that let it out."""
    await conn.execute(
        ADD, r.id, r.dossier_id, r.dossier_code, r.code, r.owner_id, r.name, r.entry_id, r.sha256, r.token, r.signer,
        r.organisation, r.issuer, r.signed_at, r.verdict_vi, r.verdict_en, r.received_at, actor.kind, actor.id,
        actor.name, report,
    )  # fmt: skip


async def one(
    conn: asyncpg.Connection,
    *,
    result_id: UUID | None = None,
    token: str | None = None,
    code: str | None = None,
    entry_id: UUID | None = None,
) -> Result | None:
    """By one of its names."""
    return as_struct(await conn.fetchrow(ONE, result_id, token, code, entry_id), Result)


async def same(conn: asyncpg.Connection, dossier_id: UUID, sha256: str) -> Result | None:
    """Delivered before."""
    return as_struct(await conn.fetchrow(SAME, dossier_id, sha256), Result)


async def of_dossier(conn: asyncpg.Connection, dossier_id: UUID, *, counting: bool) -> tuple[Result, ...]:
    """By number."""
    return as_structs(await conn.fetch(OF_DOSSIER, dossier_id, counting), Result)


async def of_owner(conn: asyncpg.Connection, owner_id: UUID) -> tuple[Result, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(OF_OWNER, owner_id), Result)


async def report(conn: asyncpg.Connection, result_id: UUID) -> dict[str, object] | None:
    """As it was when the result was released."""
    found: dict[str, object] | None = await conn.fetchval(REPORT, result_id)
    return found


async def log(conn: asyncpg.Connection, result_id: UUID) -> tuple[LogRow[Status], ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(LOG, result_id), LogRow[Status])


async def steps(conn: asyncpg.Connection, code: str | None, after: tuple[str, int], limit: int) -> tuple[Step, ...]:
    """By code and version."""
    return as_structs(await conn.fetch(STEPS, code, *after, limit), Step)


async def write(conn: asyncpg.Connection, c: Change[Result, Status], actor: Actor, now: datetime) -> Result:
    """Raises Conflict when somebody was faster."""
    row = await conn.fetchrow(
        WRITE, *c.written(actor, now), c.columns.get("replaced_by"),
    )  # fmt: skip
    moved = as_struct(row, Result)
    if moved is None:
        raise changed_meanwhile()
    return moved


async def know_key(conn: asyncpg.Connection, kid: bytes, certificate: bytes, now: datetime) -> None:
    """Papers outlive the key that signed their codes."""
    await conn.execute(KNOW_KEY, kid, certificate, now)


async def paper_keys(conn: asyncpg.Connection) -> tuple[bytes, ...]:
    """Certificates (DER), oldest first."""
    return tuple(row["certificate"] for row in await conn.fetch(PAPER_KEYS))
