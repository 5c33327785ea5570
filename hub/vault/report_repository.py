"""The SQL of signature reports."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from hub.kernel.db import as_struct, as_structs
from hub.vault.model import Kept, Lapsing, Verdict

_VERDICT = """entry_id, number, checked_at, policy, indication, sub_indication, sentence_vi, sentence_en, signers, trust,
       depends, lapses_at, archived"""

# The newest verdict of a document; whoever writes the next one waits for this row.
VERDICT_TO_CHANGE = f"select {_VERDICT} from vault.verdict where entry_id = $1 for update"

# The newest verdicts of several documents.
VERDICTS = f"select {_VERDICT} from vault.verdict where entry_id = any($1::uuid[])"

# The newest verdict, with what it rests on now.
PUT_VERDICT = f"""
insert into vault.verdict ({_VERDICT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (entry_id) do update
set number = excluded.number, checked_at = excluded.checked_at, policy = excluded.policy,
    indication = excluded.indication, sub_indication = excluded.sub_indication, sentence_vi = excluded.sentence_vi,
    sentence_en = excluded.sentence_en, signers = excluded.signers, trust = excluded.trust, depends = excluded.depends,
    lapses_at = excluded.lapses_at, archived = excluded.archived
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

# Documents whose newest verdict rests on one of these keys. A version that was renewed speaks through the next one.
DEPENDANTS = """
select v.entry_id from vault.verdict v join vault.entry e on e.id = v.entry_id
where v.depends && $1::text[]
  and not exists (select from vault.entry n join vault.verdict w on w.entry_id = n.id
                  where n.document_id = e.document_id and n.version > e.version)
order by v.entry_id
"""

# Documents that are kept and whose evidence ends by $1: archived ones, and permanent ones of any kind; a page by time.
LAPSING = """
select v.entry_id, v.lapses_at from vault.verdict v join vault.entry e on e.id = v.entry_id
where v.lapses_at <= $1 and (v.lapses_at, v.entry_id) > ($2, $3)
  and (e.retention = 'permanent' or (v.archived and (e.retention = 'dossier' or
       exists (select from vault.hold h where h.entry_id = e.id))))
  and not exists (select from vault.entry n where n.document_id = e.document_id and n.version > e.version)
order by v.lapses_at, v.entry_id limit $4
"""


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
        v.sentence_en, list(v.signers), v.trust, list(v.depends), v.lapses_at, v.archived,
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


async def lapsing(
    conn: asyncpg.Connection, before: datetime, after: tuple[datetime, UUID], limit: int
) -> tuple[Lapsing, ...]:
    """By time."""
    return as_structs(await conn.fetch(LAPSING, before, *after, limit), Lapsing)
