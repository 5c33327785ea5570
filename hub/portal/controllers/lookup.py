"""Public lookup by code (LOOK-01, LOOK-02)."""

from typing import Annotated, Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Response

from hub import dossier
from hub.kernel.auth import anyone
from hub.kernel.db import Database
from hub.kernel.errors import NotFound
from hub.portal.builders import dossier as words
from hub.portal.forms.account import said
from hub.portal.rendering import page, speech_of

AnyRequest = Request[Any, Any, Any]


class LookupPages(Controller):
    """`/tra-cuu`; the receipt's QR leads to `/tra-cuu/<code>`."""

    include_in_schema = False
    guards = (anyone,)

    @get("/tra-cuu")
    async def ask(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        code: Annotated[str | None, QueryParameter(name="ma")] = None,
    ) -> Response[str]:
        """The form, and what was found."""
        t = speech_of(request)
        if code is None:
            return page(request, "lookup/show.html", it=words.lookup_form(t))
        return await _found(request, db, code.strip())

    @get("/tra-cuu/{code:str}")
    async def by_code(self, request: AnyRequest, db: NamedDependency[Database], code: FromPath[str]) -> Response[str]:
        """From the QR code on a receipt."""
        return await _found(request, db, code.strip())


async def _found(request: AnyRequest, db: NamedDependency[Database], code: str) -> Response[str]:
    t = speech_of(request)
    if not code:
        return page(request, "lookup/show.html", status=422, it=words.lookup_form(t, error=t("lookup.needed")))
    try:
        async with db.read() as uow:
            found = await dossier.lookup(uow, code)
    except NotFound as problem:
        it = words.lookup_form(t, code=code, error=said(problem, t))
        return page(request, "lookup/show.html", status=404, it=it)
    return page(request, "lookup/show.html", it=words.lookup_page(found, t))
