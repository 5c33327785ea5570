"""What the operator's pages are given: reading what travels, and the verbs that move it again."""

from collections.abc import Mapping
from uuid import UUID

from hub.integration import desk, parity, schedules
from hub.kernel.db import UnitOfWork


class Oversight:
    """`titles`: connector → its name in Vietnamese and English."""

    def __init__(self, titles: Mapping[str, tuple[str, str]]) -> None:
        self.titles = dict(titles)

    async def connectors(self, uow: UnitOfWork) -> tuple[desk.ConnectorState, ...]:
        """Each one's circuit and what waits on it."""
        return await desk.connectors(uow)

    async def parked(self, uow: UnitOfWork) -> tuple[desk.Parked, ...]:
        """Messages that their partner refused."""
        return await desk.parked(uow)

    async def diverged(self, uow: UnitOfWork) -> tuple[parity.Divergence, ...]:
        """Dossiers of which a partner holds something else."""
        return await parity.diverged(uow)

    async def compared(self, uow: UnitOfWork) -> dict[str, int]:
        """Partner → how many dossiers were compared with it."""
        return await parity.compared(uow)

    async def retry(self, uow: UnitOfWork, message: UUID) -> None:
        """Send a parked message again."""
        await desk.retry(uow, message)

    async def skip(self, uow: UnitOfWork, message: UUID, *, reason: str) -> None:
        """Give a parked message up."""
        await desk.skip(uow, message, reason=reason)

    async def compare(self, uow: UnitOfWork) -> None:
        """Ask the partners now."""
        await schedules.run_soon(uow, "parity")
