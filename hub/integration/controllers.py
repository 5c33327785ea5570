"""The operator's API: what travels, what is stuck, and the verbs that move it again."""

from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.identity import Principal
from hub.integration import desk, parity, schedules
from hub.kernel.auth import officer
from hub.kernel.db import Database

AnyRequest = Request[Principal, str, State]


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The reason, for the audit trail."""

    reason: str


class Operations(Controller):
    """`/api/v1/operator`."""

    path = "/api/v1/operator"
    guards = (officer("operator"),)
    tags = ("Vận hành / Operations",)

    @get("/connectors")
    async def connectors(self, db: NamedDependency[Database]) -> tuple[desk.ConnectorState, ...]:
        """Each connector's circuit and what waits on it."""
        async with db.read() as uow:
            return await desk.connectors(uow)

    @get("/parked")
    async def parked(self, db: NamedDependency[Database]) -> tuple[desk.Parked, ...]:
        """Messages refused by their partner."""
        async with db.read() as uow:
            return await desk.parked(uow)

    @get("/quarantined")
    async def quarantined(self, db: NamedDependency[Database]) -> tuple[desk.Quarantined, ...]:
        """What partners said that was not applied."""
        async with db.read() as uow:
            return await desk.quarantined(uow)

    @get("/parity")
    async def diverged(self, db: NamedDependency[Database]) -> tuple[parity.Divergence, ...]:
        """Dossiers of which a partner holds something else."""
        async with db.read() as uow:
            return await parity.diverged(uow)

    @post("/parked/{message:uuid}/retry", status_code=204)
    async def retry(self, request: AnyRequest, message: FromPath[UUID], db: NamedDependency[Database]) -> None:
        """Send it again."""
        async with db.begin(request.user.actor) as uow:
            await desk.retry(uow, message)

    @post("/parked/{message:uuid}/skip", status_code=204)
    async def skip(
        self, request: AnyRequest, message: FromPath[UUID], data: JSONBody[Why], db: NamedDependency[Database]
    ) -> None:
        """Give it up, with a reason."""
        async with db.begin(request.user.actor) as uow:
            await desk.skip(uow, message, reason=data.reason)

    @post("/quarantined/{message:uuid}/again", status_code=204)
    async def again(self, request: AnyRequest, message: FromPath[UUID], db: NamedDependency[Database]) -> None:
        """Handle it again."""
        async with db.begin(request.user.actor) as uow:
            await desk.handle_again(uow, message)

    @post("/jobs/{job:str}", status_code=204)
    async def run_job(self, request: AnyRequest, job: FromPath[str], db: NamedDependency[Database]) -> None:
        """Run a scheduled job now."""
        async with db.begin(request.user.actor) as uow:
            await schedules.run_soon(uow, job)
