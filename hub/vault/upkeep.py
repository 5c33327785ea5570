"""What an operator asks of the whole vault: is everything there and what it was, and give it a new key.

Deleting and rotating never run at once: a rotation that writes back a key object which a deletion has just removed
would name content that is gone.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from hub.kernel.actor import system
from hub.kernel.db import Database
from hub.kernel.errors import Problem
from hub.kernel.storage import Damaged, KeyMissing, Missing, Rewrapped, SealedStorage, Stock, Storage, rewrap, stock
from hub.vault import repository

_OPERATOR = system("hub vault")
_PAGE = 200
IN_FLIGHT = timedelta(hours=1)
"""A write that began under an older key has ended after this, or never will."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One content and the entries that name it. `problem` None: it is there, opens, and hashes to its address."""

    sha256: str
    entries: tuple[UUID, ...]
    problem: Problem | None


async def contents(db: Database) -> int:
    """How many different contents the entries name."""
    async with db.read() as uow:
        return await repository.contents(uow.conn)


async def check(db: Database, storage: Storage) -> AsyncIterator[Checked]:
    """Every content, read whole. Raises StoreAway."""
    after = ""
    while True:
        async with db.read() as uow:
            page = await repository.contents_after(uow.conn, after, _PAGE)
        for digest, entries in page:
            yield Checked(sha256=digest, entries=entries, problem=await _problem(storage, digest))
            after = digest
        if len(page) < _PAGE:
            return


async def unnamed(db: Database, found: Stock, storage: SealedStorage) -> int:
    """Sealed files that no entry names: a crash between file and row leaves one; harmless."""
    known, after = set(), ""
    while True:
        async with db.read() as uow:
            page = await repository.contents_after(uow.conn, after, _PAGE)
        known |= {bytes.fromhex(storage.keys.ring.name(bytes.fromhex(digest))) for digest, _ in page}
        if len(page) < _PAGE:
            return len(found.names - known)
        after = page[-1][0]


async def rotate(db: Database, storage: SealedStorage, told: Callable[[Rewrapped], None]) -> str:
    """A new key, or the one of a rotation that was broken off; every wrapped key under it; its id. Raises KeyMissing."""
    with storage.keys.alone():
        async with _nothing_deleted(db):
            await _turn(db, storage)
            async for each in rewrap(storage):
                told(each)
        ring = msgspec.structs.replace(storage.keys.ring, rewrapping=False)
        storage.keys.replace(ring)
        return ring.current


async def retire(db: Database, storage: SealedStorage) -> tuple[Stock, tuple[str, ...]]:
    """Take off the ring what no file needs and no write in flight may still use; what there is, and what went."""
    with storage.keys.alone():
        async with _nothing_deleted(db):
            found = await stock(storage)
        ring, now = storage.keys.ring, db.now()
        gone = tuple(
            each.id
            for each in ring.keys
            if each.superseded_at is not None
            and each.superseded_at < now - IN_FLIGHT
            and not (found.by_key.get(each.id) or ring.rewrapping or found.unread)
        )
        if gone:
            async with db.begin(_OPERATOR) as uow:
                await uow.audit("vault:keys:retire", ring.current, {"retired": list(gone)})
            storage.keys.replace(ring.without(*gone))
    return found, gone


async def _turn(db: Database, storage: SealedStorage) -> None:
    if storage.keys.ring.rewrapping:
        return
    async with db.begin(_OPERATOR) as uow:
        ring = storage.keys.ring.turned(uow.now)
        await uow.audit("vault:keys:rotate", ring.current)
    storage.keys.replace(ring)


@asynccontextmanager
async def _nothing_deleted(db: Database) -> AsyncIterator[None]:
    async with db.begin(_OPERATOR) as uow:
        await repository.lock_upkeep(uow.conn)
        yield


async def _problem(storage: Storage, digest: str) -> Problem | None:
    whole = sha256()
    try:
        async for chunk in await storage.open(digest):
            whole.update(chunk)
    except (Missing, Damaged, KeyMissing) as problem:
        return problem
    return None if whole.hexdigest() == digest else Damaged("it opens and does not hash to its address")
