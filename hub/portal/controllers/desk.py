"""The counter's desk: the queue, one dossier, the decisions."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import structlog
from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response, Stream

from hub import catalog, dossier, payment, result, vault, workflow
from hub.kernel.auth import officer
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Conflict, NotFound, Problem
from hub.portal.builders import desk as words
from hub.portal.builders import queue
from hub.portal.controllers.files import shown, standing
from hub.portal.forms.account import said
from hub.portal.forms.reading import typed
from hub.portal.rendering import Portal, go, page, speech_of

AnyRequest = Request[Any, Any, Any]
Act = Callable[[UnitOfWork], Awaitable[Any]]
log = structlog.get_logger(__name__)


class DeskPages(Controller):
    """`/can-bo`."""

    path = "/can-bo"
    include_in_schema = False
    guards = (officer("counter", "head"),)

    @get("/")
    async def queue(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        tab: Annotated[str, QueryParameter(name="nhom")] = "",
        q: FromQuery[str] = "",
        number: Annotated[int, QueryParameter(name="trang", ge=1, le=1000)] = 1,
    ) -> Response[str]:
        """One list, sorted by time left (SUB-07)."""
        portal: Portal = request.state.portal
        tab = tab if tab in dict(queue.TABS) else queue.TABS[0][0]
        async with db.read() as uow:
            rows = await dossier.queue(uow, request.user.agency_code, list(queue.EVERY))
            running = [row.id for row in rows if row.accepted]
            figures = await workflow.bars(uow, running) if running else {}
            now = uow.now
        it = queue.queue_page(
            rows,
            figures,
            now,
            speech_of(request),
            office=portal.site.centre,
            tab=tab,
            asked=q.strip(),
            page=number,
        )
        return page(request, "officer/queue.html", it=it)

    @get("/ho-so/{dossier_id:uuid}")
    async def show(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        dossier_id: FromPath[UUID],
        chosen: Annotated[UUID | None, QueryParameter(name="tep")] = None,
    ) -> Response[str]:
        """Opening it is seen by the citizen (who saw my data)."""
        async with db.begin(request.user.actor) as uow:
            case = await _case(uow, request, dossier_id, chosen)
            await vault.saw(
                uow,
                owner_id=case.dossier.owner_id,
                dossier_id=dossier_id,
                what="Trang hồ sơ",
                purpose="giải quyết hồ sơ",
            )
        return page(request, "officer/show.html", it=_page(request, case))

    @get("/ho-so/{dossier_id:uuid}/tep/{entry_id:uuid}")
    async def file(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID], entry_id: FromPath[UUID]
    ) -> Stream:
        """A paper of this dossier, and of no other."""
        async with db.begin(request.user.actor) as uow:
            story = await _story(uow, request, dossier_id)
            entry = await standing(uow, entry_id)
            ours = {each.entry_id for each in story.components} | {story.dossier.receipt_entry}
            if entry_id not in ours and entry.dossier_id != dossier_id:
                raise vault.NoSuchEntry
            content = await vault.stream(uow, entry.id, purpose="giải quyết hồ sơ")
        return shown(entry, content)

    @post("/ho-so/{dossier_id:uuid}/tiep-nhan")
    async def accept(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        stationery: NamedDependency[dossier.Stationery],
        dossier_id: FromPath[UUID],
    ) -> Response[Any]:
        """Code, due date, signed receipt (DOS-02, DOS-04)."""

        async def act(uow: UnitOfWork) -> None:
            await dossier.accept(uow, dossier_id)

        answer = await _decide(request, db, dossier_id, act, "accepted", "")
        if isinstance(answer, Redirect):
            await _receipt(db, dossier_id, stationery)
        return answer

    @post("/ho-so/{dossier_id:uuid}/bo-sung")
    async def guide(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]
    ) -> Response[Any]:
        """One full, specific guidance (DOS-07)."""
        given = await typed(request)
        papers = [line.strip(" -\r") for line in given.get("bo-sung-papers", "").splitlines() if line.strip(" -\r")]

        async def act(uow: UnitOfWork) -> None:
            await dossier.request_supplement(uow, dossier_id, reason=given.get("bo-sung-reason", ""), papers=papers)

        return await _decide(request, db, dossier_id, act, "guided", "bo-sung-reason")

    @post("/ho-so/{dossier_id:uuid}/tu-choi")
    async def refuse(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]
    ) -> Response[Any]:
        """With written reasons (DOS-14)."""
        given = await typed(request)

        async def act(uow: UnitOfWork) -> None:
            await dossier.refuse(uow, dossier_id, reason=given.get("tu-choi-reason", ""))

        return await _decide(request, db, dossier_id, act, "refused", "tu-choi-reason")

    @post("/ho-so/{dossier_id:uuid}/chuyen")
    async def hand_over(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]
    ) -> Response[Any]:
        """To the department that decides (DOS-13)."""

        async def act(uow: UnitOfWork) -> None:
            await dossier.hand_over(uow, dossier_id)

        return await _decide(request, db, dossier_id, act, "handed_over", "")

    @post("/ho-so/{dossier_id:uuid}/dung")
    async def stop(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]
    ) -> Response[Any]:
        """As the citizen asked (DOS-17)."""
        note = (await typed(request)).get("dung-note", "")

        async def act(uow: UnitOfWork) -> None:
            await dossier.agree_withdrawal(uow, dossier_id, note=note)

        return await _decide(request, db, dossier_id, act, "stopped", "dung-note")

    @post("/ho-so/{dossier_id:uuid}/tra")
    async def hand_back(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]
    ) -> Response[Any]:
        """At the real time (DOS-19)."""
        note = (await typed(request)).get("tra-note", "") or "Trả kết quả tại Bộ phận Một cửa"

        async def act(uow: UnitOfWork) -> None:
            await dossier.return_result(uow, dossier_id, at=uow.now, cause=note)

        return await _decide(request, db, dossier_id, act, "result_returned", "tra-note")


async def _receipt(
    db: NamedDependency[Database], dossier_id: UUID, stationery: NamedDependency[dossier.Stationery]
) -> None:
    """The acceptance stands whatever happens here: the worker makes a receipt that is missing."""
    try:
        await dossier.issue_at_once(db, dossier_id, stationery)
    except Exception:
        log.exception("desk.receipt-later", dossier=str(dossier_id))


async def _decide(
    request: AnyRequest, db: NamedDependency[Database], dossier_id: UUID, act: Act, notice: str, field: str
) -> Response[Any]:
    """Act, or show what to correct. A page that is older than the dossier decides nothing."""
    given = await typed(request)
    t = speech_of(request)
    try:
        async with db.begin(request.user.actor) as uow:
            found = await dossier.of_desk(uow, request.user.agency_code, dossier_id)
            if given.get("version", str(found.version)) != str(found.version):
                raise dossier.changed_meanwhile()
            await act(uow)
    except NotFound:
        raise
    except Problem as problem:
        async with db.read() as uow:
            case = await _case(uow, request, dossier_id, None)
        wrong = {"" if isinstance(problem, Conflict) else field: said(problem, t)}
        it = _page(request, case, wrong=wrong, given=given)
        return page(request, "officer/show.html", status=problem.status, it=it)
    return go(request, f"/can-bo/ho-so/{dossier_id}", notice=notice)


def _page(
    request: AnyRequest, case: words.Case, *, wrong: dict[str, str] | None = None, given: dict[str, str] | None = None
) -> Any:
    portal: Portal = request.state.portal
    return words.desk_page(case, speech_of(request), office=portal.site.centre, wrong=wrong, given=given)


async def _story(uow: UnitOfWork, request: AnyRequest, dossier_id: UUID) -> dossier.Story:
    await dossier.of_desk(uow, request.user.agency_code, dossier_id)
    return await dossier.story(uow, dossier_id)


async def _case(uow: UnitOfWork, request: AnyRequest, dossier_id: UUID, chosen: UUID | None) -> words.Case:
    story = await _story(uow, request, dossier_id)
    it = story.dossier
    return words.Case(
        story=story,
        now=uow.now,
        procedure=await catalog.procedure(uow, it.procedure_code, version=it.procedure_version),
        figures=(await workflow.bars(uow, [it.id])).get(it.id) if it.accepted else None,
        owed=await payment.obligations_of(uow, dossier_id),
        results=await result.of_dossier(uow, dossier_id),
        verdicts=await vault.verdicts(uow, [each.entry_id for each in story.components]),
        chosen=chosen,
        went=await workflow.tasks.latest(uow, dossier_id),
    )
