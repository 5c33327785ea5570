"""What is handed out: a citizen's proof file, the roots that anybody may pin, the proof that one grew out of another."""

import base64
from uuid import UUID

import msgspec

from hub.kernel.db import UnitOfWork
from hub.proof import repository, sources
from hub.proof.errors import NoSuchFact, NoSuchRoot, NotYet
from hub.proof.model import Fact, SignedRoot
from hub.proof.service import next_signing
from signing import merkle, proofs


class PublishedRoot(msgspec.Struct, frozen=True, kw_only=True):
    """A root as anybody pins it: `jws` is signed, `timestamp` (base64) may be empty."""

    log: str
    size: int
    hash: str
    at: str
    jws: str
    timestamp: str


async def proof_of(uow: UnitOfWork, fact_id: UUID, owner_id: UUID, hour: int) -> tuple[str, bytes]:
    """A name and the file, for its owner only. Raises NoSuchFact, NotYet."""
    fact = await repository.fact(uow.conn, fact_id)
    if fact is None or fact.owner_id != owner_id:
        raise NoSuchFact
    entry = await repository.entry(uow.conn, fact_id)
    root = await repository.covering(uow.conn, entry.sequence) if entry else None
    if entry is None or root is None:
        raise NotYet(next_signing(uow.now, hour))
    parts = merkle.inclusion_parts(entry.sequence, root.size)
    nodes = await repository.nodes(uow.conn, [node for part in parts for node in part])
    proof = proofs.Proof(
        format=proofs.PROOF,
        entry=entry.leaf,
        entry_hash=entry.hash.hex(),
        index=entry.sequence,
        size=root.size,
        path=tuple(merkle.fold(part, nodes).hex() for part in parts),
        root=root.jws,
        timestamp=base64.b64encode(root.timestamp).decode(),
        private=await _private(uow, fact),
    )
    name = f"bang-chung-{fact.subject}-{fact.kind}.json".replace("/", "-")
    return name, msgspec.json.format(msgspec.json.encode(proof), indent=1)


async def _private(uow: UnitOfWork, fact: Fact) -> proofs.Private:
    facts = await sources.private_facts_of(uow, fact)
    return proofs.Private(salt=fact.salt.hex(), facts=facts)


async def roots(uow: UnitOfWork, *, below: int = 1 << 62, limit: int = 100) -> tuple[PublishedRoot, ...]:
    """Newest first; `below` continues an earlier page."""
    state = await repository.state(uow.conn)
    if state is None:
        return ()
    return tuple(_published(str(state.id), each) for each in await repository.roots(uow.conn, below, limit))


async def root(uow: UnitOfWork, size: int) -> PublishedRoot:
    """Raises NoSuchRoot."""
    state, found = await repository.state(uow.conn), await repository.root(uow.conn, size)
    if state is None or found is None:
        raise NoSuchRoot
    return _published(str(state.id), found)


async def link(uow: UnitOfWork, first: int, second: int) -> proofs.Link:
    """That the tree of `second` begins with that of `first`. Raises NoSuchRoot for a size that was not signed."""
    older, newer = await root(uow, first), await root(uow, second)
    if first > second:
        raise NoSuchRoot
    parts = merkle.consistency_parts(first, second)
    nodes = await repository.nodes(uow.conn, [node for part in parts for node in part])
    return proofs.Link(
        format=proofs.LINK,
        first=proofs.Head(log=older.log, size=first, hash=older.hash),
        second=proofs.Head(log=newer.log, size=second, hash=newer.hash),
        path=tuple(merkle.fold(part, nodes).hex() for part in parts),
    )


def _published(log: str, it: SignedRoot) -> PublishedRoot:
    return PublishedRoot(
        log=log,
        size=it.size,
        hash=it.hash.hex(),
        at=proofs.moment(it.signed_at),
        jws=it.jws,
        timestamp=base64.b64encode(it.timestamp).decode(),
    )
