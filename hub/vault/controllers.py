"""Documents over HTTP: upload, download by their owner, download by a signed address."""

import asyncio
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from hub.identity import Principal
from hub.kernel.actor import Actor
from hub.kernel.auth import citizen, signed_link
from hub.kernel.db import Database
from hub.kernel.errors import NotFound
from hub.kernel.incoming import on_disk
from hub.kernel.links import Links
from hub.kernel.signatures import Checker
from hub.kernel.storage import Content
from hub.settings import Settings
from hub.vault import antivirus, service, sharing, uploads
from hub.vault.errors import NoSuchEntry
from hub.vault.model import Entry, Kind, Occasion, Retention, Share, Wish
from hub.vault.reports import keep_report

AnyRequest = Request[Principal, str, State]


class Uploaded(msgspec.Struct, frozen=True, kw_only=True):
    """The stored file; `id` is what a submission names."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str


async def keep(
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    checker: NamedDependency[Checker],
    principal: Principal,
    name: str,
    file: Path,
    *,
    dossier_id: UUID | None = None,
) -> Entry:
    """Look at what a file really is, scan it, store it for its owner with the report on its signatures (SUB-11).

    Raises UploadRefused, Infected.
    """
    media_type = await asyncio.to_thread(uploads.inspect, name, file, max_bytes=settings.upload_max_bytes)
    await antivirus.scanner(settings.clamd_address).scan(name, file)
    report = await checker.check(file, db.now()) if media_type is uploads.MediaType.PDF else None
    async with db.begin(principal.actor) as uow:
        entry = await service.store(
            uow,
            file,
            owner_id=principal.id,
            kind=Kind.COMPONENT,
            name=uploads.safe_name(name),
            media_type=media_type,
            retention=Retention.DRAFT,
            dossier_id=dossier_id,
        )
        if report is not None:
            await keep_report(uow, entry.id, report, occasion=Occasion.UPLOAD)
    return entry


class Documents(Controller):
    """`/api/v1/files`: the body is the file itself, `name` its name."""

    path = "/api/v1/files"
    guards = (citizen,)
    tags = ("Tệp / Files",)

    @post("/", status_code=201)
    async def upload(
        self,
        request: AnyRequest,
        name: FromQuery[str],
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        checker: NamedDependency[Checker],
    ) -> Uploaded:
        """Upload one file."""
        async with on_disk(request.stream()) as file:
            entry = await keep(db, settings, checker, request.user, name, file)
        return Uploaded(
            id=str(entry.id), name=entry.name, media_type=entry.media_type, size=entry.size, sha256=entry.sha256
        )

    @get("/{entry_id:uuid}")
    async def download(self, request: AnyRequest, entry_id: FromPath[UUID], db: NamedDependency[Database]) -> Stream:
        """One's own document; somebody else's is 404."""
        async with db.begin(request.user.actor) as uow:
            entry = await service.entry(uow, entry_id)
            if entry.owner_id != request.user.id:
                raise NoSuchEntry
            content = await service.stream(uow, entry_id, purpose="Chủ tài liệu tải về")
        return as_file(entry, content)


@get("/tep/{entry_id:uuid}", guards=[signed_link], include_in_schema=False)
async def by_link(
    entry_id: FromPath[UUID],
    db: NamedDependency[Database],
    links: NamedDependency[Links],
    cho: FromQuery[str] = "",
    han: FromQuery[int] = 0,
    ky: FromQuery[str] = "",
) -> Stream:
    """A file by its signed address: for partners who pull what a message names."""
    if not links.holds(entry_id, cho, han, ky):
        raise NotFound(
            "file.link-lapsed",
            "Địa chỉ tải tệp không đúng hoặc đã hết hạn. Hãy lấy địa chỉ mới từ hồ sơ.",
            "This file address is wrong or has lapsed. Take a new one from the dossier.",
        )
    async with db.begin(Actor(kind="machine", id=cho, name=links.title(cho))) as uow:
        entry = await service.entry(uow, entry_id)
        content = await service.stream(uow, entry_id, purpose="đồng bộ hồ sơ")
    return as_file(entry, content)


def as_file(entry: Entry, content: Content) -> Stream:
    """With its name, never shown as a page."""
    name = quote(entry.name)
    return Stream(
        content,
        media_type=entry.media_type,
        headers={
            "content-length": str(content.size),
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
        },
    )


class SharedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A share as its owner sees it, or as its receiver does. `ended`: "", "lapsed", "revoked" or "used"."""

    id: str
    entry_id: str
    name: str
    purpose: str
    one_time: bool
    id_number: str
    made_at: datetime
    expires_at: datetime
    ended: str
    url: str = ""


class Shares(Controller):
    """`/api/v1/shares`: what I show to others (RES-06, OPS-07); `/received`: what others show to me."""

    path = "/api/v1/shares"
    guards = (citizen,)
    tags = ("Chia sẻ tài liệu / Shares",)

    @post("/", status_code=201)
    async def make(
        self,
        request: AnyRequest,
        data: JSONBody[Wish],
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> SharedDocument:
        """For a link, `url` is told here and never again."""
        async with db.begin(request.user.actor) as uow:
            made, token = await sharing.share(uow, request.user.id, data)
            return _told(made, uow.now, url=f"{settings.hub_url}/chia-se/{token}" if token else "")

    @get("/")
    async def mine(self, request: AnyRequest, db: NamedDependency[Database]) -> list[SharedDocument]:
        """Ended ones too, newest first, at most 50."""
        async with db.read() as uow:
            return [_told(each, uow.now) for each in await sharing.shares_of(uow, request.user.id)]

    @delete("/{share_id:uuid}")
    async def revoke(self, request: AnyRequest, share_id: FromPath[UUID], db: NamedDependency[Database]) -> None:
        """It opens no more."""
        async with db.begin(request.user.actor) as uow:
            await sharing.revoke(uow, request.user.id, share_id)

    @get("/received")
    async def received(self, request: AnyRequest, db: NamedDependency[Database]) -> list[SharedDocument]:
        """What opens for me now."""
        async with db.read() as uow:
            return [_told(each, uow.now) for each in await sharing.shared_with(uow, request.user.id)]

    @post("/received/{share_id:uuid}/file", status_code=200)
    async def take(self, request: AnyRequest, share_id: FromPath[UUID], db: NamedDependency[Database]) -> Stream:
        """The document. POST, because a one-time share is used up by it and the owner is told."""
        async with db.begin(request.user.actor) as uow:
            opened = await sharing.for_citizen(uow, request.user.id, share_id)
            entry, content = await sharing.use(uow, opened)
        return as_file(entry, content)


def _told(each: Share, now: datetime, *, url: str = "") -> SharedDocument:
    return SharedDocument(
        id=str(each.id),
        entry_id=str(each.entry_id),
        name=each.name,
        purpose=each.purpose,
        one_time=each.one_time,
        id_number=each.grantee_number or "",
        made_at=each.made_at,
        expires_at=each.expires_at,
        ended=each.ended_by(now),
        url=url,
    )
