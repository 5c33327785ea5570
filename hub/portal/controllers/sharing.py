"""A holder shows a document to somebody; somebody opens it (RES-06, OPS-07)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Stream

from hub import identity, vault
from hub.kernel.auth import anyone, citizen
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import NotFound, Problem
from hub.portal.builders.vault import opened_page, shared_page
from hub.portal.controllers.files import downloaded
from hub.portal.forms.account import said, summary
from hub.portal.forms.reading import typed
from hub.portal.forms.sharing import fields, wish
from hub.portal.rendering import go, page, speech_of
from hub.portal.speech import Speech
from hub.portal.views.common import Link
from hub.portal.views.form import FormPage
from hub.settings import Settings

AnyRequest = Request[Any, Any, Any]


class SharePages(Controller):
    """Under `/kho-du-lieu`: mine to show, and what others show me."""

    path = "/kho-du-lieu"
    include_in_schema = False
    guards = (citizen,)

    @get("/{entry_id:uuid}/chia-se")
    async def ask(self, request: AnyRequest, db: NamedDependency[Database], entry_id: FromPath[UUID]) -> Response[str]:
        """To whom, what for, how long."""
        async with db.read() as uow:
            entry, most = await _own(uow, request, entry_id), vault.longest(uow)
        return page(request, "form.html", it=_form(entry, most, speech_of(request), {}, {}))

    @post("/{entry_id:uuid}/chia-se")
    async def share(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        entry_id: FromPath[UUID],
    ) -> Response[str]:
        """The link is shown in the answer and kept nowhere."""
        t = speech_of(request)
        given = await typed(request)
        try:
            async with db.begin(request.user.actor) as uow:
                made, token = await vault.share(uow, request.user.id, wish(entry_id, given))
        except NotFound:
            raise
        except Problem as problem:
            async with db.read() as uow:
                entry, most = await _own(uow, request, entry_id), vault.longest(uow)
            it = _form(entry, most, t, given, {problem.field: said(problem, t)})
            return page(request, "form.html", status=problem.status, it=it)
        link = f"{settings.hub_url}/chia-se/{token}" if token else ""
        return page(request, "vault/shared.html", it=shared_page(made, link, t))

    @post("/chia-se/{share_id:uuid}/thu-hoi")
    async def revoke(self, request: AnyRequest, db: NamedDependency[Database], share_id: FromPath[UUID]) -> Redirect:
        """It opens no more."""
        async with db.begin(request.user.actor) as uow:
            await vault.revoke(uow, request.user.id, share_id)
        return go(request, "/kho-du-lieu", notice="share_revoked")

    @get("/duoc-chia-se/{share_id:uuid}")
    async def received(
        self, request: AnyRequest, db: NamedDependency[Database], share_id: FromPath[UUID]
    ) -> Response[str]:
        """What somebody shows me."""
        async with db.read() as uow:
            opened = await vault.for_citizen(uow, request.user.id, share_id)
            return await _opened(uow, request, opened, f"/kho-du-lieu/duoc-chia-se/{share_id}/tep")

    @post("/duoc-chia-se/{share_id:uuid}/tep", status_code=200)
    async def take(self, request: AnyRequest, db: NamedDependency[Database], share_id: FromPath[UUID]) -> Stream:
        """The owner is told."""
        async with db.begin(request.user.actor) as uow:
            opened = await vault.for_citizen(uow, request.user.id, share_id)
            entry, content = await vault.use(uow, opened)
        return downloaded(entry, content)


class SharedPages(Controller):
    """`/chia-se/<token>`: whoever has the link, and nothing but that document. A look uses nothing up."""

    path = "/chia-se"
    include_in_schema = False
    guards = (anyone,)

    @get("/{token:str}")
    async def show(self, request: AnyRequest, db: NamedDependency[Database], token: FromPath[str]) -> Response[str]:
        """Before the file is taken."""
        async with db.read() as uow:
            opened = await vault.by_link(uow, token)
            return await _opened(uow, request, opened, f"/chia-se/{token}/tep")

    @post("/{token:str}/tep", status_code=200)
    async def take(self, request: AnyRequest, db: NamedDependency[Database], token: FromPath[str]) -> Stream:
        """By a button, so that a program which follows links takes nothing. The owner is told."""
        actor = request.user.actor if request.user is not None else vault.WHOEVER_HAS_THE_LINK
        async with db.begin(actor) as uow:
            entry, content = await vault.use(uow, await vault.by_link(uow, token))
        return downloaded(entry, content)


async def _own(uow: UnitOfWork, request: AnyRequest, entry_id: UUID) -> vault.Entry:
    entry = await vault.entry(uow, entry_id)
    if entry.owner_id != request.user.id:
        raise vault.NoSuchEntry
    return entry


async def _opened(uow: UnitOfWork, request: AnyRequest, opened: vault.Share, action: str) -> Response[str]:
    owner = await identity.citizen(uow, opened.owner_id)
    answer = page(request, "vault/opened.html", it=opened_page(opened, owner.name, action, speech_of(request)))
    answer.headers["Referrer-Policy"] = "same-origin"  # the address is the key
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _form(entry: vault.Entry, most: int, t: Speech, given: dict[str, str], wrong: dict[str, str]) -> FormPage:
    return FormPage(
        title=t("share.title"),
        caption=entry.name,
        lead=t("share.lead"),
        action=f"/kho-du-lieu/{entry.id}/chia-se",
        button=t("share.button"),
        fields=fields(t, most, given, wrong),
        errors=summary(wrong),
        back=Link(text=t("share.back"), href="/kho-du-lieu"),
    )
