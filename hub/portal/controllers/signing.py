"""Documents that wait for signatures: what the signer does in the app, what the asker sees meanwhile."""

from typing import Any
from uuid import UUID

import structlog
from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect, Response, Stream

from hub import sealing, vault
from hub.kernel.auth import officer
from hub.kernel.db import Database
from hub.kernel.errors import Conflict, Invalid
from hub.portal.builders import signing as words
from hub.portal.controllers.files import shown
from hub.portal.forms.account import said, summary
from hub.portal.forms.reading import typed, uploaded
from hub.portal.rendering import go, page, speech_of
from hub.portal.views.common import Link
from hub.portal.views.form import FormPage
from hub.settings import Settings

AnyRequest = Request[Any, Any, Any]
Signers = NamedDependency[SkipValidation[sealing.Studio]]
log = structlog.get_logger(__name__)


class SigningPages(Controller):
    """`/van-ban-cho-ky`."""

    path = words.HERE
    include_in_schema = False
    guards = (officer("counter", "specialist", "leader", "clerk", "head"),)

    @get("/")
    async def mine(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """Mine to sign first."""
        async with db.read() as uow:
            found = await sealing.of_officer(uow, request.user.id)
        return page(request, "signing/list.html", it=words.list_page(found, request.user.id, speech_of(request)))

    @get("/moi")
    async def form(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """What is to be signed, by whom."""
        return await _form(request, db, {}, {})

    @post("/moi")
    async def ask(
        self, request: AnyRequest, db: NamedDependency[Database], settings: NamedDependency[Settings], studio: Signers
    ) -> Response[Any]:
        """The request is noted first; whether the service answers now changes nothing about it."""
        given, file = await typed(request), await uploaded(request, "file")
        t = speech_of(request)
        if file is None:
            return await _form(request, db, given, {"file": t("signing.file_needed")})
        try:
            vault.inspect(file.name, file.data, allowed=(vault.MediaType.PDF,), max_bytes=settings.upload_max_bytes)
            await vault.scanner(settings.clamd_address).scan(file.name, file.data)
            async with db.begin(request.user.actor) as uow:
                credential = await sealing.credential_of(uow, _id(given.get("credential")), request.user.agency_code)
                entry = await sealing.take(uow, file.data, name=file.name, officer_id=request.user.id)
                asked = await sealing.ask(
                    uow,
                    entry_id=entry.id,
                    credential_id=credential.id,
                    face=face_of(given.get("face")),
                    title=entry.name.removesuffix(".pdf"),
                    words=given.get("words", ""),
                )
        except Invalid as problem:
            return await _form(request, db, given, {problem.field: said(problem, t)})
        await at_once(db, studio, asked.id)
        return go(request, f"{words.HERE}/{asked.id}", notice="signing_asked")

    @get("/{request_id:uuid}")
    async def show(
        self, request: AnyRequest, db: NamedDependency[Database], request_id: FromPath[UUID]
    ) -> Response[str]:
        """Where it stands; the page asks again by itself."""
        async with db.read() as uow:
            it = await sealing.seen_by(uow, request_id, request.user.id)
            story = await sealing.story(uow, request_id)
            entry = (await vault.versions(uow, it.document_id))[-1]
        shown_ = words.show_page(it, story, entry, request.user.id, speech_of(request))
        return page(request, "signing/show.html", it=shown_)

    @get("/{request_id:uuid}/tep")
    async def file(self, request: AnyRequest, db: NamedDependency[Database], request_id: FromPath[UUID]) -> Stream:
        """What is to be signed; once it is, what was signed."""
        async with db.begin(request.user.actor) as uow:
            it = await sealing.seen_by(uow, request_id, request.user.id)
            entry = await vault.entry(uow, it.signed_entry or it.entry_id)
            content = await vault.stream(uow, entry.id, purpose="xem văn bản chờ ký")
        return shown(entry, content)

    @post("/{request_id:uuid}/huy")
    async def cancel(self, request: AnyRequest, db: NamedDependency[Database], request_id: FromPath[UUID]) -> Redirect:
        """Whatever the app says later, nothing is signed."""
        try:
            async with db.begin(request.user.actor) as uow:
                await sealing.seen_by(uow, request_id, request.user.id)
                await sealing.cancel(uow, request_id)
        except Conflict:
            return go(request, f"{words.HERE}/{request_id}", notice="signing_over")
        return go(request, f"{words.HERE}/{request_id}", notice="signing_cancelled")

    @post("/{request_id:uuid}/ky-lai")
    async def again(
        self, request: AnyRequest, db: NamedDependency[Database], studio: Signers, request_id: FromPath[UUID]
    ) -> Redirect:
        """The same, as another request."""
        try:
            async with db.begin(request.user.actor) as uow:
                await sealing.seen_by(uow, request_id, request.user.id)
                fresh = await sealing.again(uow, request_id)
        except Conflict:
            return go(request, words.HERE, notice="signing_over")
        await at_once(db, studio, fresh.id)
        return go(request, f"{words.HERE}/{fresh.id}", notice="signing_asked")


async def _form(
    request: AnyRequest, db: NamedDependency[Database], given: dict[str, str], wrong: dict[str, str]
) -> Response[str]:
    t = speech_of(request)
    async with db.read() as uow:
        credentials = await sealing.credentials(uow, agency_code=request.user.agency_code)
    it = FormPage(
        title=t("signing.ask_title"),
        lead=t("signing.ask_lead"),
        action=f"{words.HERE}/moi",
        button=t("signing.ask_button"),
        fields=words.ask_fields(credentials, t, given, wrong),
        errors=summary(wrong),
        uploads=True,
        back=Link(text=t("nav.signing"), href=words.HERE),
    )
    return page(request, "form.html", status=422 if wrong else 200, it=it)


async def at_once(db: NamedDependency[Database], studio: Signers, request_id: UUID) -> None:
    """Straight to the app if the service answers; else the worker sees to it."""
    try:
        await sealing.begin(db, studio, request_id)
    except Exception:
        log.exception("signing.later", request=str(request_id))


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)


def face_of(text: str | None) -> sealing.Face:
    return next((face for face in sealing.Face if face.value == text), sealing.Face.LEADER)
