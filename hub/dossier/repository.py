"""The dossier tables. `write` is the one writer of `status`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from hub.dossier.errors import changed_meanwhile, not_found
from hub.dossier.model import Change, Component, Dossier, Draft, File, Glance, LogRow, Move, Receipt, Supplement
from hub.kernel.actor import Actor
from hub.kernel.db import as_struct, as_structs
from schemas.messages.dossier import Status

# A new dossier with its first log row and its papers, in one statement.
INSERT = """
with log as (
    insert into dossier.log (entity_id, version, source, target, trigger, actor_kind, actor_id, actor_name, unit, cause,
                             at, logged_at, due_at)
    values ($1, 1, 0, 1, 'submit', $19, $20, $21, '', $22, $18, $18, null)
), papers as (
    insert into dossier.component (id, dossier_id, spec_code, name, originals, copies, entry_id, file_name, media_type,
                                   size, sha256, added_at)
    select p.id, $1, p.spec_code, p.name, p.originals, p.copies, p.entry_id, p.file_name, p.media_type, p.size,
           p.sha256, $18
    from jsonb_to_recordset($23) as p (id uuid, spec_code text, name text, originals smallint, copies smallint,
         entry_id uuid, file_name text, media_type text, size bigint, sha256 text)
)
insert into dossier.dossier (id, reference, status, version, procedure_code, procedure_version, procedure_name,
    field_code, field_name, channel, return_way, return_address, owner_id, applicant, form, summary, agency_code,
    agency_name, unit_id, unit_name, connector, code, submitted_at, ack_due_at, updated_at)
values ($1, $2, 1, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $24, $25, $26, $27, $18, $17, $18)
"""

COLUMNS = """id, reference, code, status, version, procedure_code, procedure_version, procedure_name, field_code,
field_name, channel, return_way, return_address, owner_id, applicant, form, summary, agency_code, agency_name, unit_id,
unit_name, connector, receiver_id, receiver_name, receipt_entry, submitted_at, ack_due_at, received_at, due_at,
refused_at, resolved_at, returned_at, updated_at"""

# One dossier by its id, its code or its reference.
BY_ID = f"select {COLUMNS} from dossier.dossier where id = $1"
BY_CODE = f"select {COLUMNS} from dossier.dossier where code = $1"
BY_REFERENCE = f"select {COLUMNS} from dossier.dossier where reference = $1"

# The little that the public may see, by code or by reference: asked more often than anything else.
GLANCE_COLUMNS = """code, reference, status, agency_name, applicant->>'name' as applicant, procedure_name, unit_name,
submitted_at, received_at, due_at"""
GLANCE_BY_CODE = f"select {GLANCE_COLUMNS} from dossier.dossier where code = $1"
GLANCE_BY_REFERENCE = f"select {GLANCE_COLUMNS} from dossier.dossier where reference = $1"

SEVERAL = f"select {COLUMNS} from dossier.dossier where id = any($1::uuid[])"

# The day follows the clock; no step of the story, so neither status nor version.
SET_DUE = "update dossier.dossier set due_at = $2, updated_at = $3 where id = $1"

# A citizen's dossiers, newest first.
OF_OWNER = f"select {COLUMNS} from dossier.dossier where owner_id = $1 order by submitted_at desc limit 200"

# What an agency's desk has to do, most urgent first.
QUEUE = f"""
select {COLUMNS} from dossier.dossier
where agency_code = $1 and status = any($2::smallint[])
order by coalesce(due_at, ack_due_at), id limit $3
"""

# The story, oldest first.
LOG = """
select version, source, target, trigger, actor_kind, actor_id, actor_name, unit, cause, at, logged_at, due_at
from dossier.log where entity_id = $1 order by version
"""

# Steps of one dossier at one version, or of all after a place, by dossier and version.
MOVES = """
select d.id as dossier_id, d.reference, l.version, l.trigger, l.cause, l.at, l.logged_at, d.owner_id,
       d.applicant ->> 'name' as name, d.applicant ->> 'id_number' as id_number
from dossier.log l join dossier.dossier d on d.id = l.entity_id
where (l.entity_id, l.version) > ($1, $2) order by l.entity_id, l.version limit $3
"""

# The receipts of dossiers after an id.
RECEIPTS = """
select id as dossier_id, code, receipt_entry as entry_id, owner_id from dossier.dossier
where receipt_entry is not null and id > $1 order by id limit $2
"""

COMPONENTS = """
select id, spec_code, name, originals, copies, entry_id, file_name, media_type, size, sha256, added_at, supplement
from dossier.component where dossier_id = $1 order by added_at, id
"""

SUPPLEMENTS = """
select id, number, requested_by, unit, reason, papers, requested_at, due_before, answered_at, answer, due_after
from dossier.supplement where dossier_id = $1 order by number
"""

# The next number of the day for an agency; the row's lock makes it unique under concurrency.
NEXT_NUMBER = """
insert into dossier.number (agency_code, day, last) values ($1, $2, 1)
on conflict (agency_code, day) do update set last = dossier.number.last + 1
returning last
"""

_WRITABLE = frozenset(
    {"code", "receiver_id", "receiver_name", "received_at", "due_at", "refused_at", "resolved_at", "returned_at"}
)


async def insert(conn: asyncpg.Connection, dossier: Dossier, papers: list[dict[str, Any]], actor: Actor) -> None:
    """The first row of a dossier's life."""
    await conn.execute(
        INSERT, dossier.id, dossier.reference, dossier.procedure_code, dossier.procedure_version,
        dossier.procedure_name, dossier.field_code, dossier.field_name, dossier.channel, dossier.return_way,
        dossier.return_address, dossier.owner_id, dossier.applicant, dossier.form, dossier.summary,
        dossier.agency_code, dossier.agency_name, dossier.ack_due_at, dossier.submitted_at, actor.kind, actor.id,
        actor.name, "Nộp hồ sơ", papers, dossier.unit_id, dossier.unit_name, dossier.connector, dossier.code,
    )  # fmt: skip


async def write(conn: asyncpg.Connection, change: Change, actor: Actor, now: datetime) -> Dossier:
    """The status and its log row, together or not at all; raises Conflict when somebody was faster."""
    names = sorted(change.columns)
    if not _WRITABLE.issuperset(names):
        raise ValueError(f"not written with a status: {set(names) - _WRITABLE}")
    sets = "".join(f", {name} = ${i}" for i, name in enumerate(names, start=14))
    row = await conn.fetchrow(
        f"""
        with moved as (
            update dossier.dossier set status = $4, version = version + 1, updated_at = $13{sets}
            where id = $1 and status = $3 and version = $2
            returning {COLUMNS}
        ), logged as (
            insert into dossier.log (entity_id, version, source, target, trigger, actor_kind, actor_id, actor_name,
                                     unit, cause, at, logged_at, due_at)
            select id, version, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, due_at from moved
        )
        select {COLUMNS} from moved
        """,
        change.before.id, change.before.version, int(change.before.status), int(change.target), change.trigger,
        actor.kind, actor.id, actor.name, change.unit or actor.unit, change.cause, change.at, now, now,
        *(change.columns[name] for name in names),
    )  # fmt: skip
    moved = as_struct(row, Dossier)
    if moved is None:
        raise changed_meanwhile()
    return moved


async def get(conn: asyncpg.Connection, dossier_id: UUID) -> Dossier:
    """Raises NotFound."""
    return _found(as_struct(await conn.fetchrow(BY_ID, dossier_id), Dossier))


async def by_code(conn: asyncpg.Connection, code: str) -> Dossier:
    """Raises NotFound."""
    return _found(as_struct(await conn.fetchrow(BY_CODE, code), Dossier))


async def by_reference(conn: asyncpg.Connection, reference: str) -> Dossier:
    """Raises NotFound."""
    return _found(as_struct(await conn.fetchrow(BY_REFERENCE, reference), Dossier))


async def glance_by_code(conn: asyncpg.Connection, code: str) -> Glance:
    """Raises NotFound."""
    return _glance(await conn.fetchrow(GLANCE_BY_CODE, code))


async def glance_by_reference(conn: asyncpg.Connection, reference: str) -> Glance:
    """Raises NotFound."""
    return _glance(await conn.fetchrow(GLANCE_BY_REFERENCE, reference))


def _glance(row: asyncpg.Record | None) -> Glance:
    if row is None:
        raise not_found()
    return Glance(*row)


async def several(conn: asyncpg.Connection, ids: Sequence[UUID]) -> dict[UUID, Dossier]:
    """By id."""
    return {each.id: each for each in as_structs(await conn.fetch(SEVERAL, list(ids)), Dossier)}


async def set_due(conn: asyncpg.Connection, dossier_id: UUID, due_at: datetime, now: datetime) -> None:
    """The date that the clock now says."""
    await conn.execute(SET_DUE, dossier_id, due_at, now)


def _found(dossier: Dossier | None) -> Dossier:
    if dossier is None:
        raise not_found()
    return dossier


async def of_owner(conn: asyncpg.Connection, owner_id: UUID) -> tuple[Dossier, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(OF_OWNER, owner_id), Dossier)


async def queue(conn: asyncpg.Connection, agency: str, statuses: list[Status], limit: int) -> tuple[Dossier, ...]:
    """Most urgent first."""
    return as_structs(await conn.fetch(QUEUE, agency, [int(s) for s in statuses], limit), Dossier)


async def log(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[LogRow, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(LOG, dossier_id), LogRow)


async def components(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Component, ...]:
    """All papers ever handed in, oldest first."""
    return as_structs(await conn.fetch(COMPONENTS, dossier_id), Component)


async def supplements(conn: asyncpg.Connection, dossier_id: UUID) -> tuple[Supplement, ...]:
    """All rounds."""
    return as_structs(await conn.fetch(SUPPLEMENTS, dossier_id), Supplement)


async def next_number(conn: asyncpg.Connection, agency: str, day: date) -> int:
    """1, 2, 3 … for an agency and a day."""
    return int(await conn.fetchval(NEXT_NUMBER, agency, day))


# One round opened.
OPEN_SUPPLEMENT = """
insert into dossier.supplement (id, dossier_id, number, requested_by, unit, reason, papers, requested_at, due_before)
select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8 from dossier.supplement where dossier_id = $2
returning number
"""

# The open round answered.
ANSWER_SUPPLEMENT = """
update dossier.supplement set answered_at = $2, answer = $3, due_after = $4
where dossier_id = $1 and answered_at is null returning number
"""

ADD_COMPONENT = """
insert into dossier.component (id, dossier_id, spec_code, name, originals, copies, entry_id, file_name, media_type,
                               size, sha256, added_at, supplement)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""


async def open_supplement(
    conn: asyncpg.Connection, row: UUID, dossier: Dossier, by: Actor, reason: str, papers: list[str], at: datetime
) -> int:
    """The number of the round. `by.unit`: who asks, as the citizen reads it."""
    return int(
        await conn.fetchval(OPEN_SUPPLEMENT, row, dossier.id, by.name, by.unit, reason, papers, at, dossier.due_at)
    )


async def answer_supplement(
    conn: asyncpg.Connection, dossier_id: UUID, at: datetime, answer: str, due_after: datetime | None
) -> int:
    """The number of the round that this answers; 0 when none was open."""
    return int(await conn.fetchval(ANSWER_SUPPLEMENT, dossier_id, at, answer, due_after) or 0)


async def add_component(conn: asyncpg.Connection, dossier_id: UUID, component: Component) -> None:
    """One more paper."""
    c = component
    await conn.execute(
        ADD_COMPONENT, c.id, dossier_id, c.spec_code, c.name, c.originals, c.copies, c.entry_id, c.file_name,
        c.media_type, c.size, c.sha256, c.added_at, c.supplement,
    )  # fmt: skip


# The receipt's place in the vault; written once.
SET_RECEIPT = "update dossier.dossier set receipt_entry = $2 where id = $1 and receipt_entry is null returning id"

# Accepted dossiers whose receipt a crash has left out.
WITHOUT_RECEIPT = """
select id from dossier.dossier where receipt_entry is null and received_at is not null and received_at < $1
order by received_at limit 50
"""


async def set_receipt(conn: asyncpg.Connection, dossier_id: UUID, entry: UUID) -> bool:
    """True when this was the first."""
    return await conn.fetchval(SET_RECEIPT, dossier_id, entry) is not None


async def without_receipt(conn: asyncpg.Connection, before: datetime) -> list[UUID]:
    """At most 50."""
    return [row["id"] for row in await conn.fetch(WITHOUT_RECEIPT, before)]


DRAFT_COLUMNS = """id, owner_id, procedure_code, procedure_version, form, files, return_way, return_address, dossier_id,
updated_at"""
NEW_DRAFT = """
insert into dossier.draft (id, owner_id, procedure_code, procedure_version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $5)
"""
DRAFT = f"select {DRAFT_COLUMNS} from dossier.draft where id = $1 and owner_id = $2 for update"
DRAFTS = f"""
select {DRAFT_COLUMNS} from dossier.draft where owner_id = $1 and dossier_id is null order by updated_at desc limit 50
"""
SAVE_DRAFT = """
update dossier.draft set form = $2, files = $3, return_way = $4, return_address = $5, dossier_id = $6, updated_at = $7
where id = $1
"""

# Which of these uploads a draft names that somebody has worked on since.
NAMED_BY_DRAFTS = """
select distinct (file.value ->> 'entry_id')::uuid as entry_id
from dossier.draft d cross join jsonb_each(d.files) as file
where d.dossier_id is null and d.updated_at >= $1 and (file.value ->> 'entry_id')::uuid = any($2::uuid[])
"""

DISCARD_DRAFT = "delete from dossier.draft where id = $1 and owner_id = $2 and dossier_id is null"


async def new_draft(
    conn: asyncpg.Connection, draft: UUID, owner: UUID, procedure: str, version: int, now: datetime
) -> None:
    """An empty one."""
    await conn.execute(NEW_DRAFT, draft, owner, procedure, version, now)


async def draft(conn: asyncpg.Connection, draft_id: UUID, owner: UUID) -> Draft:
    """Locked for the transaction; raises NotFound for somebody else's."""
    found = as_struct(await conn.fetchrow(DRAFT, draft_id, owner), Draft)
    if found is None:
        raise not_found()
    return found


async def drafts(conn: asyncpg.Connection, owner: UUID) -> tuple[Draft, ...]:
    """Those not yet submitted."""
    return as_structs(await conn.fetch(DRAFTS, owner), Draft)


async def save_draft(conn: asyncpg.Connection, draft: Draft, now: datetime) -> None:
    """Its whole content."""
    files: dict[str, File] = draft.files
    await conn.execute(
        SAVE_DRAFT, draft.id, draft.form, files, draft.return_way, draft.return_address, draft.dossier_id, now
    )


async def discard_draft(conn: asyncpg.Connection, draft: UUID, owner: UUID) -> None:
    """Only one that has not been sent."""
    await conn.execute(DISCARD_DRAFT, draft, owner)


async def moves(conn: asyncpg.Connection, after: tuple[UUID, int], limit: int) -> tuple[Move, ...]:
    """By dossier and version."""
    return as_structs(await conn.fetch(MOVES, *after, limit), Move)


async def receipts(conn: asyncpg.Connection, after: UUID, limit: int) -> tuple[Receipt, ...]:
    """By dossier."""
    return as_structs(await conn.fetch(RECEIPTS, after, limit), Receipt)


async def named_by_drafts(conn: asyncpg.Connection, since: datetime, entries: Sequence[UUID]) -> frozenset[UUID]:
    """By unsent ones."""
    return frozenset(row["entry_id"] for row in await conn.fetch(NAMED_BY_DRAFTS, since, list(entries)))
