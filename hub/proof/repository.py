"""The log's SQL. Nothing here changes or removes a row but the queue of facts that wait for a number."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.kernel.db import as_struct, as_structs
from hub.proof.model import Fact, Held, Log, Numbered, SignedRoot
from signing.merkle import Node

_FACT = "id, kind, subject, revision, at, digests, private, salt, dossier_id, owner_id, recorded_at"
_ROOT = "size, hash, signed_at, jws, timestamp"

# A fact and its place in the queue, in the transaction of what happened; nothing when it was told before.
RECORD = f"""
with told as (
    insert into proof.fact ({_FACT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (kind, subject, revision) do nothing returning id
)
insert into proof.waiting (fact_id) select id from told
"""

# One who numbers or signs at a time; released with the transaction.
LOCK = "select pg_advisory_xact_lock(hashtextextended('proof.log', 0))"

# All later statements of the transaction see one moment.
SNAPSHOT = "set transaction isolation level repeatable read, read only"

# The log is begun once.
BEGIN = "insert into proof.log (id, begun_at) values ($1, $2) on conflict do nothing"

# Where the log stands.
STATE = """
select l.id, l.begun_at, coalesce(e.sequence + 1, 0) as size, e.hash as last
from proof.log l left join lateral (select sequence, hash from proof.entry order by sequence desc limit 1) e on true
"""

# Facts of committed transactions that have no number, oldest first. Whatever commits late is simply found later.
WAITING = """
select f.* from proof.waiting w join proof.fact f on f.id = w.fact_id order by f.id limit $1 for update of w
"""

# How many wait.
WAITING_COUNT = "select count(*) from proof.waiting"

# Numbered entries with the subtrees that they complete; their facts leave the queue.
APPEND = """
with added as (
    insert into proof.entry (sequence, fact_id, leaf, hash)
    select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::bytea[])
), grown as (
    insert into proof.node (level, index, hash) select * from unnest($5::smallint[], $6::bigint[], $7::bytea[])
)
delete from proof.waiting where fact_id = any($2::uuid[])
"""

# Some subtrees.
NODES = """
select level, index, hash from proof.node
join unnest($1::smallint[], $2::bigint[]) as wanted (level, index) using (level, index)
"""

ADD_ROOT = f"insert into proof.root ({_ROOT}) values ($1, $2, $3, $4, $5)"

# The newest roots first.
ROOTS = f"select {_ROOT} from proof.root where size < $1 order by size desc limit $2"

# Of one size.
ROOT = f"select {_ROOT} from proof.root where size = $1"

# The earliest root that covers an entry: it proves the earliest time.
COVERING = f"select {_ROOT} from proof.root where size > $1 order by size limit 1"

# What can be proved to an owner, or of a dossier, oldest first.
HELD = """
select f.id as fact_id, f.kind, f.subject, f.revision, f.at, f.digests, f.owner_id,
       coalesce(e.sequence < (select max(size) from proof.root), false) as proved
from proof.fact f left join proof.entry e on e.fact_id = f.id
where f.owner_id = $1 or f.dossier_id = $2 order by f.id
"""

# One fact.
FACT = f"select {_FACT} from proof.fact where id = $1"

# The entry of a fact.
ENTRY = "select sequence, fact_id, leaf, hash from proof.entry where fact_id = $1"

# The log in order, from a place on.
ENTRIES = "select sequence, fact_id, leaf, hash from proof.entry where sequence >= $1 order by sequence limit $2"

# Several facts by their ids.
FACTS = f"select {_FACT} from proof.fact where id = any($1::uuid[])"

# Facts by what they are about.
ABOUT = f"""
select {_FACT} from proof.fact
join unnest($1::text[], $2::text[], $3::integer[]) as wanted (kind, subject, revision) using (kind, subject, revision)
"""

# Facts with neither number nor place in the queue: somebody took it away.
LOST = """
select f.id, f.kind, f.subject, f.revision from proof.fact f
left join proof.entry e on e.fact_id = f.id left join proof.waiting w on w.fact_id = f.id
where e.fact_id is null and w.fact_id is null order by f.id limit 1
"""

# Every fact in the order of time, from an id on.
ALL = f"select {_FACT} from proof.fact where id > $1 order by id limit $2"


async def record(conn: asyncpg.Connection, fact: Fact) -> None:
    """Once, however often it is told."""
    await conn.execute(RECORD, *msgspec.structs.astuple(fact))


async def lock(conn: asyncpg.Connection) -> None:
    """Until the transaction ends."""
    await conn.execute(LOCK)


async def snapshot(conn: asyncpg.Connection) -> None:
    """Only as the first statement."""
    await conn.execute(SNAPSHOT)


async def begin(conn: asyncpg.Connection, log_id: UUID, now: datetime) -> None:
    """The first time only."""
    await conn.execute(BEGIN, log_id, now)


async def state(conn: asyncpg.Connection) -> Log | None:
    """None before the first entry."""
    return as_struct(await conn.fetchrow(STATE), Log)


async def waiting(conn: asyncpg.Connection, limit: int) -> tuple[Fact, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(WAITING, limit), Fact)


async def append(conn: asyncpg.Connection, entries: Sequence[Numbered], nodes: Sequence[tuple[Node, bytes]]) -> None:
    """Entries and subtrees together."""
    await conn.execute(
        APPEND,
        [e.sequence for e in entries], [e.fact_id for e in entries], [e.leaf for e in entries],
        [e.hash for e in entries],
        [n.level for n, _ in nodes], [n.index for n, _ in nodes], [value for _, value in nodes],
    )  # fmt: skip


async def nodes(conn: asyncpg.Connection, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """Those that are there."""
    asked = list(dict.fromkeys(wanted))
    rows = await conn.fetch(NODES, [n.level for n in asked], [n.index for n in asked])
    return {Node(row["level"], row["index"]): row["hash"] for row in rows}


async def add_root(conn: asyncpg.Connection, root: SignedRoot) -> None:
    """Signed."""
    await conn.execute(ADD_ROOT, *msgspec.structs.astuple(root))


async def roots(conn: asyncpg.Connection, below: int, limit: int) -> tuple[SignedRoot, ...]:
    """Newest first."""
    return as_structs(await conn.fetch(ROOTS, below, limit), SignedRoot)


async def root(conn: asyncpg.Connection, size: int) -> SignedRoot | None:
    """Of this size."""
    return as_struct(await conn.fetchrow(ROOT, size), SignedRoot)


async def covering(conn: asyncpg.Connection, sequence: int) -> SignedRoot | None:
    """The earliest."""
    return as_struct(await conn.fetchrow(COVERING, sequence), SignedRoot)


async def held(
    conn: asyncpg.Connection, *, owner_id: UUID | None = None, dossier_id: UUID | None = None
) -> tuple[Held, ...]:
    """Oldest first."""
    return as_structs(await conn.fetch(HELD, owner_id, dossier_id), Held)


async def fact(conn: asyncpg.Connection, fact_id: UUID) -> Fact | None:
    """One."""
    return as_struct(await conn.fetchrow(FACT, fact_id), Fact)


async def entry(conn: asyncpg.Connection, fact_id: UUID) -> Numbered | None:
    """None while it waits for its number."""
    return as_struct(await conn.fetchrow(ENTRY, fact_id), Numbered)


async def entries(conn: asyncpg.Connection, start: int, limit: int) -> tuple[Numbered, ...]:
    """In order."""
    return as_structs(await conn.fetch(ENTRIES, start, limit), Numbered)


async def facts(conn: asyncpg.Connection, ids: Sequence[UUID]) -> dict[UUID, Fact]:
    """By id."""
    return {each.id: each for each in as_structs(await conn.fetch(FACTS, list(ids)), Fact)}


async def about(conn: asyncpg.Connection, keys: Sequence[tuple[str, str, int]]) -> dict[tuple[str, str, int], Fact]:
    """By kind, subject and revision."""
    columns = ([k for k, _, _ in keys], [s for _, s, _ in keys], [r for _, _, r in keys])
    found = as_structs(await conn.fetch(ABOUT, *columns), Fact)
    return {(each.kind, each.subject, each.revision): each for each in found}


async def lost(conn: asyncpg.Connection) -> str:
    """The first fact that nobody will number, in words; "" for none."""
    row = await conn.fetchrow(LOST)
    return f"{row['kind']} {row['subject']} {row['revision']}" if row else ""


async def all_facts(conn: asyncpg.Connection, after: UUID, limit: int) -> tuple[Fact, ...]:
    """In the order of time."""
    return as_structs(await conn.fetch(ALL, after, limit), Fact)


async def waiting_count(conn: asyncpg.Connection) -> int:
    """Facts without a number."""
    return int(await conn.fetchval(WAITING_COUNT))
