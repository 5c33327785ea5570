"""Paper versions of results: numbered, with a QR code that leads to the public check (RES-09)."""

import re
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Stream

from hub import result, vault
from hub.kernel.auth import citizen
from hub.kernel.db import Database
from hub.portal.controllers.dossiers import result_of
from hub.portal.controllers.files import shown
from hub.portal.rendering import page, speech_of
from hub.portal.views.common import FactRow, Link
from hub.portal.views.vault import PaperPage

AnyRequest = Request[Any, Any, Any]
_SYMBOL = re.compile(r"\d+[A-Z]*/[\w.-]*[A-ZĐ][\w.-]*", re.UNICODE)


class PaperPages(Controller):
    """`/ho-so/<id>/ket-qua/<n>/ban-giay`."""

    include_in_schema = False
    guards = (citizen,)

    @get("/ho-so/{dossier_id:uuid}/ket-qua/{number:int}/ban-giay")
    async def ask(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID], number: FromPath[int]
    ) -> Response[str]:
        """What will be made, and what it is worth."""
        t = speech_of(request)
        async with db.read() as uow:
            found = await result_of(uow, request.user.id, dossier_id, number)
        it = PaperPage(
            title=found.name.removesuffix(".pdf"),
            facts=(FactRow(label=t("verify.result_code"), value=found.code, code=True),),
            action=f"/ho-so/{dossier_id}/ket-qua/{number}/ban-giay",
            back=Link(text=found.dossier_code, href=f"/ho-so/{dossier_id}"),
        )
        return page(request, "result/paper.html", it=it)

    @post("/ho-so/{dossier_id:uuid}/ket-qua/{number:int}/ban-giay", status_code=200)
    async def make(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        press: NamedDependency[result.Press],
        dossier_id: FromPath[UUID],
        number: FromPath[int],
    ) -> Stream:
        """The PDF to print; each printing has its own number and token."""
        async with db.begin(request.user.actor) as uow:
            found = await result_of(uow, request.user.id, dossier_id, number)
            symbol = _SYMBOL.search(found.name)
            made = await result.convert_to_paper(
                uow,
                found.code,
                symbol=symbol.group() if symbol else found.name.removesuffix(".pdf"),
                press=press,
            )
            if made.paper_id is None:
                raise vault.NoSuchEntry
            paper = await vault.entry(uow, made.paper_id)
            content = await uow.storage.open(paper.sha256)
        return shown(paper, content)
