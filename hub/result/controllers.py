"""Results over HTTP: the owner's, the paper copy, and the check that anybody may ask for."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath

from hub import profiles, vault
from hub.identity import Principal
from hub.kernel.auth import anyone, citizen
from hub.kernel.clock import VN
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Invalid
from hub.kernel.signatures import Checker
from hub.result import service
from hub.result.errors import no_such_result
from hub.result.model import PublicVerification, Result
from hub.settings import Settings
from hub.vault.conversion import ConversionData, render_conversion
from signing import Report

AnyRequest = Request[Principal, str, State]


class Results(Controller):
    """`/api/v1/results`."""

    path = "/api/v1/results"
    tags = ("Kết quả / Results",)

    @get("/of/{dossier_id:uuid}", guards=[citizen])
    async def mine(self, request: AnyRequest, dossier_id: FromPath[UUID], db: Database) -> tuple[Result, ...]:
        """The results of one's own dossier."""
        async with db.read() as uow:
            found = await service.of_dossier(uow, dossier_id)
        return tuple(result for result in found if result.owner_id == request.user.id)

    @get("/{result_id:uuid}/paper", guards=[citizen])
    async def paper(
        self, request: AnyRequest, result_id: FromPath[UUID], db: Database, settings: Settings
    ) -> Response[bytes]:
        """The conversion to paper, with QR (RES-09)."""
        async with db.begin(request.user.actor) as uow:
            result = await service.get(uow, result_id)
            if result.owner_id != request.user.id:
                raise no_such_result()
            entry = await convert(uow, result, settings.hub_url)
            data = await vault.read(uow, entry, purpose="In bản giấy")
        return Response(data, media_type="application/pdf", headers={"cache-control": "private, no-store"})

    @get("/verify/{token:str}", guards=[anyone])
    async def public(self, token: FromPath[str], db: Database) -> PublicVerification:
        """What whoever holds a copy may check (RES-10)."""
        async with db.read() as uow:
            return await service.by_token(uow, token)


async def convert(uow: UnitOfWork, result: Result, hub_url: str) -> UUID:
    """The vault entry of a fresh paper copy."""
    terms = profiles.active().at(uow.now.astimezone(VN).date())
    centre = next(unit for unit in terms.units if unit.kind == "centre")

    async def render(numbered: vault.Numbered, _: vault.Entry, content: bytes) -> bytes:
        data = ConversionData(
            office=centre.name,
            address=centre.address or terms.contact.address,
            phone=centre.phone or terms.contact.phone,
            symbol=result.name.removesuffix(".pdf"),
            authority=result.organisation,
            signer=result.signer,
            signed_on=f"{result.signed_at.astimezone(VN):%d/%m/%Y}" if result.signed_at else "",
            result_code=result.code,
            verify_url=f"{hub_url}/xac-minh/{result.token}",
            footer=terms.names.footer,
            number=numbered.number,
            converted_at=numbered.at,
            converted_by=numbered.by,
            sha256=result.sha256,
            basis=terms.forms.conversion_basis,
        )
        return (await render_conversion(data, content)).pdf

    made = await vault.convert_to_paper(uow, result.entry_id, render=render)
    assert made.paper_id is not None  # a renderer was given
    return made.paper_id


@post("/api/v1/verify", guards=[anyone], status_code=200, tags=["Kiểm tra chữ ký / Verification"])
async def verify(request: Request[Any, Any, Any], checker: Checker, db: Database) -> Report:
    """Check every signature of a file; nothing of it is kept."""
    data = await request.body()
    if not data:
        raise Invalid(
            "verify.empty",
            "Chưa có nội dung tệp. Hãy gửi chính tệp cần kiểm tra trong thân yêu cầu.",
            "There is no file. Send the file itself as the body.",
        )
    return await checker.check(data, db.now())
