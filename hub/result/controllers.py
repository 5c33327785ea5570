"""Results over HTTP: the owner's, the paper copy, and the check that anybody may ask for."""

from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub import vault
from hub.identity import Principal
from hub.kernel.auth import anyone, citizen
from hub.kernel.db import Database
from hub.result import service
from hub.result.code import Press
from hub.result.errors import no_such_result
from hub.result.model import PublicVerification, Result
from hub.result.paper import convert_to_paper

AnyRequest = Request[Principal, str, State]


class Results(Controller):
    """`/api/v1/results`."""

    path = "/api/v1/results"
    tags = ("Kết quả / Results",)

    @get("/of/{dossier_id:uuid}", guards=[citizen])
    async def mine(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: NamedDependency[Database]
    ) -> tuple[Result, ...]:
        """The results of one's own dossier."""
        async with db.read() as uow:
            found = await service.of_dossier(uow, dossier_id)
        return tuple(result for result in found if result.owner_id == request.user.id)

    @get("/{result_id:uuid}/paper", guards=[citizen])
    async def paper(
        self,
        request: AnyRequest,
        result_id: FromPath[UUID],
        db: NamedDependency[Database],
        press: NamedDependency[Press],
    ) -> Response[bytes]:
        """The conversion to paper, with QR (RES-09)."""
        async with db.begin(request.user.actor) as uow:
            result = await service.get(uow, result_id)
            if result.owner_id != request.user.id:
                raise no_such_result()
            made = await convert_to_paper(uow, result.code, symbol=result.name.removesuffix(".pdf"), press=press)
            data = await vault.read(uow, made.paper_id or result.entry_id, purpose="In bản giấy")
        return Response(data, media_type="application/pdf", headers={"cache-control": "private, no-store"})

    @get("/verify/{token:str}", guards=[anyone])
    async def public(self, token: FromPath[str], db: NamedDependency[Database]) -> PublicVerification:
        """What whoever holds a copy may check (RES-10)."""
        async with db.read() as uow:
            return await service.by_token(uow, token)


@get("/api/v1/papers/keys", guards=[anyone], tags=["Kết quả / Results"], media_type="application/jose")
async def paper_keys(db: NamedDependency[Database], press: NamedDependency[Press]) -> Response[bytes]:
    """The keys of the codes on paper copies, as a JWS: with them a copy is checked without network (RES-10)."""
    async with db.read() as uow:
        signed = await service.paper_keys(uow, press)
    return Response(signed, media_type="application/jose", headers={"cache-control": "no-cache"})
