"""The trust of the installation, the same in every process on every machine: the database is where it is kept."""

import asyncio

from hub.kernel.db import Database, UnitOfWork
from hub.portfolio import repository
from hub.portfolio.model import Listed, TrustState
from signing import OlderRevocation, TrustError, TrustList, TrustStore


async def load(uow: UnitOfWork) -> tuple[TrustStore, int]:
    """The whole trust, and the number of the last revocation datum in it."""
    store = TrustStore([as_list(each) for each in await repository.trusted(uow.conn)])
    return store, await take_over(uow, store, 0)


async def take_over(uow: UnitOfWork, store: TrustStore, after: int) -> int:
    """Import what came after a number. Data of CAs that no list names any more are left alone."""
    for datum in await repository.revocation(uow.conn, after):
        after = datum.seq
        await asyncio.to_thread(_import, store, datum)
    return after


def _import(store: TrustStore, datum: repository.Datum) -> None:
    take = store.import_crl if datum.kind == "crl" else store.import_ocsp
    try:
        take(datum.der, datum.imported_at)
    except (TrustError, OlderRevocation):
        return


def as_list(it: Listed) -> TrustList:
    """As `signing` knows it."""
    return TrustList(
        name=it.name, version=it.version, anchors=it.anchors, intermediates=it.intermediates, source=it.source
    )


class Trust:
    """What counts now. Each verification asks the database whether it still does; that is one short query.

    `db` has connections of its own: whoever asks may hold one of the others.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = asyncio.Lock()
        self._seen: TrustState | None = None
        self._store = TrustStore()
        self._last = 0

    async def current(self) -> TrustStore:
        """Raises Away: a verdict under a trust that may have been withdrawn is none."""
        async with self._db.read() as uow:
            state = await repository.state(uow.conn)
            if state == self._seen:
                return self._store
            async with self._lock:
                await self._follow(uow, state)
        return self._store

    async def _follow(self, uow: UnitOfWork, state: TrustState) -> None:
        if self._seen is not None and state.version <= self._seen.version:
            return
        if self._seen is None or state.lists_version != self._seen.lists_version:
            self._store, self._last = await load(uow)
        else:
            self._last = await take_over(uow, self._store, self._last)
        self._seen = state
