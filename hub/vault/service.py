"""The electronic vault (kho quản lý dữ liệu điện tử): one function per verb."""

import secrets
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.incoming import file_pieces
from hub.kernel.storage import Content, Stored
from hub.kernel.text import nfc
from hub.vault import repository
from hub.vault.errors import ContentGone, NoSuchConversion, NoSuchEntry
from hub.vault.events import ConvertedToPaper
from hub.vault.model import Access, Conversion, Entry, Kind, Numbered, Retention
from hub.vault.retention_repository import lock_content_shared

Render = Callable[[Numbered, Entry, bytes], Awaitable[bytes]]


async def store(
    uow: UnitOfWork,
    data: bytes | Path | AsyncIterable[bytes],
    *,
    owner_id: UUID,
    kind: Kind,
    name: str,
    media_type: str,
    retention: Retention = Retention.DOSSIER,
    dossier_id: UUID | None = None,
    document_id: UUID | None = None,
) -> Entry:
    """Keep content for its owner; with `document_id`, as its next version. Raises NoSuchEntry for another's.

    A file on disk and content that comes in pieces are never whole in memory; pieces may raise ContentGone."""
    stored = await _put(uow, data)
    entry = await repository.add(
        uow.conn,
        repository.NewEntry(
            id=uuid7(),
            document_id=document_id,
            owner_id=owner_id,
            dossier_id=dossier_id,
            kind=kind,
            name=nfc(name),
            media_type=media_type,
            sha256=stored.sha256,
            size=stored.size,
            retention=retention,
            stored_at=uow.now,
            stored_by=uow.actor.name,
        ),
    )
    if entry is None:
        raise NoSuchEntry
    await uow.audit("vault:entry:store", str(entry.id), {"kind": kind, "sha256": entry.sha256})
    return entry


async def _put(uow: UnitOfWork, data: bytes | Path | AsyncIterable[bytes]) -> Stored:
    """Under the content's lock, so that a deletion of the same bytes is over or waits for this transaction."""
    stored = await _written(uow, data)
    await lock_content_shared(uow.conn, stored.sha256)
    if await uow.storage.holds(stored.sha256):
        return stored
    if not isinstance(data, bytes | Path):
        raise ContentGone
    return await _written(uow, data)


async def _written(uow: UnitOfWork, data: bytes | Path | AsyncIterable[bytes]) -> Stored:
    if isinstance(data, bytes):
        return await uow.storage.put(data)
    return await uow.storage.put_stream(file_pieces(data) if isinstance(data, Path) else data)


async def entry(uow: UnitOfWork, entry_id: UUID) -> Entry:
    """What is known of a document; raises NoSuchEntry. Leaves no trace in the access log: the content does."""
    found = await repository.entry(uow.conn, entry_id)
    if found is None:
        raise NoSuchEntry
    return found


async def entries(uow: UnitOfWork, ids: Sequence[UUID]) -> tuple[Entry, ...]:
    """Several, in the order asked."""
    return await repository.entries(uow.conn, ids)


async def read(uow: UnitOfWork, entry_id: UUID, *, purpose: str = "") -> bytes:
    """The content; who read it is logged, so this needs `db.begin`. Whether they may is the caller's to check."""
    found = await entry(uow, entry_id)
    await saw(uow, owner_id=found.owner_id, dossier_id=found.dossier_id, entry=found, purpose=purpose)
    return await uow.storage.read(found.sha256)


async def stream(uow: UnitOfWork, entry_id: UUID, *, purpose: str = "") -> Content:
    """The same for what may be large: opened now, read after the transaction has ended."""
    found = await entry(uow, entry_id)
    await saw(uow, owner_id=found.owner_id, dossier_id=found.dossier_id, entry=found, purpose=purpose)
    return await uow.storage.open(found.sha256)


async def saw(
    uow: UnitOfWork,
    *,
    owner_id: UUID,
    dossier_id: UUID | None = None,
    entry: Entry | None = None,
    what: str = "",
    purpose: str = "",
) -> None:
    """The acting person saw this owner's data: a file, or the page named by `what`."""
    await repository.saw(
        uow.conn,
        uow.actor,
        uow.now,
        owner_id=owner_id,
        dossier_id=dossier_id,
        entry_id=entry.id if entry else None,
        what=what or (entry.name if entry else ""),
        purpose=purpose,
    )


async def seen(
    uow: UnitOfWork,
    *,
    owner_id: UUID | None = None,
    dossier_id: UUID | None = None,
    entry_ids: Sequence[UUID] = (),
    before: datetime | None = None,
    limit: int = 50,
) -> tuple[Access, ...]:
    """Who saw an owner's data, or a dossier and these of its papers, newest first; `before` continues a page.

    A paper is uploaded before its dossier is there, so its own rows name no dossier.
    """
    until = before or uow.now + timedelta(days=1)
    return await repository.seen(uow.conn, owner_id, dossier_id, entry_ids, until, limit)


async def entries_of(uow: UnitOfWork, owner_id: UUID) -> tuple[Entry, ...]:
    """A person's documents, newest version of each, newest first."""
    return await repository.newest(uow.conn, owner_id=owner_id)


async def entries_of_dossier(uow: UnitOfWork, dossier_id: UUID) -> tuple[Entry, ...]:
    """A dossier's documents, newest version of each."""
    return await repository.newest(uow.conn, dossier_id=dossier_id)


async def versions(uow: UnitOfWork, document_id: UUID) -> tuple[Entry, ...]:
    """How a document came to be, oldest first."""
    return await repository.versions(uow.conn, document_id)


async def current(uow: UnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Entry]:
    """Each entry's document as it stands: its newest version (long-term data are renewed as a further version)."""
    return await repository.current(uow.conn, ids)


async def begun_as(uow: UnitOfWork, sha256: str) -> tuple[UUID, ...]:
    """The first entry of each document of which some version has this content."""
    return await repository.begun_as(uow.conn, sha256)


async def convert_to_paper(uow: UnitOfWork, entry_id: UUID, *, render: Render | None = None) -> Conversion:
    """Number and record a paper copy (RES-09). `render` makes its PDF, which is kept in the owner's vault too."""
    original = await entry(uow, entry_id)
    year = uow.now.astimezone(VN).year
    numbered = Numbered(
        number=f"{await repository.next_number(uow.conn, year):06d}/{year}/CĐ",
        token=secrets.token_urlsafe(24),
        at=uow.now,
        by=uow.actor.name,
        unit=uow.actor.unit,
    )
    paper = None if render is None else await _paper(uow, original, numbered, render)
    made = Conversion(
        id=uuid7(),
        number=numbered.number,
        token=numbered.token,
        entry_id=original.id,
        paper_id=paper.id if paper else None,
        sha256=original.sha256,
        converted_at=uow.now,
        converted_by=uow.actor.name,
        unit=uow.actor.unit,
    )
    await repository.add_conversion(uow.conn, made)
    await saw(
        uow, owner_id=original.owner_id, dossier_id=original.dossier_id, entry=original, purpose="chuyển đổi ra giấy"
    )
    await uow.audit("vault:entry:convert", str(original.id), {"number": made.number})
    await uow.emit(
        ConvertedToPaper(conversion_id=made.id, number=made.number, entry_id=original.id, owner_id=original.owner_id)
    )
    return made


async def _paper(uow: UnitOfWork, original: Entry, numbered: Numbered, render: Render) -> Entry:
    content = await render(numbered, original, await uow.storage.read(original.sha256))
    return await store(
        uow,
        content,
        owner_id=original.owner_id,
        kind=Kind.CONVERSION,
        name=f"{original.name} – bản giấy {numbered.number}.pdf".replace("/", "-"),
        media_type="application/pdf",
        retention=original.retention,
        dossier_id=original.dossier_id,
    )


async def conversion_by_token(uow: UnitOfWork, token: str) -> Conversion:
    """What a person who holds the paper may check; raises NoSuchConversion. No personal data in it."""
    found = await repository.conversions(uow.conn, token=token)
    if not found:
        raise NoSuchConversion
    return found[0]


async def conversions_of(uow: UnitOfWork, entry_id: UUID) -> tuple[Conversion, ...]:
    """All paper copies of a document."""
    return await repository.conversions(uow.conn, entry_id=entry_id)


async def conversions_after(uow: UnitOfWork, number: str = "", *, limit: int = 500) -> tuple[Conversion, ...]:
    """All paper copies page by page, by number."""
    return await repository.conversions_after(uow.conn, number, limit)
