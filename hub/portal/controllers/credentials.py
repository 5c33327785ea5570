"""Where an officer enters and checks the certificate that they sign with in an app (RES-01)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from hub import profiles, sealing
from hub.kernel.auth import officer
from hub.kernel.clock import VN
from hub.kernel.db import Database
from hub.kernel.errors import Away, Invalid, Problem
from hub.portal.builders import credentials as words
from hub.portal.controllers.signing import Signers
from hub.portal.forms.account import said
from hub.portal.forms.reading import typed
from hub.portal.rendering import go, page, speech_of

AnyRequest = Request[Any, Any, Any]


class CredentialPages(Controller):
    """`/van-ban-cho-ky/chung-thu`: everybody sees and changes their own."""

    path = words.HERE
    include_in_schema = False
    guards = (officer("counter", "specialist", "leader", "clerk", "head"),)

    @get("/")
    async def show(self, request: AnyRequest, db: NamedDependency[Database], studio: Signers) -> Response[str]:
        """Those in use."""
        async with db.read() as uow:
            found = await sealing.credentials(uow, officer_id=request.user.id)
        it = words.list_page(found, studio.doors, db.now(), speech_of(request))
        return page(request, "signing/credentials.html", it=it)

    @get("/moi")
    async def ask(self, request: AnyRequest, db: NamedDependency[Database], studio: Signers) -> Response[str]:
        """Which service, which account; with `thay` filled in as before."""
        given: dict[str, str] = {}
        async with db.read() as uow:
            for each in await sealing.credentials(uow, officer_id=request.user.id):
                if str(each.id) == request.query_params.get("thay"):
                    given = {"thay": str(each.id), "service": each.service.value, "account": each.account}
                    given["provider"] = each.provider
        return page(request, "form.html", it=words.ask_form(studio.doors, speech_of(request), given, {}))

    @post("/moi")
    async def choose(self, request: AnyRequest, db: NamedDependency[Database], studio: Signers) -> Response[str]:
        """What the service keeps for the account, to choose from."""
        given, t = await typed(request), speech_of(request)
        account = _account(given)
        try:
            found = await sealing.choices(studio, account, _owner(request, db), db.now())
        except (Invalid, Away) as problem:
            it = words.ask_form(studio.doors, t, given, {problem.field: said(problem, t)})
            return page(request, "form.html", status=problem.status, it=it)
        it = words.choice_form(found, account, given.get("thay", ""), t)
        return page(request, "signing/choose.html", status=422 if it.errors else 200, it=it)

    @post("/chon")
    async def enroll(self, request: AnyRequest, db: NamedDependency[Database], studio: Signers) -> Response[Any]:
        """The chosen one, asked for once more; the one before it goes in the same transaction."""
        given, t = await typed(request), speech_of(request)
        account, before = _account(given), _id(given.get("thay"))
        try:
            await sealing.enroll(db, studio, _owner(request, db), account, given.get("key", ""), instead_of=before)
        except (Invalid, Away) as problem:
            wrong = {"service" if problem.field == "key" else problem.field: said(problem, t)}
            it = words.ask_form(studio.doors, t, given, wrong)
            return page(request, "form.html", status=problem.status, it=it)
        return go(request, words.HERE, notice="credential_known")

    @post("/{credential_id:uuid}/kiem-tra")
    async def check(
        self, request: AnyRequest, db: NamedDependency[Database], studio: Signers, credential_id: FromPath[UUID]
    ) -> Redirect:
        """Ask the service now."""
        async with db.read() as uow:
            credential = await sealing.own_credential(uow, credential_id, request.user.id)
        try:
            await sealing.check_credential(studio, credential, _owner(request, db), db.now())
        except (Invalid, Away) as problem:
            return go(request, words.HERE, notice=_notice(problem))
        return go(request, words.HERE, notice="credential_good")

    @post("/{credential_id:uuid}/go")
    async def remove(
        self, request: AnyRequest, db: NamedDependency[Database], credential_id: FromPath[UUID]
    ) -> Redirect:
        """No new requests for it; what waits goes on."""
        async with db.begin(request.user.actor) as uow:
            await sealing.own_credential(uow, credential_id, request.user.id)
            await sealing.retire_credential(uow, credential_id)
        return go(request, words.HERE, notice="credential_removed")


def _notice(problem: Problem) -> str:
    """sealing.certificate-lapsed → credential_certificate_lapsed"""
    return f"credential_{problem.code.partition('.')[2].replace('-', '_')}"


def _account(given: dict[str, str]) -> sealing.Account:
    service = next((each for each in sealing.Service if each.value == given.get("service")), sealing.Service.SMARTCA)
    provider = given.get("provider", "") if service is sealing.Service.NEAC else ""
    return sealing.Account(service=service, name=given.get("account", "").strip(), provider=provider.strip())


def _owner(request: AnyRequest, db: NamedDependency[Database]) -> sealing.Owner:
    """A clerk answers for the agency's seal as well."""
    user = request.user
    unit = profiles.terms_on(db.now().astimezone(VN).date()).unit(user.agency_code)
    return sealing.Owner(
        officer_id=user.id,
        name=user.name,
        agency_code=user.agency_code,
        agency_name=unit.name if unit and "clerk" in user.roles else "",
        actor=user.actor,
    )


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
