"""Paper results become electronic, electronic originals are copied: both signed by the agency (RES-07, SUB-02)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Response, Stream

from hub import dossier, result, sealing, vault
from hub.kernel.auth import officer
from hub.kernel.db import Database
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.portal.builders import copies as words
from hub.portal.controllers.files import shown, standing
from hub.portal.forms.account import said, summary
from hub.portal.forms.reading import typed, uploaded
from hub.portal.rendering import go, page, speech_of
from hub.portal.views.common import Link
from hub.portal.views.form import FormPage
from hub.settings import Settings

AnyRequest = Request[Any, Any, Any]
Copying = NamedDependency[SkipValidation[sealing.CopyDesk]]


class CopyPages(Controller):
    """`/so-hoa`."""

    path = words.HERE
    include_in_schema = False
    guards = (officer("counter", "head", "clerk"),)

    @get("/")
    async def start(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """What can be made, and what I made."""
        async with db.read() as uow:
            made = await sealing.copies_made_by(uow, request.user.id)
        return page(request, "copies/start.html", it=words.start_page(made, speech_of(request)))

    @get("/ban-giay")
    async def ask_for_paper(self, request: AnyRequest) -> Response[str]:
        """The scan and what stands on the paper."""
        return _paper_form(request, {}, {})

    @post("/ban-giay")
    async def digitise(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        copying: Copying,
    ) -> Response[Any]:
        """Checked, compared and declared, signed twice, stored."""
        given, file = await typed(request), await uploaded(request, "file")
        t = speech_of(request)
        if file is None:
            return _paper_form(request, given, {"file": t("copy.file_needed")})
        try:
            vault.inspect(file.name, file.data, allowed=(vault.MediaType.PDF,), max_bytes=settings.upload_max_bytes)
            await vault.scanner(settings.clamd_address).scan(file.name, file.data)
            case = await _case(db, given.get("case", ""), request.user.agency_code)
            copy, _ = await sealing.digitise(
                db,
                copying,
                request.user.actor,
                words.paper_of(given),
                file.data,
                owner_number=given.get("owner", ""),
                case=case,
            )
        except NotFound:
            return _paper_form(request, given, {"case": t("copy.no_case")})
        except Invalid as problem:
            return _paper_form(request, given, {problem.field: said(problem, t)})
        return go(request, f"{words.HERE}/{copy.id}", notice="digitised")

    @get("/ban-sao")
    async def ask_for_code(self, request: AnyRequest) -> Response[str]:
        """Of which result."""
        return _extract_form(request, {}, {})

    @post("/ban-sao")
    async def extract(self, request: AnyRequest, db: NamedDependency[Database], copying: Copying) -> Response[Any]:
        """A certified copy, into the owner's vault."""
        given, t = await typed(request), speech_of(request)
        code = given.get("code", "")
        try:
            async with db.read() as uow:
                original = await result.by_code(uow, code)
                await dossier.of_desk(uow, request.user.agency_code, original.dossier_id)
            copy = await sealing.extract(db, copying, request.user.actor, code)
        except NotFound:
            return _extract_form(request, given, {"code": t("copy.no_result")})
        except Conflict as problem:
            return _extract_form(request, given, {"code": said(problem, t)})
        return go(request, f"{words.HERE}/{copy.id}", notice="copied")

    @get("/{copy_id:uuid}")
    async def show(self, request: AnyRequest, db: NamedDependency[Database], copy_id: FromPath[UUID]) -> Response[str]:
        """What was made."""
        async with db.read() as uow:
            copy = await sealing.made_copy(uow, copy_id, request.user.id)
            entry = await standing(uow, copy.entry_id)
        return page(request, "copies/show.html", it=words.copy_page(copy, entry, speech_of(request)))

    @get("/{copy_id:uuid}/tep")
    async def file(self, request: AnyRequest, db: NamedDependency[Database], copy_id: FromPath[UUID]) -> Stream:
        """The signed copy; the owner sees that it was opened."""
        async with db.begin(request.user.actor) as uow:
            copy = await sealing.made_copy(uow, copy_id, request.user.id)
            entry = await standing(uow, copy.entry_id)
            content = await vault.stream(uow, entry.id, purpose="số hóa, cấp bản sao")
        return shown(entry, content)


async def _case(db: NamedDependency[Database], code: str, agency_code: str) -> sealing.Case | None:
    """A dossier of this agency, or none named; raises NotFound."""
    if not code:
        return None
    async with db.read() as uow:
        found = await dossier.of_desk(uow, agency_code, (await dossier.by_code(uow, code)).id)
    return sealing.Case(
        id=found.id,
        code=found.code or found.reference,
        owner_id=found.owner_id,
        agency_code=found.agency_code,
        agency_name=found.agency_name,
    )


def _paper_form(request: AnyRequest, given: dict[str, str], wrong: dict[str, str]) -> Response[str]:
    t = speech_of(request)
    it = FormPage(
        title=t("copy.digitise_title"),
        lead=t("copy.digitise_lead"),
        action=f"{words.HERE}/ban-giay",
        button=t("copy.digitise_button"),
        fields=words.paper_fields(t, given, wrong),
        errors=summary(wrong),
        uploads=True,
        back=Link(text=t("nav.copies"), href=words.HERE),
    )
    return page(request, "form.html", status=422 if wrong else 200, it=it)


def _extract_form(request: AnyRequest, given: dict[str, str], wrong: dict[str, str]) -> Response[str]:
    t = speech_of(request)
    it = FormPage(
        title=t("copy.extract_title"),
        lead=t("copy.extract_lead"),
        action=f"{words.HERE}/ban-sao",
        button=t("copy.extract_button"),
        fields=words.extract_fields(t, given, wrong),
        errors=summary(wrong),
        back=Link(text=t("nav.copies"), href=words.HERE),
    )
    return page(request, "form.html", status=422 if wrong else 200, it=it)
