"""What anyone may see: the first page, procedures, the style page, the language switch."""

import re
from typing import Annotated, Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response

from hub import catalog, dossier
from hub.kernel.auth import anyone
from hub.kernel.db import Database
from hub.portal import examples
from hub.portal.builders import procedure as words
from hub.portal.examples import citizen
from hub.portal.rendering import LANGUAGE_COOKIE, Portal, page, speech_of
from hub.portal.views.procedure import HomePage
from schemas.messages.dossier import Status

AnyRequest = Request[Any, Any, Any]
_FREQUENT = ("1.012784", "1.001193", "2.000635", "1.001612", "1.013831", "3.000333")
_YOURS = (Status.SUPPLEMENT_REQUESTED, Status.PAYMENT_REQUESTED)


class PublicPages(Controller):
    """No session needed."""

    include_in_schema = False
    guards = (anyone,)

    @get("/")
    async def home(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """One question, what waits, the fields."""
        t = speech_of(request)
        async with db.read() as uow:
            fields = await catalog.fields(uow)
            hits = [hit for code in _FREQUENT for hit in (await catalog.search(uow, code)).hits[:1]]
            waiting = 0
            if request.user is not None and request.user.kind == "citizen":
                mine = await dossier.of_owner(uow, request.user.id)
                waiting = sum(each.status in _YOURS for each in mine)
        it = HomePage(
            frequent=tuple(words.row(hit, t) for hit in hits),
            fields=words.chips(fields, "", "", t)[1:],
            waiting=waiting,
        )
        return page(request, "home.html", it=it)

    @get("/thu-tuc")
    async def search(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        q: FromQuery[str] = "",
        field: Annotated[str, QueryParameter(name="linh-vuc")] = "",
        number: Annotated[int, QueryParameter(name="trang", ge=1, le=1000)] = 1,
    ) -> Response[str]:
        """Accent-free, by name, code or field."""
        async with db.read() as uow:
            found = await catalog.search(uow, q, field=field, page=number)
            fields = await catalog.fields(uow)
        return page(
            request,
            "procedure/search.html",
            it=words.search_page(found, fields, q.strip(), field, speech_of(request)),
        )

    @get("/thu-tuc/{code:str}")
    async def procedure(self, request: AnyRequest, db: NamedDependency[Database], code: FromPath[str]) -> Response[str]:
        """One procedure, whole."""
        async with db.read() as uow:
            found = await catalog.procedure(uow, code)
        return page(request, "procedure/show.html", it=words.page(found, speech_of(request)))

    @get("/ngon-ngu/{language:str}")
    async def language(
        self,
        request: AnyRequest,
        language: FromPath[str],
        back: Annotated[str, QueryParameter(name="ve")] = "/",
    ) -> Redirect:
        """Vietnamese or English, for a year; then back to the page."""
        portal: Portal = request.state.portal
        answer = Redirect(local(back), status_code=303)
        answer.set_cookie(
            LANGUAGE_COOKIE, language, max_age=31_536_000, httponly=True, samesite="lax", secure=portal.secure_cookies
        )
        return answer

    @get("/kieu-dang")
    async def style(self, request: AnyRequest) -> Response[str]:
        """Every component in both schemes, with made-up people."""
        portal: Portal = request.state.portal
        return page(request, "style.html", **style_context(portal))


def style_context(portal: Portal) -> dict[str, Any]:
    """What the style page shows; the names of the colours come from the compiled style itself."""
    css = portal.assets.text("portal.css")
    return {
        "colours": list(dict.fromkeys(re.findall(r"\.swatch-([a-z-]+)", css))),
        "states": citizen.states(),
        "dossier": citizen.dossier(),
        "list": citizen.dossiers(),
        "verdicts": citizen.verdicts(),
        "fields": {scheme: citizen.fields(scheme) for scheme in ("light", "dark")},
        "examples": examples.PAGES,
    }


def local(path: str) -> str:
    """A path of ours; anything else becomes the first page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
