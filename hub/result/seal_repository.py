"""The SQL of registered seals."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from hub.kernel.db import as_struct, as_structs
from hub.result.model import RegisteredSeal

_SEAL = """id, unit_code, certificate_sha256, subject, organisation, issuer, valid_from, valid_until, basis, state,
       proposed_by, proposed_by_name, proposed_at, approved_by, approved_by_name, approved_at, ended_by_name, ended_at"""

# Seals that count for one of these units.
REGISTERED = f"select {_SEAL} from result.seal where state = 'registered' and unit_code = any($1::text[])"

# Every seal, or with a code those of one unit; waiting ones first.
SEALS = f"""
select {_SEAL} from result.seal where $1 = '' or unit_code = $1
order by array_position(array['proposed', 'registered', 'ended'], state), unit_code, proposed_at desc
"""

# One, until the transaction ends.
SEAL = f"select {_SEAL} from result.seal where id = $1 for update"

# A seal that somebody proposes, or that a demonstration brings.
ADD_SEAL = f"""
insert into result.seal ({_SEAL})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, null, null)
"""

# The second person's word.
APPROVE_SEAL = """
update result.seal set state = 'registered', approved_by = $2, approved_by_name = $3, approved_at = $4 where id = $1
"""

# It counts for nothing that is signed after `valid_until`; a proposal simply ends.
END_SEAL = """
update result.seal
set state = case when state = 'proposed' then 'ended' else state end, valid_until = $2, ended_by_name = $3, ended_at = $4
where id = $1
"""


async def registered(conn: asyncpg.Connection, units: Sequence[str]) -> tuple[RegisteredSeal, ...]:
    """Whatever their dates: a result may come long after it was signed."""
    return as_structs(await conn.fetch(REGISTERED, list(units)), RegisteredSeal)


async def seals(conn: asyncpg.Connection, unit_code: str) -> tuple[RegisteredSeal, ...]:
    """All of a unit's, or all."""
    return as_structs(await conn.fetch(SEALS, unit_code), RegisteredSeal)


async def seal(conn: asyncpg.Connection, seal_id: UUID) -> RegisteredSeal | None:
    """Locked."""
    return as_struct(await conn.fetchrow(SEAL, seal_id), RegisteredSeal)


async def add_seal(conn: asyncpg.Connection, s: RegisteredSeal) -> None:
    """As it is."""
    await conn.execute(
        ADD_SEAL, s.id, s.unit_code, s.certificate_sha256, s.subject, s.organisation, s.issuer, s.valid_from,
        s.valid_until, s.basis, s.state, s.proposed_by, s.proposed_by_name, s.proposed_at, s.approved_by,
        s.approved_by_name, s.approved_at,
    )  # fmt: skip


async def approve_seal(conn: asyncpg.Connection, seal_id: UUID, by: str, by_name: str, at: datetime) -> None:
    """From now on it counts."""
    await conn.execute(APPROVE_SEAL, seal_id, by, by_name, at)


async def end_seal(conn: asyncpg.Connection, seal_id: UUID, last_day: date, by_name: str, at: datetime) -> None:
    """Through `last_day` it counts."""
    await conn.execute(END_SEAL, seal_id, last_day, by_name, at)
