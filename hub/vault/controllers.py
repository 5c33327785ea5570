"""Documents over HTTP: upload, download by their owner, download by a signed address."""

from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from hub.identity import Principal
from hub.kernel.actor import Actor
from hub.kernel.auth import citizen, signed_link
from hub.kernel.db import Database
from hub.kernel.errors import NotFound
from hub.kernel.links import Links
from hub.kernel.signatures import Checker
from hub.settings import Settings
from hub.vault import antivirus, service, uploads
from hub.vault.errors import NoSuchEntry
from hub.vault.model import Entry, Kind, Occasion, Retention
from hub.vault.reports import keep_report

AnyRequest = Request[Principal, str, State]
_PARTNER = Actor(kind="machine", id="signed-link", name="Hệ thống đối tác")


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
    data: bytes,
    *,
    dossier_id: UUID | None = None,
) -> Entry:
    """Look at what a file really is, scan it, store it for its owner with the report on its signatures (SUB-11).

    Raises UploadRefused, Infected.
    """
    media_type = uploads.inspect(name, data, max_bytes=settings.upload_max_bytes)
    await antivirus.scanner(settings.clamd_address).scan(name, data)
    report = await checker.check(data, db.now()) if media_type is uploads.MediaType.PDF else None
    async with db.begin(principal.actor) as uow:
        entry = await service.store(
            uow,
            data,
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
        entry = await keep(db, settings, checker, request.user, name, await request.body())
        return Uploaded(
            id=str(entry.id), name=entry.name, media_type=entry.media_type, size=entry.size, sha256=entry.sha256
        )

    @get("/{entry_id:uuid}")
    async def download(
        self, request: AnyRequest, entry_id: FromPath[UUID], db: NamedDependency[Database]
    ) -> Response[bytes]:
        """One's own document; somebody else's is 404."""
        async with db.begin(request.user.actor) as uow:
            entry = await service.entry(uow, entry_id)
            if entry.owner_id != request.user.id:
                raise NoSuchEntry
            data = await service.read(uow, entry_id, purpose="Chủ tài liệu tải về")
        return as_file(entry, data)


@get("/tep/{entry_id:uuid}", guards=[signed_link], include_in_schema=False)
async def by_link(
    entry_id: FromPath[UUID],
    db: NamedDependency[Database],
    links: NamedDependency[Links],
    han: FromQuery[int] = 0,
    ky: FromQuery[str] = "",
) -> Response[bytes]:
    """A file by its signed address: for partners who pull what a message names."""
    if not links.holds(entry_id, han, ky):
        raise NotFound(
            "file.link-lapsed",
            "Địa chỉ tải tệp không đúng hoặc đã hết hạn. Hãy lấy địa chỉ mới từ hồ sơ.",
            "This file address is wrong or has lapsed. Take a new one from the dossier.",
        )
    async with db.begin(_PARTNER) as uow:
        entry = await service.entry(uow, entry_id)
        data = await service.read(uow, entry_id, purpose="Đồng bộ cho hệ thống đối tác của hồ sơ")
    return as_file(entry, data)


def as_file(entry: Entry, data: bytes) -> Response[bytes]:
    """With its name, never shown as a page."""
    name = quote(entry.name)
    return Response(
        data,
        media_type=entry.media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
        },
    )
