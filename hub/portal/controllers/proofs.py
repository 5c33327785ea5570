"""`/bang-chung`: the log's signed roots for anybody, one's own proofs as files."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from hub import proof
from hub.kernel.auth import anyone, citizen
from hub.kernel.db import Database
from hub.portal.builders.proof import roots_page
from hub.portal.rendering import page, speech_of
from hub.settings import Settings

AnyRequest = Request[Any, Any, Any]
_SHOWN = 30


class ProofPages(Controller):
    """What was issued and changed, beyond our own power to rewrite."""

    path = "/bang-chung"
    include_in_schema = False

    @get("/", guards=[anyone])
    async def roots(
        self, request: AnyRequest, db: NamedDependency[Database], settings: NamedDependency[Settings]
    ) -> Response[str]:
        """To be written down by whoever wants to hold us to them."""
        async with db.read() as uow:
            found = await proof.roots(uow, limit=_SHOWN)
        it = roots_page(found, db.now(), settings.proof_root_hour, speech_of(request))
        return page(request, "proof/roots.html", it=it)

    @get("/{fact_id:uuid}", guards=[citizen])
    async def mine(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
        fact_id: FromPath[UUID],
    ) -> Response[bytes]:
        """The file for `hub proof check`."""
        async with db.read() as uow:
            name, data = await proof.proof_of(uow, fact_id, request.user.id, settings.proof_root_hour)
        return proof.as_file(name, data)
