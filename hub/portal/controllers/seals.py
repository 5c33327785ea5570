"""Whose seal counts for a unit's results: one person proposes, another approves (RES-01)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from hub import profiles, result
from hub.kernel.auth import officer
from hub.kernel.clock import VN
from hub.kernel.db import Database
from hub.kernel.errors import Invalid
from hub.portal.builders import seals as words
from hub.portal.forms.account import said
from hub.portal.forms.reading import typed, uploaded
from hub.portal.rendering import go, page, speech_of
from hub.profiles import Unit

AnyRequest = Request[Any, Any, Any]


class SealPages(Controller):
    """`/con-dau`: an operator sees every unit's, others those of their agency."""

    path = words.HERE
    include_in_schema = False
    guards = (officer("clerk", "leader", "head", "operator"),)

    @get("/")
    async def show(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """Who proposed, who approved, what counts."""
        async with db.read() as uow:
            found = await result.seals(uow, agency_code=_agency(request))
        names = {each.code: each.name for each in _units(request, db)}
        today = db.now().astimezone(VN).date()
        it = words.seals_page(found, names, str(request.user.id), today, speech_of(request))
        return page(request, "seals/list.html", it=it)

    @get("/moi")
    async def ask(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """Which unit, which certificate, on what basis."""
        return page(request, "form.html", it=words.seal_form(_units(request, db), speech_of(request), {}, {}))

    @post("/moi")
    async def propose(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[Any]:
        """It counts when another person approves."""
        given, file, t = await typed(request), await uploaded(request, "certificate"), speech_of(request)
        units = _units(request, db)
        code = given.get("unit", "") if given.get("unit", "") in {each.code for each in units} else ""
        wrong = {} if file else {"certificate": t("seals.certificate_needed")}
        if file is not None:
            try:
                async with db.begin(request.user.actor) as uow:
                    await result.propose_seal(uow, code, file.data, basis=given.get("basis", ""))
            except Invalid as problem:
                wrong = {problem.field: said(problem, t)}
        if wrong:
            return page(request, "form.html", status=422, it=words.seal_form(units, t, given, wrong))
        return go(request, words.HERE, notice="seal_proposed")

    @post("/{seal_id:uuid}/duyet")
    async def approve(self, request: AnyRequest, db: NamedDependency[Database], seal_id: FromPath[UUID]) -> Redirect:
        """The second person's word."""
        async with db.begin(request.user.actor) as uow:
            await result.approve_seal(uow, seal_id, agency_code=_agency(request))
        return go(request, words.HERE, notice="seal_approved")

    @post("/{seal_id:uuid}/ket-thuc")
    async def end(self, request: AnyRequest, db: NamedDependency[Database], seal_id: FromPath[UUID]) -> Redirect:
        """Nothing that is signed after today."""
        async with db.begin(request.user.actor) as uow:
            await result.end_seal(uow, seal_id, agency_code=_agency(request))
        return go(request, words.HERE, notice="seal_ended")


def _agency(request: AnyRequest) -> str:
    """Whose seals this person may see and change; empty means all."""
    return "" if "operator" in request.user.roles else request.user.agency_code or "-"


def _units(request: AnyRequest, db: NamedDependency[Database]) -> tuple[Unit, ...]:
    units = profiles.terms_on(db.now().astimezone(VN).date()).units
    agency = _agency(request)
    return units if not agency else tuple(each for each in units if each.code == agency)
