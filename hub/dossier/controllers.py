"""Dossiers over HTTP: the citizen's, the desk's, the public lookup."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub import payment
from hub.dossier import reading, reception, submission
from hub.dossier.model import Dossier, Submission
from hub.dossier.receipt import issue
from hub.dossier.task_controller import Tasks
from hub.identity import Principal
from hub.kernel import idempotency
from hub.kernel.auth import anyone, citizen, officer
from hub.kernel.db import Database

AnyRequest = Request[Principal, str, State]
desk = officer("counter", "head")

__all__ = ["Desk", "Mine", "Public", "Tasks"]


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The acknowledgement (SUB-05). `answer_by`: at the latest, the official reception is answered."""

    id: str
    reference: str
    code: str | None
    status: int
    submitted_at: str
    answer_by: str


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why, and which papers."""

    reason: Annotated[str, msgspec.Meta(examples=["Bản vẽ tách thửa thiếu trang 2"])]
    papers: tuple[str, ...] = ()


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The citizen's answer to a supplement request. `files`: component code → uploaded file id."""

    answer: str
    files: dict[str, UUID] = {}


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """A fee due before acceptance."""

    code: str
    name: str
    amount: int


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What is said to a citizen whose dossier is given back; may be empty."""

    note: Annotated[str, msgspec.Meta(examples=["Mời nhận lại bản giấy tại quầy số 3"])] = ""


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """How the result was handed over at the counter."""

    note: str = reception.AT_COUNTER


class Public(Controller):
    """What anybody may ask (LOOK-01, LOOK-02)."""

    path = "/api/v1/lookup"
    tags = ("Tra cứu / Lookup",)

    @get("/{code:str}", guards=[anyone])
    async def lookup(self, code: FromPath[str], db: NamedDependency[Database]) -> reading.Lookup:
        """The state of a dossier by its code or reference."""
        async with db.read() as uow:
            return await reading.lookup(uow, code)


class Mine(Controller):
    """A citizen's own dossiers."""

    path = "/api/v1/dossiers"
    guards = (citizen,)
    tags = ("Hồ sơ của tôi / My dossiers",)

    @post("/", status_code=201)
    async def submit(
        self, request: AnyRequest, data: JSONBody[Submission], db: NamedDependency[Database]
    ) -> Response[bytes]:
        """Submit. With `Idempotency-Key`, the same again gets the same answer; another body gets 422."""
        scope, key = f"submit:{request.user.id}", request.headers.get("idempotency-key", "")
        async with db.begin(request.user.actor) as uow:
            said = await idempotency.earlier(uow, scope, key, await request.body())
            if said is None:
                dossier = await submission.submit(uow, request.user.id, data)
                said = msgspec.json.encode(_sent(dossier))
                await idempotency.remember(uow, scope, key, 201, said)
        return Response(said, status_code=201, media_type="application/json")

    @get("/")
    async def mine(self, request: AnyRequest, db: NamedDependency[Database]) -> tuple[Dossier, ...]:
        """All of them, newest first."""
        async with db.read() as uow:
            return await reading.of_owner(uow, request.user.id)

    @get("/{dossier_id:uuid}")
    async def one(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: NamedDependency[Database]
    ) -> reading.Story:
        """One, whole; somebody else's is 404."""
        async with db.read() as uow:
            await reading.owned(uow, request.user.id, dossier_id)
            return await reading.story(uow, dossier_id)

    @post("/{dossier_id:uuid}/supplement", status_code=200)
    async def supplement(
        self, request: AnyRequest, dossier_id: FromPath[UUID], data: JSONBody[Answered], db: NamedDependency[Database]
    ) -> Dossier:
        """Answer a supplement request (DOS-09)."""
        async with db.begin(request.user.actor) as uow:
            return await submission.supplement(uow, request.user.id, dossier_id, answer=data.answer, files=data.files)

    @post("/{dossier_id:uuid}/withdraw", status_code=200)
    async def withdraw(
        self, request: AnyRequest, dossier_id: FromPath[UUID], data: JSONBody[Reason], db: NamedDependency[Database]
    ) -> Dossier:
        """Ask to have it back (DOS-17)."""
        async with db.begin(request.user.actor) as uow:
            return await submission.withdraw(uow, request.user.id, dossier_id, reason=data.reason)


class Desk(Controller):
    """The counter's work."""

    path = "/api/v1/desk"
    guards = (desk,)
    tags = ("Bộ phận Một cửa / One-stop desk",)

    @get("/queue")
    async def queue(self, request: AnyRequest, db: NamedDependency[Database]) -> tuple[Dossier, ...]:
        """What waits, most urgent first (SUB-07)."""
        async with db.read() as uow:
            return await reading.queue(uow, request.user.agency_code)

    @post("/dossiers/{dossier_id:uuid}/accept", status_code=200)
    async def accept(
        self,
        request: AnyRequest,
        dossier_id: FromPath[UUID],
        db: NamedDependency[Database],
        stationery: NamedDependency[issue.Stationery],
    ) -> Dossier:
        """Take in: code, due date, signed receipt (DOS-02, DOS-04)."""
        async with db.begin(request.user.actor) as uow:
            await reading.of_desk(uow, request.user.agency_code, dossier_id)
            await reception.accept(uow, dossier_id)
        await issue.issue_at_once(db, dossier_id, stationery)
        async with db.read() as uow:
            return await reading.get(uow, dossier_id)

    @post("/dossiers/{dossier_id:uuid}/supplement-request", status_code=200)
    async def ask(
        self, request: AnyRequest, dossier_id: FromPath[UUID], data: JSONBody[Reason], db: NamedDependency[Database]
    ) -> Dossier:
        """One full guidance (DOS-07)."""
        async with db.begin(request.user.actor) as uow:
            await reading.of_desk(uow, request.user.agency_code, dossier_id)
            return await reception.request_supplement(uow, dossier_id, reason=data.reason, papers=list(data.papers))

    @post("/dossiers/{dossier_id:uuid}/refuse", status_code=200)
    async def refuse(
        self, request: AnyRequest, dossier_id: FromPath[UUID], data: JSONBody[Reason], db: NamedDependency[Database]
    ) -> Dossier:
        """Not taken in, with reasons (DOS-14)."""
        async with db.begin(request.user.actor) as uow:
            await reading.of_desk(uow, request.user.agency_code, dossier_id)
            return await reception.refuse(uow, dossier_id, reason=data.reason)

    @post("/dossiers/{dossier_id:uuid}/hand-over", status_code=200)
    async def hand_over(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: NamedDependency[Database]
    ) -> Dossier:
        """To the department that decides (DOS-13)."""
        async with db.begin(request.user.actor) as uow:
            await reading.of_desk(uow, request.user.agency_code, dossier_id)
            return await reception.hand_over(uow, dossier_id)

    @post("/dossiers/{dossier_id:uuid}/require-payment", status_code=200)
    async def require_payment(
        self, request: AnyRequest, dossier_id: FromPath[UUID], data: JSONBody[Advance], db: NamedDependency[Database]
    ) -> Dossier:
        """The advance fee is due (DOS-08)."""
        item = payment.Item(code=data.code, name=data.name, amount=data.amount)
        async with db.begin(request.user.actor) as uow:
            await reading.of_desk(uow, request.user.agency_code, dossier_id)
            return await reception.require_payment(uow, dossier_id, items=(item,))

    @post("/dossiers/{dossier_id:uuid}/stop", status_code=200)
    async def stop(
        self, request: AnyRequest, dossier_id: FromPath[UUID], data: JSONBody[Agreed], db: NamedDependency[Database]
    ) -> Dossier:
        """The citizen asked to have it back: agreed (DOS-17)."""
        async with db.begin(request.user.actor) as uow:
            await reading.of_desk(uow, request.user.agency_code, dossier_id)
            return await reception.agree_withdrawal(uow, dossier_id, note=data.note)

    @post("/dossiers/{dossier_id:uuid}/return", status_code=200)
    async def hand_back(
        self, request: AnyRequest, dossier_id: FromPath[UUID], data: JSONBody[Handed], db: NamedDependency[Database]
    ) -> Dossier:
        """The result is in the citizen's hands (RES-04, DOS-19)."""
        async with db.begin(request.user.actor) as uow:
            await reading.of_desk(uow, request.user.agency_code, dossier_id)
            return await reception.return_result(uow, dossier_id, at=uow.now, cause=data.note)


def _sent(dossier: Dossier) -> Sent:
    return Sent(
        id=str(dossier.id),
        reference=dossier.reference,
        code=dossier.code,
        status=int(dossier.status),
        submitted_at=dossier.submitted_at.isoformat(),
        answer_by=dossier.ack_due_at.isoformat(),
    )
