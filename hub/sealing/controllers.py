"""Signing requests over HTTP: an officer's own, and the call of a service that something happened."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from hub import vault
from hub.identity import Principal
from hub.kernel.auth import anyone, officer
from hub.kernel.db import Database
from hub.sealing import service
from hub.sealing.model import Credential, Face, Service
from hub.sealing.model import Request as SigningRequest
from hub.settings import Settings

AnyRequest = Request[Principal, str, State]
staff = officer("counter", "specialist", "leader", "clerk", "head")
operator = officer("operator")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A signing request as an API client sees it. `until`, `asked_at`: RFC 3339; `transaction`: the service's name."""

    id: UUID
    transaction: str
    title: str
    status: str
    face: str
    holder: str
    asked_at: str
    until: str
    cause: str
    signed_entry: UUID | None


class NewCredential(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate at a remote service and the officer who answers for it."""

    officer_id: UUID
    agency_code: Annotated[str, msgspec.Meta(examples=["H01.12"], min_length=1, max_length=40)]
    holder: Annotated[str, msgspec.Meta(examples=["Lê Thị Lãnh Đạo"], min_length=1, max_length=200)]
    service: Service
    account: Annotated[str, msgspec.Meta(examples=["089185000123"], min_length=1, max_length=200)]
    provider: Annotated[str, msgspec.Meta(examples=["VNPT-CA"], max_length=100)] = ""


class Signing(Controller):
    """`/api/v1/signing`."""

    path = "/api/v1/signing"
    tags = ("Ký số từ xa / Remote signing",)

    @get("/", guards=[staff])
    async def mine(self, request: AnyRequest, db: NamedDependency[Database]) -> tuple[Asked, ...]:
        """What I am to sign or have asked others to sign."""
        async with db.read() as uow:
            return tuple(_told(each) for each in await service.of_officer(uow, request.user.id))

    @get("/{request_id:uuid}", guards=[staff])
    async def one(self, request: AnyRequest, db: NamedDependency[Database], request_id: FromPath[UUID]) -> Asked:
        """How far it is."""
        async with db.read() as uow:
            return _told(await service.seen_by(uow, request_id, request.user.id))

    @post("/", status_code=202, guards=[staff])
    async def ask(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        name: FromQuery[str],
        credential: FromQuery[UUID],
        face: FromQuery[Face],
        words: FromQuery[str] = "",
        hours: Annotated[FromQuery[int], msgspec.Meta(ge=1, le=720)] = 24,
    ) -> Asked:
        """Have the PDF in the body signed by the holder of a certificate of my agency."""
        data = await request.body()
        vault.inspect(name, data, allowed=(vault.MediaType.PDF,), max_bytes=settings.upload_max_bytes)
        await vault.scanner(settings.clamd_address).scan(name, data)
        async with db.begin(request.user.actor) as uow:
            await service.credential_of(uow, credential, request.user.agency_code)
            entry = await service.take(uow, data, name=name, officer_id=request.user.id)
            asked = await service.ask(
                uow,
                entry_id=entry.id,
                credential_id=credential,
                face=face,
                title=name,
                words=words,
                patience=timedelta(hours=hours),
            )
        return _told(asked)

    @post("/{request_id:uuid}/cancel", status_code=200, guards=[staff])
    async def cancel(self, request: AnyRequest, db: NamedDependency[Database], request_id: FromPath[UUID]) -> Asked:
        """Wait no longer."""
        async with db.begin(request.user.actor) as uow:
            await service.seen_by(uow, request_id, request.user.id)
            return _told(await service.cancel(uow, request_id))

    @post("/{request_id:uuid}/again", status_code=202, guards=[staff])
    async def again(self, request: AnyRequest, db: NamedDependency[Database], request_id: FromPath[UUID]) -> Asked:
        """Ask once more after a refusal."""
        async with db.begin(request.user.actor) as uow:
            await service.seen_by(uow, request_id, request.user.id)
            return _told(await service.again(uow, request_id))

    @post("/notify/{transaction:str}", status_code=204, guards=[anyone])
    async def notify(self, db: NamedDependency[Database], transaction: FromPath[str]) -> Response[None]:
        """A service's webhook: look at this transaction now. Nothing in the body is believed; we ask the service."""
        async with db.begin(service.WEBHOOK) as uow:
            await service.nudge(uow, transaction)
        return Response(None, status_code=204)

    @get("/credentials", guards=[operator])
    async def credentials(self, db: NamedDependency[Database]) -> tuple[Credential, ...]:
        """Certificates in use."""
        async with db.read() as uow:
            return await service.credentials(uow)

    @post("/credentials", status_code=201, guards=[operator])
    async def know(
        self, request: AnyRequest, db: NamedDependency[Database], data: JSONBody[NewCredential]
    ) -> Credential:
        """An officer answers for this certificate."""
        async with db.begin(request.user.actor) as uow:
            return await service.know_credential(uow, **msgspec.structs.asdict(data))

    @post("/credentials/{credential_id:uuid}/retire", status_code=204, guards=[operator])
    async def retire(
        self, request: AnyRequest, db: NamedDependency[Database], credential_id: FromPath[UUID]
    ) -> Response[None]:
        """No new requests for it."""
        async with db.begin(request.user.actor) as uow:
            await service.retire_credential(uow, credential_id)
        return Response(None, status_code=204)


def _told(it: SigningRequest) -> Asked:
    return Asked(
        id=it.id,
        transaction=it.transaction,
        title=it.title,
        status=it.status.value,
        face=it.face.value,
        holder=it.holder,
        asked_at=it.asked_at.isoformat(),
        until=it.until.isoformat(),
        cause=it.cause or it.trouble,
        signed_entry=it.signed_entry,
    )
