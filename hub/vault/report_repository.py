"""The SQL of signature reports."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from hub.kernel.db import as_struct, as_structs
from hub.vault.model import Kept, Verdict

_VERDICT = """entry_id, number, checked_at, policy, indication, sub_indication, sentence_vi, sentence_en, signers, trust,
       depends"""

# The newest verdict of a document; whoever writes the next one waits for this row.
VERDICT_TO_CHANGE = f"select {_VERDICT} from vault.verdict where entry_id = $1 for update"

# The newest verdicts of several documents.
VERDICTS = f"select {_VERDICT} from vault.verdict where entry_id = any($1::uuid[])"

# The newest verdict, with what it rests on now.
PUT_VERDICT = f"""
insert into vault.verdict ({_VERDICT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (entry_id) do update
set number = excluded.number, checked_at = excluded.checked_at, policy = excluded.policy,
    indication = excluded.indication, sub_indication = excluded.sub_indication, sentence_vi = excluded.sentence_vi,
    sentence_en = excluded.sentence_en, signers = excluded.signers, trust = excluded.trust, depends = excluded.depends
"""

# A report that says something new.
ADD_REPORT = """
insert into vault.report (entry_id, number, occasion, at, indication, sub_indication, trust, body)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

# All reports of a document, oldest first.
REPORTS = """
select number, occasion, at, indication, sub_indication, trust, body from vault.report where entry_id = $1 order by number
"""

# Documents whose newest verdict rests on one of these keys.
DEPENDANTS = "select entry_id from vault.verdict where depends && $1::text[] order by entry_id"


async def verdict_to_change(conn: asyncpg.Connection, entry_id: UUID) -> Verdict | None:
    """Locked until the transaction ends."""
    return as_struct(await conn.fetchrow(VERDICT_TO_CHANGE, entry_id), Verdict)


async def verdicts(conn: asyncpg.Connection, ids: Sequence[UUID]) -> tuple[Verdict, ...]:
    """Of those that have one."""
    return as_structs(await conn.fetch(VERDICTS, list(ids)), Verdict)


async def put_verdict(conn: asyncpg.Connection, v: Verdict) -> None:
    """In the place of the one before."""
    await conn.execute(
        PUT_VERDICT, v.entry_id, v.number, v.checked_at, v.policy, v.indication, v.sub_indication, v.sentence_vi,
        v.sentence_en, list(v.signers), v.trust, list(v.depends),
    )  # fmt: skip


async def add_report(conn: asyncpg.Connection, v: Verdict, occasion: str, at: datetime, body: object) -> None:
    """Never changed again."""
    await conn.execute(
        ADD_REPORT, v.entry_id, v.number, occasion, at, v.indication, v.sub_indication, v.trust, body
    )  # fmt: skip


async def reports(conn: asyncpg.Connection, entry_id: UUID) -> tuple[Kept, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(REPORTS, entry_id), Kept)


async def dependants(conn: asyncpg.Connection, keys: Sequence[str]) -> list[UUID]:
    """By the index on `depends`."""
    return [row["entry_id"] for row in await conn.fetch(DEPENDANTS, list(keys))]
