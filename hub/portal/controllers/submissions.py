"""Sending a dossier: choose, answer, attach, choose the way back, look once more, declare, send."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Stream

from hub import catalog, dossier, identity, vault
from hub.kernel.auth import citizen
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import NotFound, Problem
from hub.kernel.signatures import Checker
from hub.portal.builders import submission as words
from hub.portal.builders.procedure import fees_words
from hub.portal.controllers.files import keep, shown
from hub.portal.forms.account import said
from hub.portal.forms.reading import incoming, typed
from hub.portal.rendering import go, page, speech_of
from hub.portal.speech import Speech
from hub.portal.views.form import DonePage
from hub.settings import Settings
from schemas.messages.dossier import ReturnWay

AnyRequest = Request[Any, Any, Any]


class SubmissionPages(Controller):
    """`/nop/<procedure>` begins, `/nop/ban/<draft>/…` goes on."""

    path = "/nop"
    include_in_schema = False
    guards = (citizen,)

    @get("/{code:str}")
    async def begin(self, request: AnyRequest, db: NamedDependency[Database], code: FromPath[str]) -> Redirect:
        """A draft for this procedure, or the one under way."""
        async with db.begin(request.user.actor) as uow:
            draft = await dossier.start_draft(uow, request.user.id, code)
        return go(request, f"/nop/ban/{draft.id}")

    @get("/ban/{draft_id:uuid}")
    async def tasks(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]
    ) -> Response[Any]:
        """What is done and what is not."""
        t = speech_of(request)
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
        if it.draft.dossier_id is not None:
            return go(request, f"/ho-so/{it.draft.dossier_id}")
        return page(request, "submit/tasks.html", it=words.task_page(it, t))

    @post("/ban/{draft_id:uuid}/bo")
    async def discard(self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]) -> Redirect:
        """The draft is gone; nothing was sent."""
        async with db.begin(request.user.actor) as uow:
            await dossier.discard_draft(uow, request.user.id, draft_id)
        return go(request, "/ho-so", notice="discarded")

    @get("/ban/{draft_id:uuid}/thong-tin/{number:int}")
    async def ask(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID], number: FromPath[int]
    ) -> Response[Any]:
        """One group of the e-form."""
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
        step = _step(it, f"thong-tin/{number}")
        return page(request, "form.html", it=words.form_page(it, step, speech_of(request), it.draft.form, {}))

    @post("/ban/{draft_id:uuid}/thong-tin/{number:int}")
    async def answer(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID], number: FromPath[int]
    ) -> Response[Any]:
        """Kept even when something is still wrong, so that nothing typed is lost."""
        given = await typed(request)
        t = speech_of(request)
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
            step = _step(it, f"thong-tin/{number}")
            answers = {field.name: given.get(field.name, "") for field in step.fields}
            await dossier.save_draft(uow, msgspec.structs.replace(it.draft, form={**it.draft.form, **answers}))
        wrong = {
            field.name: said(problem, t)
            for field in step.fields
            if (problem := dossier.field_problem(field, answers[field.name])) is not None
        }
        if wrong:
            return page(request, "form.html", status=422, it=words.form_page(it, step, t, answers, wrong))
        return go(request, it.after(step.path))

    @get("/ban/{draft_id:uuid}/giay-to/{number:int}")
    async def ask_paper(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        draft_id: FromPath[UUID],
        number: FromPath[int],
    ) -> Response[Any]:
        """One paper."""
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
        step = _step(it, f"giay-to/{number}")
        shown_page = words.upload_page(it, step, speech_of(request), settings.upload_max_bytes)
        return page(request, "form.html", it=shown_page)

    @post("/ban/{draft_id:uuid}/giay-to/{number:int}")
    async def take_paper(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        checker: NamedDependency[Checker],
        draft_id: FromPath[UUID],
        number: FromPath[int],
    ) -> Response[Any]:
        """Looked at, scanned, stored; a file that is there already may stay."""
        t = speech_of(request)
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
        step = _step(it, f"giay-to/{number}")
        paper = words.component_of(step)
        try:
            async with incoming(request, "file") as file:
                if file is None and (step.done or step.optional):
                    return go(request, it.after(step.path))
                if file is None:
                    raise dossier.missing_component(paper.code, step.title)
                entry = await keep(db, settings, checker, request.user, file)
        except Problem as problem:
            it_page = words.upload_page(it, step, t, settings.upload_max_bytes, said(problem, t))
            return page(request, "form.html", status=problem.status, it=it_page)
        kept = dossier.File(
            entry_id=entry.id, name=entry.name, media_type=entry.media_type, size=entry.size, sha256=entry.sha256
        )
        async with db.begin(request.user.actor) as uow:
            draft = await dossier.draft(uow, request.user.id, draft_id)
            files = {**draft.files, paper.code: kept}
            await dossier.save_draft(uow, msgspec.structs.replace(draft, files=files))
        return go(request, it.after(step.path))

    @get("/ban/{draft_id:uuid}/tep/{entry_id:uuid}")
    async def file(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID], entry_id: FromPath[UUID]
    ) -> Stream:
        """What was attached, to look at."""
        async with db.begin(request.user.actor) as uow:
            entry = await vault.entry(uow, entry_id)
            if entry.owner_id != request.user.id:
                raise vault.NoSuchEntry
            content = await vault.stream(uow, entry_id, purpose="Chủ tài liệu xem lại")
        return shown(entry, content)

    @get("/ban/{draft_id:uuid}/nhan-ket-qua")
    async def ask_way(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]
    ) -> Response[Any]:
        """How the result goes out."""
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
        return page(request, "form.html", it=words.way_page(it, _step(it, "nhan-ket-qua"), speech_of(request)))

    @post("/ban/{draft_id:uuid}/nhan-ket-qua")
    async def take_way(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]
    ) -> Response[Any]:
        """One of those that the procedure offers."""
        t = speech_of(request)
        way = (await typed(request)).get("way", "")
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
            step = _step(it, "nhan-ket-qua")
            if way not in it.procedure.return_ways:
                it_page = words.way_page(it, step, t, t("submit.way_needed"))
                return page(request, "form.html", status=422, it=it_page)
            changed = msgspec.structs.replace(it.draft, return_way=way)
            await dossier.save_draft(uow, changed)
        return go(request, words.flow(changed, it.procedure, t).after("nhan-ket-qua"))

    @get("/ban/{draft_id:uuid}/dia-chi")
    async def ask_address(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]
    ) -> Response[Any]:
        """What the account knows stands there already."""
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
            given = await _address(uow, it, request)
        return page(
            request, "form.html", it=words.address_page(it, _step(it, "dia-chi"), speech_of(request), given, {})
        )

    @post("/ban/{draft_id:uuid}/dia-chi")
    async def take_address(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]
    ) -> Response[Any]:
        """All three are needed."""
        t = speech_of(request)
        given = await typed(request)
        wrong = {name: t(f"submit.{name}_needed") for name in ("receiver", "phone", "address") if not given.get(name)}
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
            step = _step(it, "dia-chi")
            if wrong:
                it_page = words.address_page(it, step, t, given, wrong)
                return page(request, "form.html", status=422, it=it_page)
            place = dossier.Address(name=given["receiver"], phone=given["phone"], address=given["address"])
            await dossier.save_draft(uow, msgspec.structs.replace(it.draft, return_address=place))
        return go(request, it.after(step.path))

    @get("/ban/{draft_id:uuid}/xem-lai")
    async def check(
        self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]
    ) -> Response[Any]:
        """Everything once more."""
        async with db.begin(request.user.actor) as uow:
            it = await _flow(uow, request, draft_id)
        if it.draft.dossier_id is not None:
            return go(request, f"{it.here}/xong")
        return page(request, "submit/check.html", it=_check_page(it, speech_of(request), {}))

    @post("/ban/{draft_id:uuid}/xem-lai")
    async def send(self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]) -> Response[Any]:
        """Sent once: the draft is locked, and what it became is kept in it."""
        t = speech_of(request)
        given = await typed(request)
        try:
            async with db.begin(request.user.actor) as uow:
                it = await _flow(uow, request, draft_id)
                if it.draft.dossier_id is None:
                    sent = await dossier.submit(uow, request.user.id, _submission(it, given))
                    await dossier.save_draft(uow, msgspec.structs.replace(it.draft, dossier_id=sent.id))
        except Problem as problem:
            async with db.begin(request.user.actor) as uow:
                it = await _flow(uow, request, draft_id)
            return page(request, "submit/check.html", status=problem.status, it=_check_page(it, t, _errors(problem, t)))
        return go(request, f"{it.here}/xong")

    @get("/ban/{draft_id:uuid}/xong")
    async def done(self, request: AnyRequest, db: NamedDependency[Database], draft_id: FromPath[UUID]) -> Response[Any]:
        """The official reception time, at the latest (SUB-05)."""
        t = speech_of(request)
        async with db.begin(request.user.actor) as uow:
            draft = await dossier.draft(uow, request.user.id, draft_id)
            if draft.dossier_id is None:
                return go(request, f"/nop/ban/{draft_id}")
            sent = await dossier.owned(uow, request.user.id, draft.dossier_id)
        it = DonePage(
            title=t("submit.done_title"),
            reference=sent.code or sent.reference,
            promise=t("submit.done_promise", when=t.moment(sent.ack_due_at)),
            steps=(t("submit.done_1"), t("submit.done_2"), t("submit.done_3")),
            dossier=f"/ho-so/{sent.id}",
        )
        return page(request, "submit/done.html", it=it)


async def _flow(uow: UnitOfWork, request: AnyRequest, draft_id: UUID) -> words.Flow:
    draft = await dossier.draft(uow, request.user.id, draft_id)
    procedure = await catalog.procedure(uow, draft.procedure_code, version=draft.procedure_version)
    return words.flow(draft, procedure, speech_of(request))


def _step(it: words.Flow, path: str) -> words.Step:
    step = it.step(path)
    if step is None:
        raise NotFound("http.404", "Không có trang này.", "There is no such page.")
    return step


async def _address(uow: UnitOfWork, it: words.Flow, request: AnyRequest) -> dict[str, str]:
    place = it.draft.return_address
    if place is not None:
        return {"receiver": place.name, "phone": place.phone, "address": place.address}
    person = await identity.citizen(uow, request.user.id)
    return {"receiver": person.name, "phone": person.phone, "address": person.address}


def _check_page(it: words.Flow, t: Speech, errors: dict[str, str]) -> Any:
    return words.check_page(it, t, errors, fees_words(it.procedure, "online", t))


def _submission(it: words.Flow, given: dict[str, str]) -> dossier.Submission:
    draft = it.draft
    return dossier.Submission(
        procedure_code=draft.procedure_code,
        procedure_version=draft.procedure_version,
        form={name: value for name, value in draft.form.items() if value},
        files={code: file.entry_id for code, file in draft.files.items()},
        return_way=ReturnWay(draft.return_way or "online"),
        return_address=draft.return_address if draft.return_way == "postal" else None,
        declared=given.get("declared") == "1",
    )


def _errors(problem: Problem, t: Speech) -> dict[str, str]:
    """All that the technical check found, or the one problem there is."""
    listed = problem.data.get("problems") or []
    if listed:
        return {each["field"]: each["en"] if t.language == "en" else each["vi"] for each in listed}
    return {problem.field: said(problem, t)}
