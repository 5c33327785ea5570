"""The citizen's vault (RES-05)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Stream

from hub import dossier, profiles, proof, result, vault
from hub.kernel.auth import citizen
from hub.kernel.clock import VN
from hub.kernel.db import Database, UnitOfWork
from hub.portal.builders.proof import Proofs
from hub.portal.builders.vault import Holding, Origin, vault_page
from hub.portal.controllers.files import shown
from hub.portal.rendering import page, speech_of
from hub.portal.speech import tidy
from hub.settings import Settings

AnyRequest = Request[Any, Any, Any]
_TOLD = 50
"""Dossiers whose papers are named one by one."""


class VaultPages(Controller):
    """`/kho-du-lieu`."""

    path = "/kho-du-lieu"
    include_in_schema = False
    guards = (citizen,)

    @get("/")
    async def show(
        self, request: AnyRequest, db: NamedDependency[Database], settings: NamedDependency[Settings]
    ) -> Response[str]:
        """Everything, and who looked."""
        async with db.read() as uow:
            it = await _holding(uow, request.user.id, settings.proof_root_hour)
        return page(request, "vault/list.html", it=vault_page(it, speech_of(request)))

    @get("/{entry_id:uuid}")
    async def file(self, request: AnyRequest, db: NamedDependency[Database], entry_id: FromPath[UUID]) -> Stream:
        """One's own document; somebody else's is 404."""
        async with db.begin(request.user.actor) as uow:
            entry = await vault.entry(uow, entry_id)
            if entry.owner_id != request.user.id:
                raise vault.NoSuchEntry
            content = await vault.stream(uow, entry_id, purpose="Chủ tài liệu xem")
        return shown(entry, content)


async def _holding(uow: UnitOfWork, owner_id: UUID, root_hour: int) -> Holding:
    entries = await vault.entries_of(uow, owner_id)
    further = [each.document_id for each in entries if each.version > 1]
    return Holding(
        entries=entries,
        issued={each: (await vault.versions(uow, each))[0] for each in further},
        seen=await vault.seen(uow, owner_id=owner_id),
        origins=await _origins(uow, owner_id),
        shares=await vault.shares_of(uow, owner_id),
        received=await vault.shared_with(uow, owner_id),
        proofs=Proofs(await proof.held_of(uow, owner_id=owner_id), uow.now, root_hour),
        upload_days=profiles.terms_on(uow.now.astimezone(VN).date()).vault.upload_days,
        now=uow.now,
    )


async def _origins(uow: UnitOfWork, owner_id: UUID) -> dict[UUID, Origin]:
    """By dossier, and by document for the papers that were handed in and the results that came out."""
    origins: dict[UUID, Origin] = {}
    for each in (await dossier.of_owner(uow, owner_id))[:_TOLD]:
        code = each.code or each.reference
        origins[each.id] = Origin(code=code)
        for paper in (await dossier.story(uow, each.id)).components:
            origins[paper.entry_id] = Origin(code=code, name=tidy(paper.name))
    for made in await result.of_owner(uow, owner_id):
        origins[made.entry_id] = Origin(code=made.dossier_code, result=made.code, check=f"/xac-minh/{made.token}")
    return origins
