"""How long things stay (RES-08): an upload that came to nothing lapses, everything else is never deleted.

Rows go first, with a note of content that nobody names any more; content goes after, in a transaction of its own that
holds the content's lock. A crash in between only repeats work, and an upload of the same bytes meanwhile keeps them.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.kernel.db import UnitOfWork
from hub.vault import retention_repository as repository
from hub.vault.errors import NoSuchEntry

_PAGE = 200


async def hold(uow: UnitOfWork, entries: Sequence[UUID], dossier_id: UUID) -> None:
    """A dossier takes these over: they are kept as long as it is. Raises NoSuchEntry for one that has just lapsed."""
    if not await repository.hold(uow.conn, entries, dossier_id, uow.now):
        raise NoSuchEntry


async def lapsed_uploads(uow: UnitOfWork, before: datetime, after: UUID) -> tuple[UUID, ...]:
    """A page of uploads from before that day which no dossier, share or paper copy needs, locked; by id."""
    return await repository.lapsed(uow.conn, before, after, _PAGE)


async def discard(uow: UnitOfWork, entries: Sequence[UUID]) -> None:
    """Delete lapsed uploads. Their content goes with `delete_discarded`, unless somebody else's entry names it."""
    for entry, digest in await repository.discard(uow.conn, entries, uow.now):
        await uow.audit("vault:entry:discard", str(entry), {"sha256": digest})


async def delete_discarded(uow: UnitOfWork) -> None:
    """Delete content that nobody names. Nothing is done while keys are being changed."""
    if not await repository.try_upkeep(uow.conn):
        return
    for digest in await repository.discarded(uow.conn, _PAGE):
        await repository.lock_content(uow.conn, digest)
        if not await repository.named(uow.conn, digest):
            await uow.storage.delete(digest)
            await uow.audit("vault:content:delete", digest)
        await repository.forget(uow.conn, digest)
