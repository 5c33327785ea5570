"""Changed verdicts, for operators and for the officers of the agency concerned; trust lists, for operators."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from hub import portfolio, vault
from hub.kernel.auth import officer
from hub.kernel.db import Database
from hub.kernel.errors import NotFound
from hub.portal.builders import portfolio as words
from hub.portal.rendering import go, page, speech_of

AnyRequest = Request[Any, Any, Any]
_LATELY = timedelta(days=30)


class VerdictPages(Controller):
    """`/ket-luan-thay-doi`: an operator sees all, others those of their agency."""

    path = "/ket-luan-thay-doi"
    include_in_schema = False
    guards = (officer(),)

    @get("/")
    async def show(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """Rounds with progress, then what changed and what could not be renewed."""
        async with db.read() as uow:
            changes = await portfolio.changes(uow, agency_code=_agency(request))
            runs = await portfolio.runs(uow)
            troubled = await portfolio.troubled(uow, agency_code=_agency(request))
            renewed = await portfolio.renewed_since(uow, uow.now - _LATELY, agency_code=_agency(request))
        it = words.verdicts_page(runs, changes, troubled, renewed, speech_of(request))
        return page(request, "portfolio/verdicts.html", it=it)

    @get("/{change_id:uuid}")
    async def one(self, request: AnyRequest, db: NamedDependency[Database], change_id: FromPath[UUID]) -> Response[str]:
        """A document's reports. Its owner sees that somebody looked."""
        async with db.begin(request.user.actor) as uow:
            found = await portfolio.change(uow, change_id, agency_code=_agency(request))
            history = await vault.reports_of(uow, found.entry_id)
            await vault.saw(
                uow,
                owner_id=found.owner_id,
                dossier_id=found.dossier_id,
                what=found.document,
                purpose="xem báo cáo kiểm tra chữ ký",
            )
        it = words.change_page(found, history, speech_of(request))
        return page(request, "portfolio/change.html", it=it)


class TrustPages(Controller):
    """`/danh-sach-tin-cay`."""

    path = "/danh-sach-tin-cay"
    include_in_schema = False
    guards = (officer("operator"),)

    @get("/")
    async def show(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """Lists, approvers, freshness."""
        async with db.read() as uow:
            found = await portfolio.overview(uow)
        it = words.trust_page(found, db.now(), str(request.user.id), speech_of(request))
        return page(request, "portfolio/trust.html", it=it)

    @post("/{list_id:uuid}/duyet")
    async def approve(self, request: AnyRequest, db: NamedDependency[Database], list_id: FromPath[UUID]) -> Redirect:
        """The second person's word."""
        async with db.begin(request.user.actor) as uow:
            found = next((each for each in (await portfolio.overview(uow)).lists if each.id == list_id), None)
            if found is None:
                raise NotFound("trust.no-such-list", "Không có danh sách này.", "There is no such list.")
            await portfolio.approve(uow, found.name)
        return go(request, "/danh-sach-tin-cay")


def _agency(request: AnyRequest) -> str:
    """Whose documents this person may see; empty means all."""
    return "" if "operator" in request.user.roles else request.user.agency_code or "-"
