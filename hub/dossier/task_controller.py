"""The inner steps over HTTP: an officer's own work list, one task, what they do with it, what they sign in the app."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from hub import vault
from hub.dossier import casework, signing
from hub.dossier.model import Deed, Dossier
from hub.dossier.signatures import Signatures
from hub.identity import Officer, Principal
from hub.kernel.auth import officer
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.incoming import on_disk
from hub.kernel.signatures import Checker
from hub.settings import Settings
from hub.workflow import Doer

AnyRequest = Request[Principal, str, State]
staff = officer("counter", "head", "specialist", "leader", "clerk")


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """To whom a task is given: an officer of the unit."""

    assignee: Annotated[UUID, msgspec.Meta(examples=["01a209be-a1fb-7d37-a7b2-758e06573600"])]


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What is said to whoever holds a task."""

    note: Annotated[str, msgspec.Meta(examples=["Hồ sơ đến hạn chiều nay, đề nghị trình trước 14 giờ"])]


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """The kept file; `id` is what a deed names as its `document`."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


class SigningState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a task's document is signed in the app, and what may be asked for now."""

    signatures: Signatures | None
    offers: tuple[signing.Offer, ...]


class Tasks(Controller):
    """The inner steps of internal procedures, for head, specialist, leader, clerk and counter (WFL-03 to WFL-08)."""

    path = "/api/v1/tasks"
    guards = (staff,)
    tags = ("Việc của tôi / My tasks",)

    @get("/")
    async def work_list(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
        offset: Annotated[int, QueryParameter(ge=0, le=100_000)] = 0,
        of: FromQuery[Literal["me", "unit"]] = "me",
    ) -> tuple[casework.Line, ...]:
        """What waits for me (or, for head and leader, for anybody in the unit), the nearest deadline first."""
        verb = casework.work_list if of == "me" else casework.unit_list
        async with db.read() as uow:
            return await verb(uow, casework.doer(request.user), limit=limit, offset=offset)

    @get("/{task_id:uuid}")
    async def one(self, request: AnyRequest, task_id: FromPath[UUID], db: NamedDependency[Database]) -> casework.InHand:
        """A task, its dossier, its history, and what I may do; another unit's is 404. Seen by the citizen."""
        async with db.begin(request.user.actor) as uow:
            it = await casework.in_hand(uow, casework.doer(request.user), task_id)
            await vault.saw(
                uow, owner_id=it.dossier.owner_id, dossier_id=it.dossier.id, what="Hồ sơ", purpose="giải quyết hồ sơ"
            )
            return it

    @get("/{task_id:uuid}/colleagues")
    async def colleagues(
        self, request: AnyRequest, task_id: FromPath[UUID], db: NamedDependency[Database]
    ) -> tuple[Officer, ...]:
        """To whom it may be given."""
        async with db.read() as uow:
            it = await casework.in_hand(uow, casework.doer(request.user), task_id)
            return await casework.colleagues(uow, it)

    @post("/{task_id:uuid}/files", status_code=201)
    async def attach(
        self,
        request: AnyRequest,
        task_id: FromPath[UUID],
        name: FromQuery[str],
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Attached:
        """A draft or a signed document: the body is the file itself. Its signatures are checked when it is issued."""
        async with on_disk(request.stream()) as file:
            kept = await casework.attach(db, settings, request.user, task_id, name=name, file=file)
        return Attached(id=kept.id, name=kept.name, media_type=kept.media_type, size=kept.size, sha256=kept.sha256)

    @post("/{task_id:uuid}/deed", status_code=200)
    async def act(
        self,
        request: AnyRequest,
        task_id: FromPath[UUID],
        data: JSONBody[Deed],
        db: NamedDependency[Database],
        checker: NamedDependency[Checker],
    ) -> Dossier:
        """Do it: one of the actions that the task offers."""
        async with db.begin(request.user.actor) as uow:
            return await casework.act(uow, casework.doer(request.user), task_id, data, checker=checker)

    @get("/{task_id:uuid}/signing")
    async def signatures(
        self, request: AnyRequest, task_id: FromPath[UUID], db: NamedDependency[Database]
    ) -> SigningState:
        """Signatures in the app: which are there, which one is awaited, which may be asked for. Seen by the citizen."""
        async with db.begin(request.user.actor) as uow:
            who = casework.doer(request.user)
            it = await casework.in_hand(uow, who, task_id)
            await vault.saw(
                uow, owner_id=it.dossier.owner_id, dossier_id=it.dossier.id, what="Hồ sơ", purpose="ký văn bản"
            )
            return await _signing(uow, who, it)

    @post("/{task_id:uuid}/signing", status_code=202)
    async def sign(
        self, request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[signing.Wish], db: NamedDependency[Database]
    ) -> SigningState:
        """To my app: the leader's signature approves the task when it is given (WFL-07), the seal makes it ready."""
        async with db.begin(request.user.actor) as uow:
            who = casework.doer(request.user)
            await signing.ask(uow, who, task_id, data)
            return await _signing(uow, who, await casework.in_hand(uow, who, task_id))

    @post("/{task_id:uuid}/signing/cancel", status_code=200)
    async def cancel(self, request: AnyRequest, task_id: FromPath[UUID], db: NamedDependency[Database]) -> SigningState:
        """Wait no longer; the task is free for every decision."""
        async with db.begin(request.user.actor) as uow:
            who = casework.doer(request.user)
            return await _signing(uow, who, await signing.cancel(uow, who, task_id))

    @post("/{task_id:uuid}/urging", status_code=200)
    async def urge(
        self, request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[Word], db: NamedDependency[Database]
    ) -> casework.InHand:
        """Head or leader urge whoever holds it (WFL-10)."""
        async with db.begin(request.user.actor) as uow:
            return await casework.urge(uow, casework.doer(request.user), task_id, data.note)

    @post("/{task_id:uuid}/claim", status_code=200)
    async def claim(
        self, request: AnyRequest, task_id: FromPath[UUID], db: NamedDependency[Database]
    ) -> casework.InHand:
        """Take what lies free on my desk."""
        async with db.begin(request.user.actor) as uow:
            return await casework.claim(uow, casework.doer(request.user), task_id)

    @post("/{task_id:uuid}/assignee", status_code=200)
    async def reassign(
        self, request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[Colleague], db: NamedDependency[Database]
    ) -> casework.InHand:
        """The head gives it to somebody else (WFL-03)."""
        async with db.begin(request.user.actor) as uow:
            return await casework.reassign(uow, casework.doer(request.user), task_id, data.assignee)


async def _signing(uow: UnitOfWork, who: Doer, it: casework.InHand) -> SigningState:
    return SigningState(signatures=it.signatures, offers=await signing.offers(uow, who, it))
