"""Identity's SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.identity.errors import AlreadyRegistered
from hub.identity.model import Agency, Citizen, Mandate, NewOfficer, Officer, Principal, Registration, Unit
from hub.kernel.db import as_struct, as_structs
from hub.kernel.ids import uuid7

# A citizen with an account, in one statement.
ADD_CITIZEN = """
with account as (
    insert into identity.account (id, kind, login, password_hash, created_at)
    values ($1, 'citizen', $2, $3, $4) returning id
)
insert into identity.citizen (id, id_number, name, phone, email, address, declared_at, tech_id)
select id, $5, $6, $7, $8, $9, $4, $10 from account
"""

# A citizen by account id, or by personal number.
CITIZEN = """
select c.*, a.login from identity.citizen c join identity.account a using (id)
where c.id = $1 or c.id_number = $2
"""

# An officer with an account, roles and scopes, in one statement.
ADD_OFFICER = """
with account as (
    insert into identity.account (id, kind, login, password_hash, must_change_password, created_at)
    values ($1, 'officer', $2, $3, $4, $5) returning id
), officer as (
    insert into identity.officer (id, name, title, unit_id) select id, $6, $7, $8 from account returning id
), roles as (
    insert into identity.officer_role (officer_id, role) select o.id, r from officer o, unnest($9::text[]) r
)
insert into identity.officer_scope (officer_id, agency_code) select o.id, s from officer o, unnest($10::text[]) s
"""

# Officers: one by id, or those of a unit.
OFFICER = """
select p.id, p.login, p.name, o.title, p.unit_id, p.unit_name, p.agency_code, p.roles, p.scopes
from identity.principal p join identity.officer o using (id)
where (p.id = $1 or p.unit_id = $2) and p.disabled_at is null order by p.login
"""

# Officers of these roles who act for an agency, their own or one in their scope.
ACTING_FOR = """
select p.id, p.login, p.name, o.title, p.unit_id, p.unit_name, p.agency_code, p.roles, p.scopes
from identity.principal p join identity.officer o using (id)
where (p.agency_code = $1 or $1 = any(p.scopes)) and p.roles && $2::text[] and p.disabled_at is null
order by p.name, p.login
"""

# Store or rename an agency.
PUT_AGENCY = """
insert into identity.agency (code, name, level, parent_code, address, phone) values ($1, $2, $3, $4, $5, $6)
on conflict (code) do update
set name = excluded.name, level = excluded.level, parent_code = excluded.parent_code,
    address = excluded.address, phone = excluded.phone
"""

# One agency; with an empty code, all.
AGENCIES = "select * from identity.agency where $1 = '' or code = $1 order by code"

# A unit of an agency; the same name again is the same unit.
PUT_UNIT = """
insert into identity.unit (id, agency_code, name, one_stop) values ($1, $2, $3, $4)
on conflict (agency_code, name) do update set one_stop = excluded.one_stop
returning *
"""

# One unit by id, or those of an agency.
UNITS = "select * from identity.unit where id = $1 or agency_code = $2 order by name"

# What a log-in needs to know; the password hash leaves the database only here.
PROOF = """
select p.*, a.password_hash from identity.principal p join identity.account a using (id) where p.login = $1
"""

# The hash of one account.
HASH = "select password_hash from identity.account where id = $1 for update"

# A new password; the demand for a change ends with it.
RENEW = """
update identity.account set password_hash = $2, must_change_password = must_change_password and not $3 where id = $1
"""

# Somebody logs in no more.
DISABLE = "update identity.account set disabled_at = $2 where id = $1 and disabled_at is null returning id"

# A session under the hash of its token.
ADD_SESSION = """
insert into identity.session (token_hash, account_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)
"""

# The principal of a living session; "seen" is written at most once a minute.
SESSION = """
with live as (
    select s.token_hash, s.account_id, s.seen_at from identity.session s
    where s.token_hash = $1 and s.expires_at > $2 and s.seen_at > $2 - $3::interval
), seen as (
    update identity.session s set seen_at = $2 from live l
    where s.token_hash = l.token_hash and l.seen_at < $2 - interval '1 minute'
)
select p.* from live l join identity.principal p on p.id = l.account_id where p.disabled_at is null
"""

# Log out.
END_SESSION = "delete from identity.session where token_hash = $1"

# Log out everywhere but here.
END_SESSIONS = "delete from identity.session where account_id = $1 and token_hash <> $2"

# Until when this key is locked.
LOCKED = "select locked_until from identity.throttle where key = $1 and locked_until > $2"

# One more failure: a pause of $4 wipes the count; from the $3rd on the key is locked, each time longer.
FAILED = """
insert into identity.throttle as t (key, failures, failed_at) values ($1, 1, $2)
on conflict (key) do update set
    failures = case when t.failed_at < $2 - $4::interval then 1 else t.failures + 1 end,
    failed_at = $2,
    locked_until = case
        when t.failed_at >= $2 - $4::interval and t.failures + 1 >= $3
        then $2 + least(interval '1 minute' * power(2, least(t.failures + 1 - $3, 10)), interval '15 minutes') end
returning locked_until
"""

# The right password clears the count.
CLEAR = "delete from identity.throttle where key = $1"

# What has run out.
SWEEP = """
with sessions as (delete from identity.session where expires_at < $1)
delete from identity.throttle where failed_at < $1 - interval '1 day'
"""

# A partner's key, replacing the one before.
PUT_MACHINE = """
insert into identity.machine (id, name, key_hash, agency_code, created_at) values ($1, $2, $3, $4, $5)
on conflict (name) do update set key_hash = excluded.key_hash, agency_code = excluded.agency_code, revoked_at = null
"""

# Who holds this key.
MACHINE = "select id, name, agency_code from identity.machine where key_hash = $1 and revoked_at is null"

# The key works no more.
REVOKE_MACHINE = "update identity.machine set revoked_at = $2 where name = $1 and revoked_at is null"

# Record authority.
ADD_MANDATE = """
insert into identity.mandate
    (id, owner_id, representative_id, procedure_code, basis, evidence_id, valid_from, valid_until, recorded_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

# Which of these files prove somebody's authority.
NAMED_AS_EVIDENCE = "select evidence_id from identity.mandate where evidence_id = any($1::uuid[])"

# Authority in force now.
MANDATES = """
select id, owner_id, representative_id, procedure_code, basis, evidence_id, valid_from, valid_until, revoked_at
from identity.mandate
where representative_id = $1 and revoked_at is null and valid_from <= $2 and valid_until > $2 order by valid_from
"""

# End it.
REVOKE_MANDATE = "update identity.mandate set revoked_at = $2 where id = $1 and revoked_at is null returning id"


class Secret(msgspec.Struct, frozen=True):
    """A principal with what proves it."""

    principal: Principal
    password_hash: str


async def add_citizen(
    conn: asyncpg.Connection, account: UUID, r: Registration, password_hash: str, now: datetime
) -> None:
    """Raises AlreadyRegistered."""
    try:
        async with conn.transaction():
            await conn.execute(
                ADD_CITIZEN, account, r.login, password_hash, now, r.id_number, r.name, r.phone, r.email, r.address,
                r.tech_id,
            )  # fmt: skip
    except asyncpg.UniqueViolationError as taken:
        raise AlreadyRegistered("login" if taken.constraint_name == "account_login_key" else "id_number") from None


async def citizen(conn: asyncpg.Connection, account: UUID | None, id_number: str = "") -> Citizen | None:
    """By id or by personal number."""
    return as_struct(await conn.fetchrow(CITIZEN, account, id_number), Citizen)


async def add_officer(
    conn: asyncpg.Connection, account: UUID, new: NewOfficer, password_hash: str, must_change: bool, now: datetime
) -> None:
    """Raises AlreadyRegistered."""
    try:
        async with conn.transaction():
            await conn.execute(
                ADD_OFFICER, account, new.login, password_hash, must_change, now, new.name, new.title, new.unit_id,
                sorted(new.roles), sorted(new.scopes),
            )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise AlreadyRegistered("login") from None


async def officers(
    conn: asyncpg.Connection, *, account: UUID | None = None, unit: UUID | None = None
) -> tuple[Officer, ...]:
    """One, or those of a unit."""
    return as_structs(await conn.fetch(OFFICER, account, unit), Officer)


async def acting_for(conn: asyncpg.Connection, agency_code: str, roles: Collection[str]) -> tuple[Officer, ...]:
    """By name."""
    return as_structs(await conn.fetch(ACTING_FOR, agency_code, sorted(roles)), Officer)


async def put_agency(conn: asyncpg.Connection, a: Agency) -> None:
    """Store or rename."""
    await conn.execute(PUT_AGENCY, a.code, a.name, a.level, a.parent_code, a.address, a.phone)


async def agencies(conn: asyncpg.Connection, code: str = "") -> tuple[Agency, ...]:
    """One, or all."""
    return as_structs(await conn.fetch(AGENCIES, code), Agency)


async def put_unit(conn: asyncpg.Connection, agency_code: str, name: str, one_stop: bool) -> Unit:
    """The unit of this name."""
    return Unit(**dict(await conn.fetchrow(PUT_UNIT, uuid7(), agency_code, name, one_stop)))


async def units(conn: asyncpg.Connection, *, unit: UUID | None = None, agency_code: str = "") -> tuple[Unit, ...]:
    """One, or those of an agency."""
    return as_structs(await conn.fetch(UNITS, unit, agency_code), Unit)


async def secret(conn: asyncpg.Connection, login: str) -> Secret | None:
    """None for an unknown or disabled account."""
    row = await conn.fetchrow(PROOF, login)
    if row is None or row["disabled_at"] is not None:
        return None
    return Secret(_principal(row), row["password_hash"])


async def password_hash(conn: asyncpg.Connection, account: UUID) -> str | None:
    """Locks the account."""
    found: str | None = await conn.fetchval(HASH, account)
    return found


async def set_password(conn: asyncpg.Connection, account: UUID, password_hash: str, *, changed: bool) -> None:
    """`changed`: by the person, not by a new hash of the same."""
    await conn.execute(RENEW, account, password_hash, changed)


async def disable(conn: asyncpg.Connection, account: UUID, now: datetime) -> bool:
    """Whether there was one to disable."""
    return await conn.fetchval(DISABLE, account, now) is not None


async def add_session(
    conn: asyncpg.Connection, token_hash: bytes, account: UUID, now: datetime, expires_at: datetime
) -> None:
    """A session."""
    await conn.execute(ADD_SESSION, token_hash, account, now, expires_at)


async def session(conn: asyncpg.Connection, token_hash: bytes, now: datetime, idle: timedelta) -> Principal | None:
    """Who it belongs to, while it lives."""
    row = await conn.fetchrow(SESSION, token_hash, now, idle)
    return None if row is None else _principal(row)


async def end_session(conn: asyncpg.Connection, token_hash: bytes) -> None:
    """Nothing happens when there is none."""
    await conn.execute(END_SESSION, token_hash)


async def end_sessions(conn: asyncpg.Connection, account: UUID, but: bytes = b"") -> None:
    """All of an account but one."""
    await conn.execute(END_SESSIONS, account, but)


async def locked_until(conn: asyncpg.Connection, key: bytes, now: datetime) -> datetime | None:
    """None when free."""
    found: datetime | None = await conn.fetchval(LOCKED, key, now)
    return found


async def failed(conn: asyncpg.Connection, key: bytes, now: datetime, free: int, pause: timedelta) -> datetime | None:
    """Count; until when it is locked now."""
    found: datetime | None = await conn.fetchval(FAILED, key, now, free, pause)
    return found


async def clear(conn: asyncpg.Connection, key: bytes) -> None:
    """Forget the failures."""
    await conn.execute(CLEAR, key)


async def sweep(conn: asyncpg.Connection, now: datetime) -> None:
    """Delete what has run out."""
    await conn.execute(SWEEP, now)


async def put_machine(conn: asyncpg.Connection, name: str, key_hash: bytes, agency_code: str, now: datetime) -> None:
    """One key a machine."""
    await conn.execute(PUT_MACHINE, uuid7(), name, key_hash, agency_code, now)


async def machine(conn: asyncpg.Connection, key_hash: bytes) -> Principal | None:
    """Whose key it is."""
    row = await conn.fetchrow(MACHINE, key_hash)
    if row is None:
        return None
    return Principal(kind="machine", id=row["id"], name=row["name"], login=row["name"], agency_code=row["agency_code"])


async def revoke_machine(conn: asyncpg.Connection, name: str, now: datetime) -> None:
    """The key works no more."""
    await conn.execute(REVOKE_MACHINE, name, now)


async def add_mandate(conn: asyncpg.Connection, m: Mandate, recorded_by: str) -> None:
    """Record authority."""
    await conn.execute(
        ADD_MANDATE, m.id, m.owner_id, m.representative_id, m.procedure_code, m.basis, m.evidence_id, m.valid_from,
        m.valid_until, recorded_by,
    )  # fmt: skip


async def mandates(conn: asyncpg.Connection, representative: UUID, now: datetime) -> tuple[Mandate, ...]:
    """In force now."""
    return as_structs(await conn.fetch(MANDATES, representative, now), Mandate)


async def revoke_mandate(conn: asyncpg.Connection, mandate: UUID, now: datetime) -> bool:
    """Whether there was one to revoke."""
    return await conn.fetchval(REVOKE_MANDATE, mandate, now) is not None


async def named_as_evidence(conn: asyncpg.Connection, entries: Sequence[UUID]) -> frozenset[UUID]:
    """By any mandate, in force or not."""
    return frozenset(row["evidence_id"] for row in await conn.fetch(NAMED_AS_EVIDENCE, list(entries)))


def _principal(row: Any) -> Principal:
    return Principal(
        kind=row["kind"],
        id=row["id"],
        name=row["name"],
        login=row["login"],
        roles=frozenset(row["roles"]),
        scopes=frozenset(row["scopes"]),
        agency_code=row["agency_code"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        must_change_password=row["must_change_password"],
    )
