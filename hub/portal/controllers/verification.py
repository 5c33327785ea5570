"""Anyone checks a paper: by the QR code on it, or by typing the code below (RES-10)."""

from typing import Annotated, Any
from urllib.parse import quote

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, SkipValidation
from litestar.response import Response, Stream

from hub import portfolio, result, sealing, vault
from hub.kernel.actor import Actor, system
from hub.kernel.auth import anyone
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Invalid, NotFound, TooMany
from hub.kernel.signatures import Checker
from hub.portal.builders.verification import renewal_of, strangers_page, unknown, upload_form, verification_page
from hub.portal.controllers.files import downloaded, standing
from hub.portal.forms.account import said
from hub.portal.forms.field import Field, FormError
from hub.portal.rendering import go, page, speech_of
from hub.portal.views.form import FormPage

AnyRequest = Request[Any, Any, Any]
Asks = NamedDependency[SkipValidation[portfolio.Asking]]
_VERIFIER = system("xac-minh")


class VerificationPages(Controller):
    """`/xac-minh/<token>`; the token stands on the paper, so whoever has it holds the paper."""

    include_in_schema = False
    guards = (anyone,)

    @get("/xac-minh")
    async def ask(
        self, request: AnyRequest, token: Annotated[str | None, QueryParameter(name="ma")] = None
    ) -> Response[Any]:
        """The code, typed."""
        t = speech_of(request)
        if token and token.strip():
            return go(request, f"/xac-minh/{_token(token)}")
        error = t("verify.needed") if token is not None else ""
        it = FormPage(
            title=t("verify.title"),
            lead=t("verify.lead"),
            action="/xac-minh",
            button=t("verify.button"),
            fields=(Field(name="ma", label=t("verify.code"), error=error),),
            errors=(FormError(text=error, field="ma"),) if error else (),
        )
        return page(request, "result/ask.html", status=422 if error else 200, it=it)

    @get("/kiem-tra-chu-ky")
    async def choose(self, request: AnyRequest) -> Response[str]:
        """Anybody's own file."""
        return page(request, "form.html", it=upload_form(speech_of(request)))

    @post("/kiem-tra-chu-ky", status_code=303, request_max_body_size=None)
    async def take(self, request: AnyRequest, asking: Asks) -> Response[Any]:
        """Taken, and verified at once or by a worker; the report has an address of its own."""
        t = speech_of(request)
        try:
            async with portfolio.received(request, asking.most) as given:
                token = await asking.verify_and_keep(given)
        except (Invalid, TooMany) as refusal:
            return page(request, "form.html", status=refusal.status, it=upload_form(t, said(refusal, t)))
        return go(request, f"/kiem-tra-chu-ky/{token}")

    @get("/kiem-tra-chu-ky/{token:str}")
    async def reported(self, request: AnyRequest, asking: Asks, token: FromPath[str]) -> Response[str]:
        """The report as a page, with the same as PDF, XML and JSON to take away."""
        it = strangers_page(await asking.asked(token), token, speech_of(request))
        return page(request, "result/verify.html", it=it)

    @get("/xac-minh/{token:str}")
    async def verify(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        checker: NamedDependency[Checker],
        token: FromPath[str],
    ) -> Response[str]:
        """Checked anew, now: the verdict is never a stored one."""
        t = speech_of(request)
        try:
            async with db.read() as uow:
                known, conversion, entry = await _paper(uow, token)
                copy = await sealing.copy_of_entry(uow, entry.id)
                stands = await standing(uow, entry.id)
                data = await uow.storage.read(stands.sha256)
        except NotFound:
            return page(request, "result/verify.html", status=404, it=unknown(t))
        report = await checker.check(data, db.now())
        renewal = renewal_of(entry, stands, f"/xac-minh/{token}/tep-goc")
        it = verification_page(
            report,
            entry,
            t,
            known=known,
            conversion=conversion,
            copy=copy,
            download=f"/xac-minh/{token}/tep",
            renewal=renewal,
        )
        return page(request, "result/verify.html", it=it)

    @get("/xac-minh/{token:str}/tep")
    async def original(self, request: AnyRequest, db: NamedDependency[Database], token: FromPath[str]) -> Stream:
        """The electronic original, to be checked with one's own tools. The owner sees that it was fetched."""
        async with db.begin(_who(request)) as uow:
            _, _, entry = await _paper(uow, token)
            stands = await standing(uow, entry.id)
            content = await vault.stream(uow, stands.id, purpose="Xác minh bằng mã trên bản giấy")
        return downloaded(stands, content)

    @get("/xac-minh/{token:str}/tep-goc")
    async def issued(self, request: AnyRequest, db: NamedDependency[Database], token: FromPath[str]) -> Stream:
        """The file as it was issued, before its long-term data were renewed: proofs and paper copies name its digest."""
        async with db.begin(_who(request)) as uow:
            _, _, entry = await _paper(uow, token)
            content = await vault.stream(uow, entry.id, purpose="Xác minh bằng mã trên bản giấy")
        return downloaded(entry, content)


def _who(request: AnyRequest) -> Actor:
    return request.user.actor if request.user is not None else _VERIFIER


def _token(typed: str) -> str:
    """The token alone, also out of the whole address that a QR code holds."""
    return quote(typed.strip().partition("#")[0].rstrip("/").rpartition("/")[2], safe="")


async def _paper(
    uow: UnitOfWork, token: str
) -> tuple[result.PublicVerification | None, vault.Conversion | None, vault.Entry]:
    """By a result's token, a paper copy's or an electronic copy's; raises NotFound."""
    try:
        known = await result.by_token(uow, token)
    except NotFound:
        try:
            conversion = await vault.conversion_by_token(uow, token)
        except NotFound:
            return await _copy(uow, token)
        entry = await vault.entry(uow, conversion.entry_id)
        return await _of_entry(uow, entry), conversion, entry
    issued = await result.by_code(uow, known.code)
    return known, None, await vault.entry(uow, issued.entry_id)


async def _copy(uow: UnitOfWork, token: str) -> tuple[result.PublicVerification | None, None, vault.Entry]:
    """By the token of a digitised result or a certified copy; what became of its original counts for it."""
    copy = await sealing.copy_by_token(uow, token)
    known = None
    if copy.original_code:
        known = await result.by_token(uow, (await result.by_code(uow, copy.original_code)).token)
    return known, None, await vault.entry(uow, copy.entry_id)


async def _of_entry(uow: UnitOfWork, entry: vault.Entry) -> result.PublicVerification | None:
    """The result that an entry holds, if it is one."""
    if entry.dossier_id is None:
        return None
    found = await result.of_dossier(uow, entry.dossier_id, ended=True)
    token = next((each.token for each in found if each.entry_id == entry.id), None)
    return await result.by_token(uow, token) if token else None
