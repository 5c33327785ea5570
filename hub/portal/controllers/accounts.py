"""Registering, logging in and out, the forced change of password."""

from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect, Response

from hub import identity
from hub.kernel.actor import Actor
from hub.kernel.auth import COOKIE, anyone, logged_in, token_of
from hub.kernel.db import Database
from hub.kernel.errors import Problem
from hub.portal.controllers.public import local
from hub.portal.forms import account
from hub.portal.forms.reading import typed
from hub.portal.rendering import Portal, go, page, speech_of
from hub.portal.speech import Speech
from hub.portal.views.form import FormPage

AnyRequest = Request[Any, Any, Any]
_VISITOR = Actor(kind="system", id="visitor", name="Khách")


class AccountPages(Controller):
    """`/dang-nhap`, `/dang-ky`, `/doi-mat-khau`, `/dang-xuat`."""

    include_in_schema = False

    @get("/dang-nhap", guards=[anyone])
    async def ask_to_log_in(
        self, request: AnyRequest, back: Annotated[str, QueryParameter(name="ve")] = ""
    ) -> Response[str]:
        """Empty."""
        return page(request, "account/log_in.html", it=_log_in_page(speech_of(request), back=back))

    @post("/dang-nhap", guards=[anyone])
    async def log_in(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[Any]:
        """Opens a session; a failure is counted and says no more than that it failed."""
        given = await typed(request)
        t = speech_of(request)
        try:
            async with db.begin(_VISITOR) as uow:
                principal = await identity.log_in(uow, given.get("login", ""), await _secret(request, "password"))
                token = await identity.open_session(uow, principal)
        except Problem as problem:
            it = _log_in_page(t, login=given.get("login", ""), error=account.said(problem, t), back=given.get("ve", ""))
            return page(request, "account/log_in.html", status=problem.status, it=it)
        return _with_session(request, go(request, _first_page(principal, given.get("ve", ""))), token)

    @get("/dang-ky", guards=[anyone])
    async def ask_to_register(self, request: AnyRequest) -> Response[str]:
        """Empty."""
        return page(request, "form.html", it=_registration_page(speech_of(request), {}, {}))

    @post("/dang-ky", guards=[anyone])
    async def register(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[Any]:
        """Everything wrong at once; then a session right away."""
        given = await typed(request)
        t = speech_of(request)
        wanted = identity.Registration(
            name=given.get("name", ""),
            id_number=given.get("id_number", ""),
            phone=given.get("phone", ""),
            email=given.get("email", ""),
            address=given.get("address", ""),
            password=await _secret(request, "password"),
            declared=given.get("declared", "") == "1",
        )
        errors = account.errors_of(identity.problems_of(wanted, db.now()), t)
        if not errors:
            try:
                async with db.begin(_VISITOR) as uow:
                    made = await identity.register(uow, wanted)
                    principal = await identity.log_in(uow, made.login, wanted.password)
                    token = await identity.open_session(uow, principal)
                return _with_session(request, go(request, "/thu-tuc", notice="registered"), token)
            except Problem as problem:
                errors = {problem.field or "id_number": account.said(problem, t)}
        return page(request, "form.html", status=422, it=_registration_page(t, given, errors))

    @get("/doi-mat-khau", guards=[logged_in])
    async def ask_for_password(self, request: AnyRequest) -> Response[str]:
        """ACC-07."""
        return page(request, "form.html", it=_change_page(request, {}))

    @post("/doi-mat-khau", guards=[logged_in])
    async def change_password(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[Any]:
        """Every other session ends."""
        old, new = await _secret(request, "old"), await _secret(request, "new")
        try:
            async with db.begin(request.user.actor) as uow:
                await identity.change_password(uow, request.user, old, new, token=token_of(request))
        except Problem as problem:
            field = "new" if problem.field == "password" else "old"
            wrong = {field: account.said(problem, speech_of(request))}
            return page(request, "form.html", status=problem.status, it=_change_page(request, wrong))
        return go(request, _first_page(request.user, ""), notice="password_changed")

    @post("/dang-xuat", guards=[anyone])
    async def log_out(self, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
        """Nothing happens when there is no session."""
        async with db.begin(_VISITOR) as uow:
            await identity.close_session(uow, token_of(request))
        answer = go(request, "/", notice="logged_out")
        answer.delete_cookie(COOKIE)
        return answer


def _log_in_page(t: Speech, *, login: str = "", error: str = "", back: str = "") -> FormPage:
    return FormPage(
        title=t("account.log_in"),
        lead=t("account.log_in_lead"),
        action="/dang-nhap",
        button=t("account.log_in"),
        fields=account.log_in(t, login, error),
        errors=account.summary({"login": error}) if error else (),
        hidden=(("ve", local(back)),) if back else (),
    )


def _registration_page(t: Speech, given: dict[str, str], errors: dict[str, str]) -> FormPage:
    return FormPage(
        title=t("account.register_title"),
        lead=t("account.register_lead"),
        action="/dang-ky",
        button=t("account.register"),
        fields=account.registration(t, given, errors),
        errors=account.summary(errors),
    )


def _change_page(request: AnyRequest, errors: dict[str, str]) -> FormPage:
    t = speech_of(request)
    return FormPage(
        title=t("account.change_title"),
        lead=t("account.change_lead") if request.user.must_change_password else "",
        action="/doi-mat-khau",
        button=t("account.change"),
        fields=account.change(t, errors),
        errors=account.summary(errors),
    )


def _first_page(principal: identity.Principal, back: str) -> str:
    if back and local(back) != "/":
        return local(back)
    if principal.kind == "citizen":
        return "/ho-so"
    if "operator" in principal.roles:
        return "/van-hanh"
    return "/viec" if principal.roles & {"specialist", "leader", "clerk"} else "/can-bo"


async def _secret(request: AnyRequest, name: str) -> str:
    """As typed: a password is neither trimmed nor normalised here."""
    value = (await request.form()).get(name, "")
    return value if isinstance(value, str) else ""


def _with_session(request: AnyRequest, answer: Redirect, token: str) -> Redirect:
    portal: Portal = request.state.portal
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=portal.secure_cookies, path="/")
    return answer
