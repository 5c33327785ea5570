"""The operator's pages: what travels, what is stuck, whether partners hold what we hold."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect, Response

from hub.kernel.auth import officer
from hub.kernel.db import Database
from hub.kernel.errors import NotFound
from hub.portal.builders import operation as words
from hub.portal.forms.reading import typed
from hub.portal.oversight import Oversight
from hub.portal.rendering import go, page, speech_of

AnyRequest = Request[Any, Any, Any]
Given = NamedDependency[SkipValidation[Oversight]]


class OperationPages(Controller):
    """`/van-hanh`, `/doi-soat`."""

    include_in_schema = False
    guards = (officer("operator"),)

    @get("/van-hanh")
    async def connectors(self, request: AnyRequest, db: NamedDependency[Database], oversight: Given) -> Response[str]:
        """A row a connector; the page asks again by itself."""
        async with db.read() as uow:
            found = await oversight.connectors(uow)
        it = words.connectors_page(found, oversight.titles, db.now(), speech_of(request))
        return page(request, "operator/connectors.html", it=it)

    @get("/van-hanh/{name:str}")
    async def parked(
        self, request: AnyRequest, db: NamedDependency[Database], oversight: Given, name: FromPath[str]
    ) -> Response[str]:
        """What this partner refused, in its words."""
        return await _parked(request, db, oversight, name)

    @post("/van-hanh/tin/{message:uuid}/gui-lai")
    async def retry(
        self, request: AnyRequest, db: NamedDependency[Database], oversight: Given, message: FromPath[UUID]
    ) -> Redirect:
        """Send it again, as it is."""
        async with db.begin(request.user.actor) as uow:
            name = await _connector_of(uow, oversight, message)
            await oversight.retry(uow, message)
        return go(request, f"/van-hanh/{name}", notice="retried")

    @post("/van-hanh/tin/{message:uuid}/bo-qua")
    async def skip(
        self, request: AnyRequest, db: NamedDependency[Database], oversight: Given, message: FromPath[UUID]
    ) -> Response[Any]:
        """Give it up, with a reason; those behind it go on."""
        reason = (await typed(request)).get(f"reason-{message}", "")
        async with db.read() as uow:
            name = await _connector_of(uow, oversight, message)
        if not reason:
            return await _parked(request, db, oversight, name, wrong=str(message))
        async with db.begin(request.user.actor) as uow:
            await oversight.skip(uow, message, reason=reason)
        return go(request, f"/van-hanh/{name}", notice="skipped")

    @get("/doi-soat")
    async def parity(self, request: AnyRequest, db: NamedDependency[Database], oversight: Given) -> Response[str]:
        """As last compared."""
        async with db.read() as uow:
            found = await oversight.diverged(uow)
            compared = await oversight.compared(uow)
        it = words.parity_page(compared, found, oversight.titles, speech_of(request))
        return page(request, "operator/parity.html", it=it)

    @post("/doi-soat")
    async def compare(self, request: AnyRequest, db: NamedDependency[Database], oversight: Given) -> Redirect:
        """Ask the partners now."""
        async with db.begin(request.user.actor) as uow:
            await oversight.compare(uow)
        return go(request, "/doi-soat", notice="parity_started")


async def _parked(
    request: AnyRequest,
    db: NamedDependency[Database],
    oversight: NamedDependency[Oversight],
    name: str,
    *,
    wrong: str = "",
) -> Response[str]:
    async with db.read() as uow:
        found = await oversight.parked(uow)
    it = words.parked_page(found, name, oversight.titles, speech_of(request), wrong)
    return page(request, "operator/parked.html", status=422 if wrong else 200, it=it)


async def _connector_of(uow: Any, oversight: NamedDependency[Oversight], message: UUID) -> str:
    """Whose message it is; raises NotFound when somebody has dealt with it."""
    for each in await oversight.parked(uow):
        if each.id == message:
            return each.connector
    raise NotFound(
        "portal.no-such-message",
        "Tin này không còn trong danh sách chờ. Có thể người khác vừa xử lý.",
        "This message no longer waits. Somebody may have just dealt with it.",
    )
