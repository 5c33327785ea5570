"""Sealing SQL. `write` is the one writer of a request's status."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.actor import Actor
from hub.kernel.db import as_struct, as_structs
from hub.kernel.lifecycle import Change, LogRow
from hub.sealing.errors import already_waiting, changed_meanwhile, not_over
from hub.sealing.model import Credential, Request, Status

_CREDENTIAL = """id, officer_id, agency_code, holder, service, account, active, added_at, added_by, provider, key, subject,
       issuer, serial, valid_from, valid_until"""
_REQUEST = """id, transaction, document_id, entry_id, dossier_id, title, face, words, credential_id, officer_id, holder,
       asked_by_id, asked_by, status, version, asked_at, until, updated_at, prepared, signer, remote, trouble, polls,
       next_poll_at, signed_entry, ended_at, cause, previous_id"""

# A certificate that somebody answers for; entered again it is active again.
ADD_CREDENTIAL = f"""
insert into sealing.credential ({_CREDENTIAL}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                                                        $16)
on conflict (officer_id, service, account, provider, key) do update
set active = true, holder = excluded.holder, subject = excluded.subject, issuer = excluded.issuer,
    serial = excluded.serial, valid_from = excluded.valid_from, valid_until = excluded.valid_until
returning {_CREDENTIAL}
"""

# No new requests for it.
RETIRE = "update sealing.credential set active = false where id = $1 and active returning id"

# One certificate.
CREDENTIAL = f"select {_CREDENTIAL} from sealing.credential where id = $1"

# The active certificates of an officer, or of an agency, or all; by holder.
CREDENTIALS = f"""
select {_CREDENTIAL} from sealing.credential
where active and (officer_id = $1 or $1::uuid is null) and (agency_code = $2 or $2 = '')
order by holder, service, account
"""

# A new request with its first log row.
ADD = """
with log as (
    insert into sealing.request_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id,
                                     actor_name, at, logged_at)
    values ($1, 1, '', 'asked', 'ask', '', $16, $12, $13, $14, $14)
)
insert into sealing.request (id, transaction, document_id, entry_id, dossier_id, title, face, words, credential_id,
                             officer_id, holder, asked_by_id, asked_by, status, version, asked_at, until, updated_at,
                             next_poll_at, previous_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'asked', 1, $14, $15, $14, $14, $17)
"""

# One request, by id or by the transaction that the service knows.
ONE = f"select {_REQUEST} from sealing.request where id = $1 or transaction = $2"

# The same, and nobody else changes it now.
LOCKED = f"select {_REQUEST} from sealing.request where id = $1 for update"

# Who signs a document now, if somebody does.
OPEN_HOLDER = """
select holder from sealing.request where document_id = $1 and status in ('asked', 'prepared', 'waiting')
"""

# Requests that an officer is to sign or has asked for: open ones first, then by time, newest first.
OF_OFFICER = f"""
select {_REQUEST} from sealing.request where officer_id = $1 or asked_by_id = $2
order by (status in ('asked', 'prepared', 'waiting')) desc, asked_at desc, id limit $3
"""

# The requests of a dossier, oldest first.
OF_DOSSIER = f"select {_REQUEST} from sealing.request where dossier_id = $1 order by asked_at, id"

# Take what is due; the next look is put off at once, so that a crash only means a later look.
CLAIM = """
update sealing.request set next_poll_at = $2, polls = polls + 1
where id in (select id from sealing.request
             where status in ('asked', 'prepared', 'waiting') and next_poll_at <= $1
             order by next_poll_at limit $3 for update skip locked)
returning id, polls
"""

# When to look again.
LOOK_AGAIN = "update sealing.request set next_poll_at = $2 where id = $1 and next_poll_at > $2 returning id"

# How the last look went and what the adapter remembers; not a change of status.
NOTE = """
update sealing.request set remote = coalesce($2, remote), trouble = $3, next_poll_at = coalesce($4, next_poll_at)
where id = $1 and status in ('asked', 'prepared', 'waiting')
"""

# A request's story.
LOG = """
select version, source, target, trigger, cause, actor_name, at, logged_at from sealing.request_log
where entity_id = $1 order by version
"""

# The status and its log row, together or not at all.
WRITE = f"""
with moved as (
    update sealing.request
    set status = $4, version = version + 1, updated_at = $11, cause = $6, trouble = '',
        prepared = coalesce($12, prepared), signer = coalesce($13, signer), remote = coalesce($14, remote),
        signed_entry = coalesce($15, signed_entry), next_poll_at = $11,
        ended_at = case when $16 then $11 else ended_at end
    where id = $1 and status = $3 and version = $2
    returning {_REQUEST}
), logged as (
    insert into sealing.request_log (entity_id, version, source, target, trigger, cause, actor_kind, actor_id,
                                     actor_name, at, logged_at)
    select id, version, $3, $4, $5, $6, $7, $8, $9, $10, $11 from moved
)
select {_REQUEST} from moved
"""


async def add_credential(conn: asyncpg.Connection, c: Credential) -> Credential:
    """The row as it is now."""
    found = as_struct(await conn.fetchrow(ADD_CREDENTIAL, *msgspec.structs.astuple(c)), Credential)
    assert found is not None
    return found


async def retire(conn: asyncpg.Connection, credential_id: UUID) -> bool:
    """Whether it was active."""
    return await conn.fetchval(RETIRE, credential_id) is not None


async def credential(conn: asyncpg.Connection, credential_id: UUID) -> Credential | None:
    """One."""
    return as_struct(await conn.fetchrow(CREDENTIAL, credential_id), Credential)


async def credentials(
    conn: asyncpg.Connection, *, officer_id: UUID | None = None, agency_code: str = ""
) -> tuple[Credential, ...]:
    """By holder."""
    return as_structs(await conn.fetch(CREDENTIALS, officer_id, agency_code), Credential)


async def add(conn: asyncpg.Connection, r: Request, actor: Actor) -> None:
    """Raises Conflict when the document waits for a signature already, or was asked again already."""
    try:
        async with conn.transaction():
            await conn.execute(
                ADD, r.id, r.transaction, r.document_id, r.entry_id, r.dossier_id, r.title, r.face, r.words,
                r.credential_id, r.officer_id, r.holder, r.asked_by_id, r.asked_by, r.asked_at, r.until, actor.kind,
                r.previous_id,
            )  # fmt: skip
    except asyncpg.UniqueViolationError as taken:
        if taken.constraint_name == "request_again":
            raise not_over() from None
        raise already_waiting(await conn.fetchval(OPEN_HOLDER, r.document_id) or r.holder) from None


async def one(conn: asyncpg.Connection, *, request_id: UUID | None = None, transaction: str = "") -> Request | None:
    """By one of its names."""
    return as_struct(await conn.fetchrow(ONE, request_id, transaction), Request)


async def locked(conn: asyncpg.Connection, request_id: UUID) -> Request | None:
    """For a change."""
    return as_struct(await conn.fetchrow(LOCKED, request_id), Request)


async def of_officer(conn: asyncpg.Connection, officer_id: UUID, limit: int) -> tuple[Request, ...]:
    """Open ones first."""
    return as_structs(await conn.fetch(OF_OFFICER, officer_id, str(officer_id), limit), Request)


async def of_dossier(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Request, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(OF_DOSSIER, dossier_id), Request)


async def claim(conn: asyncpg.Connection, now: datetime, until: datetime, limit: int) -> list[tuple[UUID, int]]:
    """What is due, with how often it was looked at; nobody else gets it before `until`."""
    return [(row["id"], row["polls"]) for row in await conn.fetch(CLAIM, now, until, limit)]


async def look_again(conn: asyncpg.Connection, request_id: UUID, at: datetime) -> None:
    """No later than that."""
    await conn.execute(LOOK_AGAIN, request_id, at)


async def note(
    conn: asyncpg.Connection, request_id: UUID, *, remote: bytes | None, trouble: str, again: datetime | None
) -> None:
    """How the last look went."""
    await conn.execute(NOTE, request_id, remote, trouble, again)


async def log(conn: asyncpg.Connection, request_id: UUID) -> tuple[LogRow[Status], ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(LOG, request_id), LogRow[Status])


async def write(conn: asyncpg.Connection, c: Change[Request, Status], actor: Actor, now: datetime) -> Request:
    """Raises Conflict when somebody was faster."""
    row = await conn.fetchrow(
        WRITE, *c.written(actor, now), c.columns.get("prepared"), c.columns.get("signer"), c.columns.get("remote"),
        c.columns.get("signed_entry"), c.target not in ("asked", "prepared", "waiting"),
    )  # fmt: skip
    moved = as_struct(row, Request)
    if moved is None:
        raise changed_meanwhile()
    return moved
