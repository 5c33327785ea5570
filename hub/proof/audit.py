"""The operator's audit: the whole chain and tree again from the rows, then every module's rows against the log."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec

from hub.kernel.db import UnitOfWork
from hub.kernel.errors import NotFound
from hub.proof import repository, sources
from hub.proof.model import Fact, Log, Note, Numbered, SignedRoot
from hub.proof.service import leaf_text
from signing import TrustStore, jws, merkle, proofs, verify

_PAGE = 1000
_END = 1 << 62


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that is not as it was. `where` names the row; `code` is stable."""

    code: str
    where: str
    vi: str
    en: str


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and what is broken, if anything."""

    entries: int
    roots: int
    rows: int
    waiting: int
    broken: Break | None


_WORDS: dict[str, tuple[str, str]] = {
    "number": ("Số thứ tự bị đứt: thiếu mục trong nhật ký.", "A number is missing: an entry was taken out of the log."),
    "chain": ("Mục không nối vào mục trước nó.", "The entry does not chain to the one before it."),
    "entry": ("Nội dung mục khác với sự kiện đã ghi.", "The entry differs from the fact that was recorded."),
    "tree": ("Nút của cây băm khác với nút tính lại.", "A node of the tree differs from the one computed again."),
    "root": ("Gốc đã ký khác với gốc tính lại.", "A signed root differs from the one computed again."),
    "root-signature": ("Chữ ký của gốc không đúng.", "A root's signature is wrong."),
    "root-gone": ("Gốc đã ký lớn hơn nhật ký: cuối nhật ký đã bị cắt.", "A signed root is larger than the log: it was cut."),
    "lost": ("Sự kiện không có số và không nằm trong hàng đợi.", "A fact has neither a number nor a place in the queue."),
    "missing": ("Dữ liệu không có sự kiện trong nhật ký.", "A row has no fact in the log."),
    "altered": ("Dữ liệu khác với điều nhật ký đã ghi.", "A row differs from what the log says."),
    "person": ("Người hoặc lý do khác với cam kết trong nhật ký.", "The person or the reason differs from the commitment."),
    "source-gone": ("Nhật ký ghi điều mà dữ liệu không còn.", "The log tells of a row that is gone."),
}  # fmt: skip


class _Broken(Exception):
    def __init__(self, code: str, where: str) -> None:
        super().__init__(code)
        vi, en = _WORDS[code]
        self.found = Break(code=f"audit.{code}", where=where, vi=vi, en=en)


async def audit(uow: UnitOfWork, trust: TrustStore) -> Audit:
    """Reads everything once, in order, as of one moment; stops at the first break. A fact that waits is none.

    Must be the first thing of its `db.begin`.
    """
    await repository.snapshot(uow.conn)
    counts = {"entries": 0, "roots": 0, "rows": 0}
    broken = None
    try:
        state = await repository.state(uow.conn)
        if state is not None:
            await _chain(uow, state, trust, counts)
        await _rows(uow, state, counts)
    except _Broken as error:
        broken = error.found
    waiting = await repository.waiting_count(uow.conn)
    return Audit(**counts, waiting=waiting, broken=broken)


async def _chain(uow: UnitOfWork, state: Log, trust: TrustStore, counts: dict[str, int]) -> None:
    """Numbers, chain, leaves, tree, roots."""
    roots = {each.size: each for each in await repository.roots(uow.conn, _END, _END)}
    edge: dict[merkle.Node, bytes] = {}
    previous: bytes | None = None
    size = 0
    async for page in _pages(uow):
        facts = await repository.facts(uow.conn, [each.fact_id for each in page])
        grown = list(merkle.grown(size, [merkle.leaf_hash(each.leaf.encode()) for each in page], edge))
        stored = await repository.nodes(uow.conn, [node for node, _ in grown])
        for each in page:
            _entry(state, size, each, facts[each.fact_id], previous)
            previous, size = each.hash, size + 1
        for node, value in grown:
            edge[node] = value
            if stored.get(node) != value:
                raise _Broken("tree", f"{node.level}/{node.index}")
        for reached in range(size - len(page) + 1, size + 1):
            if reached in roots:
                _root(state, roots.pop(reached), edge, trust)
                counts["roots"] += 1
        edge = {node: edge[node] for node in merkle.root_parts(size)}
        counts["entries"] = size
    if roots:
        raise _Broken("root-gone", f"root {min(roots)}, log {size}")


async def _pages(uow: UnitOfWork) -> AsyncIterator[tuple[Numbered, ...]]:
    start = 0
    while page := await repository.entries(uow.conn, start, _PAGE):
        yield page
        start = page[-1].sequence + 1


def _entry(state: Log, number: int, each: Numbered, fact: Fact, previous: bytes | None) -> None:
    where = f"entry {each.sequence} ({fact.kind} {fact.subject})"
    if each.sequence != number:
        raise _Broken("number", f"entry {number}")
    written = msgspec.json.decode(each.leaf, type=dict[str, object])
    expected = previous.hex() if previous is not None else proofs.genesis(str(state.id))
    if written.get("previous") != expected or merkle.leaf_hash(each.leaf.encode()) != each.hash:
        raise _Broken("chain", where)
    if each.leaf != leaf_text(state.id, number, fact, previous):
        raise _Broken("entry", where)


def _root(state: Log, it: SignedRoot, nodes: merkle.Nodes, trust: TrustStore) -> None:
    where = f"root {it.size}"
    top = merkle.fold(merkle.root_parts(it.size), nodes)
    signed = it.jws.encode()
    try:
        root = msgspec.json.decode(jws.payload_of(signed), type=proofs.Root)
    except (jws.Refused, msgspec.DecodeError):
        raise _Broken("root-signature", where) from None
    if top != it.hash or (root.log, root.size, root.hash) != (str(state.id), it.size, top.hex()):
        raise _Broken("root", where)
    if not all(each.intact for each in verify(signed, trust=trust, at=it.signed_at).signatures):
        raise _Broken("root-signature", where)


async def _rows(uow: UnitOfWork, state: Log | None, counts: dict[str, int]) -> None:
    """Nothing missing, nothing altered, nothing left over."""
    if where := await repository.lost(uow.conn):
        raise _Broken("lost", where)
    seen: set[UUID] = set()
    if state is not None:
        async for note, written_at in sources.everything(uow):
            agreed = await _row(uow, note)
            if agreed is not None:
                seen.add(agreed)
                counts["rows"] += 1
            elif written_at >= state.begun_at:
                raise _Broken("missing", f"{note.kind} {note.subject}")
    last = UUID(int=0)
    while facts := await repository.all_facts(uow.conn, last, _PAGE):
        for fact in facts:
            if fact.id not in seen and state is not None:
                raise _Broken("source-gone", f"{fact.kind} {fact.subject}")
        last = facts[-1].id


async def _row(uow: UnitOfWork, note: Note) -> UUID | None:
    """The fact that agrees with this row; None when there is none, as for what is older than the log."""
    where = f"{note.kind} {note.subject}"
    key = (note.kind, note.subject, note.revision)
    fact = (await repository.about(uow.conn, [key])).get(key)
    if fact is None:
        return None
    if (fact.at, fact.digests, fact.dossier_id, fact.owner_id) != (
        note.at,
        note.digests,
        note.dossier_id,
        note.owner_id,
    ):
        raise _Broken("altered", where)
    try:
        facts = await sources.private_facts(uow, note)
    except NotFound:
        raise _Broken("source-gone", where) from None
    if proofs.commitment(fact.salt, facts) != fact.private:
        raise _Broken("person", where)
    return fact.id
