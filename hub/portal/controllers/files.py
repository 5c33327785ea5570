"""Files of people: taken in, shown, downloaded."""

import asyncio
from urllib.parse import quote
from uuid import UUID

from litestar.di import NamedDependency
from litestar.response import Stream

from hub import vault
from hub.identity import Principal
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.signatures import Checker
from hub.kernel.storage import Content
from hub.portal.forms.reading import Incoming
from hub.settings import Settings

_SHOWN = ("application/pdf", "image/jpeg", "image/png")
_OWN_FRAMES = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


async def keep(
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    checker: NamedDependency[Checker],
    principal: Principal,
    sent: Incoming,
) -> vault.Entry:
    """Look at what it really is, scan it, store it for its owner with the report on its signatures (SUB-11).

    Raises UploadRefused, Infected, AntivirusAway.
    """
    media_type = await asyncio.to_thread(vault.inspect, sent.name, sent.file, max_bytes=settings.upload_max_bytes)
    await vault.scanner(settings.clamd_address).scan(sent.name, sent.file)
    report = await checker.check(sent.file, db.now()) if media_type is vault.MediaType.PDF else None
    async with db.begin(principal.actor) as uow:
        entry = await vault.store(
            uow,
            sent.file,
            owner_id=principal.id,
            kind=vault.Kind.COMPONENT,
            name=vault.safe_name(sent.name),
            media_type=media_type,
            retention=vault.Retention.DRAFT,
        )
        if report is not None:
            await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.UPLOAD)
    return entry


async def standing(uow: UnitOfWork, entry_id: UUID) -> vault.Entry:
    """A result as it stands, its long-term data renewed; anything else as it was asked for. Raises NoSuchEntry."""
    entry = await vault.entry(uow, entry_id)
    return (await vault.current(uow, [entry_id]))[entry_id] if entry.kind is vault.Kind.RESULT else entry


def shown(entry: vault.Entry, content: Content) -> Stream:
    """In the browser if it is a kind that cannot carry script into our pages, else as a download."""
    return _answer(entry, content, "inline" if entry.media_type in _SHOWN else "attachment")


def downloaded(entry: vault.Entry, content: Content) -> Stream:
    """With its name."""
    return _answer(entry, content, "attachment")


def _answer(entry: vault.Entry, content: Content, way: str) -> Stream:
    """Read piece by piece while it goes out. Damage further on cuts the answer short of its length."""
    return Stream(
        content,
        media_type=entry.media_type,
        headers={
            "Content-Length": str(content.size),
            "Content-Disposition": f"{way}; filename*=UTF-8''{quote(entry.name)}",
            "Content-Security-Policy": _OWN_FRAMES,
            "X-Frame-Options": "SAMEORIGIN",
            "Cache-Control": "private, no-store",
        },
    )
