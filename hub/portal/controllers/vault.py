"""The citizen's vault (RES-05)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get
from litestar.params import FromPath
from litestar.response import Response

from hub import dossier, vault
from hub.kernel.auth import citizen
from hub.kernel.db import Database
from hub.portal.builders.vault import vault_page
from hub.portal.controllers.files import shown
from hub.portal.rendering import page, speech_of

AnyRequest = Request[Any, Any, Any]


class VaultPages(Controller):
    """`/kho-du-lieu`."""

    path = "/kho-du-lieu"
    include_in_schema = False
    guards = (citizen,)

    @get("/")
    async def show(self, request: AnyRequest, db: Database) -> Response[str]:
        """Everything, and who looked."""
        async with db.read() as uow:
            entries = await vault.entries_of(uow, request.user.id)
            seen = await vault.seen(uow, owner_id=request.user.id)
            mine = await dossier.of_owner(uow, request.user.id)
        codes = {each.id: each.code or each.reference for each in mine}
        return page(request, "vault/list.html", it=vault_page(entries, seen, codes, speech_of(request)))

    @get("/{entry_id:uuid}")
    async def file(self, request: AnyRequest, db: Database, entry_id: FromPath[UUID]) -> Response[bytes]:
        """One's own document; somebody else's is 404."""
        async with db.begin(request.user.actor) as uow:
            entry = await vault.entry(uow, entry_id)
            if entry.owner_id != request.user.id:
                raise vault.NoSuchEntry
            data = await vault.read(uow, entry_id, purpose="Chủ tài liệu xem")
        return shown(entry, data)
