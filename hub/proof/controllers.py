"""`/api/v1/proof`: roots for anybody to pin, proofs for their owners."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from hub.identity import Principal
from hub.kernel.auth import anyone, citizen
from hub.kernel.db import Database
from hub.proof import evidence
from hub.proof.download import as_file
from hub.proof.evidence import PublishedRoot
from hub.settings import Settings
from signing.proofs import Link

AnyRequest = Request[Principal, str, State]
MOST = 1 << 62


class Proofs(Controller):
    """The log of what was issued and changed."""

    path = "/api/v1/proof"
    tags = ("Bằng chứng / Proofs",)

    @get("/roots", guards=[anyone])
    async def roots(
        self,
        db: NamedDependency[Database],
        below: Annotated[int, QueryParameter(name="below", ge=1, le=MOST)] = MOST,
        limit: Annotated[int, QueryParameter(name="limit", ge=1, le=1000)] = 100,
    ) -> tuple[PublishedRoot, ...]:
        """Signed roots, newest first. Pin one: whatever is proved later must have grown out of it."""
        async with db.read() as uow:
            return await evidence.roots(uow, below=below, limit=limit)

    @get("/roots/{size:int}", guards=[anyone])
    async def root(self, size: FromPath[int], db: NamedDependency[Database]) -> PublishedRoot:
        """The root over the first `size` entries."""
        async with db.read() as uow:
            return await evidence.root(uow, _bounded(size))

    @get("/roots/{first:int}/to/{second:int}", guards=[anyone])
    async def link(self, first: FromPath[int], second: FromPath[int], db: NamedDependency[Database]) -> Link:
        """The consistency proof (RFC 9162) between two signed roots."""
        async with db.read() as uow:
            return await evidence.link(uow, _bounded(first), _bounded(second))

    @get("/of/{fact_id:uuid}", guards=[citizen])
    async def mine(
        self,
        request: AnyRequest,
        fact_id: FromPath[UUID],
        db: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[bytes]:
        """One's own proof as a file for `hub proof check`."""
        async with db.read() as uow:
            name, data = await evidence.proof_of(uow, fact_id, request.user.id, settings.proof_root_hour)
        return as_file(name, data)


def _bounded(size: int) -> int:
    """As the column can hold; what lies outside was never signed."""
    return size if 0 < size <= MOST else 0
