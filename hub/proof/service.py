"""Recording, numbering and signing: a fact is noted with what happened, numbered soon after, under a root by the day."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.proof import repository, sources
from hub.proof.model import Fact, Held, Log, Note, Numbered, SignedRoot
from signing import SigningKey, Timestamper, TimestampError, merkle, proofs, seal_jws
from signing.crypto import digest

log = structlog.get_logger(__name__)
BATCH = 500
"""Entries numbered in one statement."""
_FROM_THE_FIRST = 1 << 62
"""Above every size."""


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs roots, who stamps their time, and from which hour of the day (Vietnam)."""

    key: SigningKey
    tsa: Timestamper
    hour: int


async def record(uow: UnitOfWork, note: Note) -> None:
    """In the transaction of what happened: one row and its place in the queue, no lock that another would wait for."""
    salt = secrets.token_bytes(16)
    private = proofs.commitment(salt, await sources.private_facts(uow, note))
    await repository.record(
        uow.conn,
        Fact(
            id=uuid7(), kind=note.kind, subject=note.subject, revision=note.revision, at=note.at, digests=note.digests,
            private=private, salt=salt, dossier_id=note.dossier_id, owner_id=note.owner_id, recorded_at=uow.now,
        ),
    )  # fmt: skip


async def sequence(uow: UnitOfWork) -> int:
    """Number and chain every fact that waits; how many. One at a time, in one transaction: a crash leaves the queue."""
    await repository.lock(uow.conn)
    numbered = 0
    while facts := await repository.waiting(uow.conn, BATCH):
        await repository.begin(uow.conn, uuid7(), facts[0].recorded_at)
        state = await repository.state(uow.conn)
        assert state is not None
        await _append(uow, state, facts)
        numbered += len(facts)
    return numbered


async def _append(uow: UnitOfWork, state: Log, facts: tuple[Fact, ...]) -> None:
    previous = state.last
    entries = []
    for number, fact in enumerate(facts, start=state.size):
        text = leaf_text(state.id, number, fact, previous)
        previous = merkle.leaf_hash(text.encode())
        entries.append(Numbered(sequence=number, fact_id=fact.id, leaf=text, hash=previous))
    edge = await repository.nodes(uow.conn, merkle.root_parts(state.size))
    grown = list(merkle.grown(state.size, [each.hash for each in entries], edge))
    await repository.append(uow.conn, entries, grown)


def leaf_text(log_id: UUID, number: int, fact: Fact, previous: bytes | None) -> str:
    """The canonical JSON of an entry."""
    name = str(log_id)
    entry = proofs.Entry(
        format=proofs.ENTRY, log=name, sequence=number, kind=fact.kind, subject=fact.subject, revision=fact.revision,
        at=proofs.moment(fact.at), digests=fact.digests, private=fact.private,
        previous=previous.hex() if previous is not None else proofs.genesis(name),
    )  # fmt: skip
    return proofs.canonical(entry).decode()


async def sign_root(uow: UnitOfWork, witness: Witness) -> SignedRoot | None:
    """Number what waits, then sign a root over everything; None when nothing is new."""
    await sequence(uow)
    state = await repository.state(uow.conn)
    last = await last_root(uow)
    if state is None or (last is not None and last.size == state.size):
        return None
    parts = merkle.root_parts(state.size)
    top = merkle.fold(parts, await repository.nodes(uow.conn, parts))
    root = proofs.Root(
        format=proofs.ROOT, log=str(state.id), size=state.size, hash=top.hex(), at=proofs.moment(uow.now),
        previous_size=last.size if last else 0, previous_hash=last.hash.hex() if last else "",
    )  # fmt: skip
    signed = await seal_jws(proofs.canonical(root), witness.key, at=uow.now)
    made = SignedRoot(
        size=state.size, hash=top, signed_at=uow.now, jws=signed.decode(), timestamp=await _stamped(witness, signed)
    )
    await repository.add_root(uow.conn, made)
    await uow.audit("proof:root:sign", root.hash, {"size": root.size})
    return made


async def _stamped(witness: Witness, signed: bytes) -> bytes:
    """A root without a time-stamp is better than none."""
    try:
        return await witness.tsa.stamp(digest("sha256", signed), "sha256")
    except (TimestampError, OSError) as away:
        log.warning("proof.no-timestamp", why=str(away))
        return b""


async def sign_when_due(uow: UnitOfWork, witness: Witness) -> SignedRoot | None:
    """Once a day, from the witness's hour on."""
    state = await repository.state(uow.conn)
    last = await last_root(uow)
    if state is None:
        return None
    since = last.signed_at if last else state.begun_at
    return await sign_root(uow, witness) if next_signing(since, witness.hour) <= uow.now else None


def next_signing(after: datetime, hour: int) -> datetime:
    """The first moment after this one when a root is due. Pure."""
    local = after.astimezone(VN)
    due = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return due if due > local else due + timedelta(days=1)


async def last_root(uow: UnitOfWork) -> SignedRoot | None:
    """The newest."""
    found = await repository.roots(uow.conn, _FROM_THE_FIRST, 1)
    return found[0] if found else None


async def held_of(uow: UnitOfWork, *, owner_id: UUID | None = None, dossier_id: UUID | None = None) -> tuple[Held, ...]:
    """What can be proved to an owner, or of a dossier; whether they may see it is the caller's to check."""
    return await repository.held(uow.conn, owner_id=owner_id, dossier_id=dossier_id)
