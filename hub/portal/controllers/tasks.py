"""«Việc của tôi»: the work list of head, specialist, leader and clerk, one task, what they do with it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Response, Stream

from hub import catalog, dossier, payment, result, vault, workflow
from hub.kernel.auth import officer
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Conflict, NotFound, Problem
from hub.kernel.signatures import Checker
from hub.portal.builders import desk
from hub.portal.builders import task as words
from hub.portal.controllers.files import shown, standing
from hub.portal.controllers.signing import Signers, at_once, face_of
from hub.portal.forms.account import said
from hub.portal.forms.reading import incoming, typed
from hub.portal.rendering import go, page, speech_of
from hub.portal.views.common import Pages
from hub.settings import Settings

AnyRequest = Request[Any, Any, Any]
Act = Callable[[UnitOfWork, workflow.Doer], Awaitable[Any]]
_PAGE = 50
_FIELDS = {
    "assignee": "assignee", "note": "note", "reason": "note", "words": "words", "credential": "certificate", "face": "",
}  # fmt: skip
"""Where on the page a problem's field stands; any other is the file's."""


class TaskPages(Controller):
    """`/viec`."""

    path = words.HOME
    include_in_schema = False
    guards = (officer("head", "specialist", "leader", "clerk"),)

    @get("/")
    async def work_list(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        tab: Annotated[str, QueryParameter(name="nhom")] = "me",
        number: Annotated[int, QueryParameter(name="trang", ge=1, le=1000)] = 1,
    ) -> Response[str]:
        """One list, sorted by time left; who answers for a unit may see all of the unit's (WFL-10)."""
        who = dossier.doer(request.user)
        unit = tab == "unit" and _answers(who)
        listed = dossier.unit_list if unit else dossier.work_list
        async with db.read() as uow:
            found = await listed(uow, who, limit=_PAGE + 1, offset=(number - 1) * _PAGE)
            lines = found[:_PAGE]
            figures = await workflow.bars(uow, [line.dossier.id for line in lines]) if lines else {}
            now = uow.now
        tab = "unit" if unit else "me"
        pages = Pages(
            page=number,
            pages=number + (len(found) > _PAGE),
            previous=f"{words.HOME}?nhom={tab}&trang={number - 1}" if number > 1 else "",
            next=f"{words.HOME}?nhom={tab}&trang={number + 1}" if len(found) > _PAGE else "",
        )
        it = words.work_page(
            lines,
            figures,
            now,
            speech_of(request),
            office=f"{request.user.name}, {request.user.unit_name}",
            tab=tab,
            tabs=words.TABS if _answers(who) else (),
            pages=pages,
        )
        return page(request, "officer/queue.html", it=it)

    @get("/{task_id:uuid}")
    async def show(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        task_id: FromPath[UUID],
        chosen: Annotated[UUID | None, QueryParameter(name="tep")] = None,
    ) -> Response[str]:
        """Opening it is seen by the citizen (who saw my data)."""
        async with db.begin(request.user.actor) as uow:
            case = await _case(uow, request, task_id, chosen)
            await vault.saw(
                uow,
                owner_id=case.it.dossier.owner_id,
                dossier_id=case.it.dossier.id,
                what="Trang hồ sơ",
                purpose="giải quyết hồ sơ",
            )
        return page(request, "officer/show.html", it=words.task_page(case, speech_of(request)))

    @get("/{task_id:uuid}/tep/{entry_id:uuid}")
    async def file(
        self, request: AnyRequest, db: NamedDependency[Database], task_id: FromPath[UUID], entry_id: FromPath[UUID]
    ) -> Stream:
        """A paper, a draft or a result of this task's dossier, and of no other."""
        async with db.begin(request.user.actor) as uow:
            it = await dossier.in_hand(uow, dossier.doer(request.user), task_id)
            story = await dossier.story(uow, it.dossier.id)
            entry = await standing(uow, entry_id)
            ours = {each.entry_id for each in story.components} | {story.dossier.receipt_entry}
            if entry_id not in ours and entry.dossier_id != it.dossier.id:
                raise vault.NoSuchEntry
            content = await vault.stream(uow, entry.id, purpose="giải quyết hồ sơ")
        return shown(entry, content)

    @post("/{task_id:uuid}/don-doc")
    async def urge(self, request: AnyRequest, db: NamedDependency[Database], task_id: FromPath[UUID]) -> Response[Any]:
        """A word to whoever holds it (WFL-10)."""
        note = (await typed(request)).get("don-doc-note", "")

        async def act(uow: UnitOfWork, who: workflow.Doer) -> None:
            await dossier.urge(uow, who, task_id, note)

        return await _decide(request, db, task_id, act, "don-doc", notice="urged")

    @post("/{task_id:uuid}/giao-lai")
    async def reassign(
        self, request: AnyRequest, db: NamedDependency[Database], task_id: FromPath[UUID]
    ) -> Response[Any]:
        """To somebody else of the unit (WFL-03)."""
        person = _id((await typed(request)).get("giao-lai-assignee", ""))

        async def act(uow: UnitOfWork, who: workflow.Doer) -> None:
            if person is None:
                raise workflow.NeedMissing("assignee")
            await dossier.reassign(uow, who, task_id, person)

        return await _decide(request, db, task_id, act, "giao-lai", notice="reassigned")

    @post("/{task_id:uuid}/ky-so")
    async def sign(
        self, request: AnyRequest, db: NamedDependency[Database], studio: Signers, task_id: FromPath[UUID]
    ) -> Response[Any]:
        """To this officer's app (WFL-07, WFL-08); what the service answers now changes nothing about the request."""
        given = await typed(request)
        wish = _wish(given)
        try:
            async with db.begin(request.user.actor) as uow:
                asked = await dossier.ask_to_sign(uow, dossier.doer(request.user), task_id, wish)
        except NotFound:
            raise
        except Problem as problem:
            return await _corrected(request, db, task_id, problem, f"sign-{wish.face.value}", given)
        await at_once(db, studio, asked.id)
        return go(request, f"{words.HOME}/{task_id}", notice="signing_asked")

    @post("/{task_id:uuid}/huy-ky-so")
    async def cancel(
        self, request: AnyRequest, db: NamedDependency[Database], task_id: FromPath[UUID]
    ) -> Response[Any]:
        """Whatever the app says later, nothing is signed; the task is free again."""

        async def act(uow: UnitOfWork, who: workflow.Doer) -> None:
            await dossier.cancel_signing(uow, who, task_id)

        here = f"{words.HOME}/{task_id}"
        return await _decide(request, db, task_id, act, "huy-ky-so", notice="signing_cancelled", to=here)

    @post("/{task_id:uuid}/{action:str}")
    async def act(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        checker: NamedDependency[Checker],
        task_id: FromPath[UUID],
        action: FromPath[str],
    ) -> Response[Any]:
        """One of the actions that the step offers (WFL-03, WFL-07, WFL-08, DOS-11, DOS-14)."""
        given = await typed(request)
        kept = _id(given.get(f"{action}-document", ""))
        try:
            async with incoming(request, f"{action}-file") as sent:
                if sent is not None:
                    attached = await dossier.attach(db, settings, request.user, task_id, name=sent.name, file=sent.file)
                    kept = attached.id
        except NotFound:
            raise
        except Problem as problem:
            return await _corrected(request, db, task_id, problem, action, given)
        deed = _deed(action, given, kept)

        async def act(uow: UnitOfWork, who: workflow.Doer) -> None:
            await dossier.act(uow, who, task_id, deed, checker=checker)

        return await _decide(request, db, task_id, act, action, notice="task_done", kept=kept)


def _deed(action: str, given: Mapping[str, str], document: UUID | None) -> dossier.Deed:
    papers = given.get(f"{action}-papers", "").splitlines()
    version = given.get("version", "")
    return dossier.Deed(
        action=action,
        note=given.get(f"{action}-note", ""),
        papers=tuple(line.strip(" -\r") for line in papers if line.strip(" -\r")),
        document=document,
        assignee=_id(given.get(f"{action}-assignee", "")),
        version=int(version) if version.isdecimal() else None,
    )


def _wish(given: Mapping[str, str]) -> dossier.Wish:
    face, version = face_of(given.get("face")), given.get("version", "")
    return dossier.Wish(
        face=face,
        words=given.get(f"sign-{face.value}-words", ""),
        certificate=_id(given.get(f"sign-{face.value}-certificate", "")),
        version=int(version) if version.isdecimal() else None,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _answers(who: workflow.Doer) -> bool:
    return bool(who.roles & workflow.tasks.ANSWERS)


async def _decide(
    request: AnyRequest,
    db: NamedDependency[Database],
    task_id: UUID,
    act: Act,
    action: str,
    *,
    notice: str,
    kept: UUID | None = None,
    to: str = words.HOME,
) -> Response[Any]:
    """Act, or show what to correct; what was typed and sent stays."""
    try:
        async with db.begin(request.user.actor) as uow:
            await act(uow, dossier.doer(request.user))
    except NotFound:
        raise
    except Problem as problem:
        return await _corrected(request, db, task_id, problem, action, await typed(request), kept)
    return go(request, to, notice=notice)


async def _corrected(
    request: AnyRequest,
    db: NamedDependency[Database],
    task_id: UUID,
    problem: Problem,
    action: str,
    given: Mapping[str, str],
    kept: UUID | None = None,
) -> Response[str]:
    t = speech_of(request)
    field = "" if isinstance(problem, Conflict) or problem.status == 403 else _FIELDS.get(problem.field, "file")
    of_the_file = field == "file"
    async with db.read() as uow:
        case = await _case(uow, request, task_id, None, kept=None if of_the_file else kept)
    wrong = {f"{action}-{field}" if field else "": said(problem, t)}
    return page(
        request, "officer/show.html", status=problem.status, it=words.task_page(case, t, wrong=wrong, given=given)
    )


async def _case(
    uow: UnitOfWork, request: AnyRequest, task_id: UUID, chosen: UUID | None, *, kept: UUID | None = None
) -> words.Case:
    who = dossier.doer(request.user)
    it = await dossier.in_hand(uow, who, task_id)
    row = it.dossier
    documents = {kept, *(task.document_id for task in it.assignment.history)}
    documents |= {it.signatures.entry} if it.signatures else set()
    files = {entry.id: entry for entry in await vault.entries(uow, [each for each in documents if each])}
    to_give = it.assignment.task.open and it.assignment.step.role in ("head", "specialist")
    return words.Case(
        desk=desk.Case(
            story=await dossier.story(uow, row.id),
            now=uow.now,
            procedure=await catalog.procedure(uow, row.procedure_code, version=row.procedure_version),
            figures=(await workflow.bars(uow, [row.id])).get(row.id),
            owed=await payment.obligations_of(uow, row.id),
            results=await result.of_dossier(uow, row.id),
            chosen=chosen,
        ),
        it=it,
        files=files,
        colleagues=await dossier.colleagues(uow, it) if to_give and "head" in who.roles else (),
        answers=_answers(who),
        kept=files.get(kept) if kept else None,
        offers=await dossier.offers(uow, who, it),
        viewer=who.id,
        holds=bool(it.assignment.offered(who)),
    )
