"""What a test of a hub module needs: a clock that it moves, and every fact that was told."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from pypdf import PdfWriter

from hub.kernel.actor import Actor
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.events import Fact


def blank_pdf() -> bytes:
    """One empty A4 page."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


OFFICER = Actor(kind="officer", id="o-1", name="Trần Thị Tiếp Nhận", unit="Bộ phận Một cửa")


class Clock:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Everything(dict[type[Fact], Sequence[Callable[[UnitOfWork, Any], Awaitable[None]]]]):
    """Subscribes to every fact."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Fact] = []

    def __bool__(self) -> bool:
        return True

    def get(self, key: Any, default: Any = ()) -> Any:
        return (self._note,)

    async def _note(self, _: UnitOfWork, fact: Fact) -> None:
        self.facts.append(fact)


class Hub:
    """The database as a test uses it."""

    def __init__(self, db: Database, clock: Clock, told: Everything) -> None:
        self.db = db
        self.clock = clock
        self._told = told

    def begin(self, actor: Actor = OFFICER) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.db.begin(actor)

    def told(self, kind: type[Any]) -> list[Any]:
        return [fact for fact in self._told.facts if isinstance(fact, kind)]

    async def value(self, sql: str, *arguments: Any) -> Any:
        return await self.db.pool.fetchval(sql, *arguments)
