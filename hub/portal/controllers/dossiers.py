"""A citizen's own dossiers: the list, the page, supplement, withdrawal, files."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Stream

from hub import catalog, dossier, payment, postal, proof, result, vault, workflow
from hub.kernel.auth import citizen
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import NotFound, Problem
from hub.kernel.signatures import Checker
from hub.portal.builders import dossier as words
from hub.portal.builders.proof import Proofs
from hub.portal.builders.submission import ACCEPTED, papers
from hub.portal.controllers.files import downloaded, keep, shown, standing
from hub.portal.forms.account import said, summary
from hub.portal.forms.field import Field
from hub.portal.forms.reading import incoming, typed
from hub.portal.rendering import Portal, go, page, speech_of
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import Link
from hub.portal.views.form import FormPage
from hub.settings import Settings

AnyRequest = Request[Any, Any, Any]


class DossierPages(Controller):
    """`/ho-so`."""

    path = "/ho-so"
    include_in_schema = False
    guards = (citizen,)

    @get("/")
    async def mine(self, request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
        """What waits for me first."""
        async with db.read() as uow:
            found = await dossier.of_owner(uow, request.user.id)
            begun = await dossier.drafts(uow, request.user.id)
            names = {code: (await catalog.procedure(uow, code)).name for code in {d.procedure_code for d in begun}}
        return page(request, "dossier/list.html", it=words.dossier_list(found, begun, names, speech_of(request)))

    @get("/{dossier_id:uuid}")
    async def show(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        dossier_id: FromPath[UUID],
    ) -> Response[str]:
        """The page that matters most."""
        portal: Portal = request.state.portal
        async with db.read() as uow:
            await dossier.owned(uow, request.user.id, dossier_id)
            known = await with_proofs(uow, await known_of(uow, dossier_id), settings.proof_root_hour)
        return page(request, "dossier/show.html", it=words.citizen_page(known, portal.site, speech_of(request)))

    @get("/{dossier_id:uuid}/tep/{entry_id:uuid}")
    async def file(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID], entry_id: FromPath[UUID]
    ) -> Stream:
        """One's own paper, receipt or voucher."""
        async with db.begin(request.user.actor) as uow:
            entry = await vault.entry(uow, entry_id)
            if entry.owner_id != request.user.id:
                raise vault.NoSuchEntry
            content = await vault.stream(uow, entry_id, purpose="Chủ tài liệu xem")
        return shown(entry, content)

    @get("/{dossier_id:uuid}/ket-qua/{number:int}")
    async def download(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID], number: FromPath[int]
    ) -> Stream:
        """The signed result; what was issued is its beginning when long-term data were renewed."""
        async with db.begin(request.user.actor) as uow:
            found = await result_of(uow, request.user.id, dossier_id, number)
            entry = await standing(uow, found.entry_id)
            content = await vault.stream(uow, entry.id, purpose="Chủ tài liệu tải kết quả")
        return downloaded(entry, content)

    @get("/{dossier_id:uuid}/bo-sung")
    async def ask_supplement(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]
    ) -> Response[Any]:
        """What is asked for, where to attach it."""
        async with db.read() as uow:
            it = await _supplement_page(uow, request, dossier_id, {}, {})
        return page(request, "form.html", it=it) if it else go(request, f"/ho-so/{dossier_id}")

    @post("/{dossier_id:uuid}/bo-sung")
    async def supplement(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        checker: NamedDependency[Checker],
        dossier_id: FromPath[UUID],
    ) -> Response[Any]:
        """Same code, history kept, clock resumed (DOS-03, DOS-09)."""
        t = speech_of(request)
        given = await typed(request)
        files: dict[str, UUID] = {}
        wrong: dict[str, str] = {}
        async with db.read() as uow:
            story = await _owned_story(uow, request, dossier_id)
            wanted = await _wanted(uow, story)
        for field, code in wanted.items():
            try:
                async with incoming(request, field) as file:
                    if file is not None:
                        files[code] = (await keep(db, settings, checker, request.user, file)).id
            except Problem as problem:
                wrong[field] = said(problem, t)
        if not wrong and not files and not given.get("answer"):
            wrong["answer"] = t("supplement.needed")
        if not wrong:
            try:
                async with db.begin(request.user.actor) as uow:
                    await dossier.supplement(
                        uow, request.user.id, dossier_id, answer=given.get("answer", ""), files=files
                    )
                return go(request, f"/ho-so/{dossier_id}", notice="supplemented")
            except Problem as problem:
                wrong[""] = said(problem, t)
        async with db.read() as uow:
            it = await _supplement_page(uow, request, dossier_id, given, wrong)
        if it is None:
            return go(request, f"/ho-so/{dossier_id}")
        return page(request, "form.html", status=422, it=it)

    @get("/{dossier_id:uuid}/rut")
    async def ask_withdrawal(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]
    ) -> Response[str]:
        """Why?"""
        async with db.read() as uow:
            found = await dossier.owned(uow, request.user.id, dossier_id)
        return page(request, "form.html", it=_withdrawal_page(found, speech_of(request), {}))

    @post("/{dossier_id:uuid}/rut")
    async def withdraw(
        self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]
    ) -> Response[Any]:
        """DOS-17."""
        t = speech_of(request)
        reason = (await typed(request)).get("reason", "")
        try:
            async with db.begin(request.user.actor) as uow:
                await dossier.withdraw(uow, request.user.id, dossier_id, reason=reason)
        except NotFound:
            raise
        except Problem as problem:
            async with db.read() as uow:
                found = await dossier.owned(uow, request.user.id, dossier_id)
            it = _withdrawal_page(found, t, {"reason": said(problem, t)})
            return page(request, "form.html", status=problem.status, it=it)
        return go(request, f"/ho-so/{dossier_id}", notice="withdrawn")


async def known_of(uow: UnitOfWork, dossier_id: UUID) -> words.Known:
    """Everything that the modules tell of a dossier; who may see it has been checked."""
    story = await dossier.story(uow, dossier_id)
    parcels = await postal.parcels_of(uow, dossier_id)
    return words.Known(
        story=story,
        now=uow.now,
        clock=await workflow.explanation(uow, dossier_id) if story.dossier.accepted else None,
        owed=await payment.obligations_of(uow, dossier_id),
        results=await result.of_dossier(uow, dossier_id),
        seen=await vault.seen(uow, dossier_id=dossier_id, entry_ids=[each.entry_id for each in story.components]),
        scans=tuple([scan for parcel in parcels for scan in await postal.custody(uow, parcel.id)]),
    )


async def with_proofs(uow: UnitOfWork, known: words.Known, hour: int) -> words.Known:
    """What can be proved of it, for its owner."""
    held = await proof.held_of(uow, dossier_id=known.dossier.id)
    receipt = known.dossier.receipt_entry
    return msgspec.structs.replace(
        known,
        proofs=Proofs(held, uow.now, hour),
        receipt_sha256=(await vault.entry(uow, receipt)).sha256 if receipt else "",
    )


async def result_of(uow: UnitOfWork, owner_id: UUID, dossier_id: UUID, number: int) -> result.Result:
    """The n-th result of one's own dossier; raises NotFound."""
    await dossier.owned(uow, owner_id, dossier_id)
    results = await result.of_dossier(uow, dossier_id)
    if not 1 <= number <= len(results):
        raise vault.NoSuchEntry
    return results[number - 1]


async def _owned_story(uow: UnitOfWork, request: AnyRequest, dossier_id: UUID) -> dossier.Story:
    await dossier.owned(uow, request.user.id, dossier_id)
    return await dossier.story(uow, dossier_id)


async def _wanted(uow: UnitOfWork, story: dossier.Story) -> dict[str, str]:
    """Field name → component code: the papers of the procedure."""
    it = story.dossier
    procedure = await catalog.procedure(uow, it.procedure_code, version=it.procedure_version)
    return {f"file-{n}": each.code for n, each in enumerate(papers(procedure), start=1)}


async def _supplement_page(
    uow: UnitOfWork, request: AnyRequest, dossier_id: UUID, given: dict[str, str], wrong: dict[str, str]
) -> FormPage | None:
    """None when nothing is asked for."""
    t = speech_of(request)
    portal: Portal = request.state.portal
    story = await _owned_story(uow, request, dossier_id)
    it = story.dossier
    if it.status is not words.S.SUPPLEMENT_REQUESTED or not story.supplements:
        return None
    asked = story.supplements[-1]
    procedure = await catalog.procedure(uow, it.procedure_code, version=it.procedure_version)
    names = {each.code: tidy(each.name) for each in papers(procedure)}
    hint = t("submit.upload_hint", size=t.size(portal.upload_max_bytes))
    fields = [
        Field(
            name=field,
            label=names[code],
            kind="file",
            required=False,
            hint=hint,
            accept=ACCEPTED,
            error=wrong.get(field, ""),
        )
        for field, code in (await _wanted(uow, story)).items()
    ]
    answer = Field(
        name="answer",
        label=t("supplement.answer"),
        kind="area",
        required=False,
        value=given.get("answer", ""),
        error=wrong.get("answer", ""),
    )
    return FormPage(
        title=t("supplement.title"),
        caption=tidy(it.procedure_name),
        lead=t("supplement.lead"),
        items=(asked.reason, *asked.papers),
        action=f"/ho-so/{dossier_id}/bo-sung",
        button=t("supplement.send"),
        fields=(*fields, answer),
        errors=summary(wrong),
        back=Link(text=it.code or it.procedure_name, href=f"/ho-so/{dossier_id}"),
        uploads=True,
    )


def _withdrawal_page(found: dossier.Dossier, t: Speech, wrong: dict[str, str]) -> FormPage:
    return FormPage(
        title=t("withdraw.title"),
        caption=tidy(found.procedure_name),
        lead=t("withdraw.lead"),
        action=f"/ho-so/{found.id}/rut",
        button=t("withdraw.send"),
        fields=(Field(name="reason", label=t("withdraw.reason"), kind="area", error=wrong.get("reason", "")),),
        errors=summary(wrong),
        back=Link(text=found.code or found.procedure_name, href=f"/ho-so/{found.id}"),
    )
