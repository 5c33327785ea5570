"""A dossier's date follows its clock: a decreed day, an extension, the end of a pause (DOS-12, DOS-15; INT-02)."""

from collections.abc import Iterator
from datetime import date

import msgspec
import pytest

from hub import dossier, notification, workflow
from hub.integration.schedules import follow_calendar
from hub.kernel.db import Database
from hub.workflow import service
from tests.support.calendars import at
from tests.support.dossiers import Wired, accepted
from tests.support.modules import OFFICER

HOLIDAY = {"day": date(2026, 12, 1), "worked": False, "name": "Nghỉ bù", "source": "Quyết định 123/QĐ-TTg"}


@pytest.fixture(autouse=True)
def fresh_calendar() -> Iterator[None]:
    """Each test has its own database, hence its own decrees."""
    service._Known.decrees, service._Known.calendar = (), None
    yield
    service._Known.decrees, service._Known.calendar = (), None


async def told(db: Database, row: dossier.Dossier) -> list[str]:
    async with db.read() as uow:
        return [notice.title for notice in await notification.inbox_of(uow, row.owner_id)]


async def synced(db: Database, row: dossier.Dossier) -> list[dict]:
    """What goes to the national portal, oldest first."""
    rows = await db.pool.fetch(
        "select type, body from kernel.outbox where connector = 'national_portal' and lane = $1 order by seq", row.code
    )
    return [{"type": each["type"], **msgspec.json.decode(each["body"])} for each in rows]


async def test_a_decreed_day_moves_the_date_and_everybody_is_told(wired: Wired) -> None:
    db, clock = wired
    row, other = await accepted(db), await accepted(db)
    clock.forward(days=5)
    async with db.begin(OFFICER) as uow:
        await workflow.decree(uow, **HOLIDAY)
        await follow_calendar(uow, "")
    async with db.read() as uow:
        for each in (row, other):
            moved = await dossier.get(uow, each.id)
            assert moved.due_at == (await workflow.due(uow, each.id)).at == at("2026-12-07 17:00")
            assert (moved.status, moved.version) == (each.status, each.version)
        why = await workflow.explanation(uow, row.id)
    assert any("Quyết định 123/QĐ-TTg" in msgspec.json.encode(line).decode() for line in why.lines)
    assert "Ngày hẹn trả kết quả thay đổi" in await told(db, row)
    *_, last = await synced(db, row)
    assert last["dossier"]["due_at"].startswith("2026-12-07")
    assert last["dossier"]["revision"] == row.version
    async with db.begin(OFFICER) as uow:
        await follow_calendar(uow, "")
    assert (await told(db, row)).count("Ngày hẹn trả kết quả thay đổi") == 1


async def test_an_extension_moves_the_date(wired: Wired) -> None:
    """DOS-15."""
    db, _ = wired
    row = await accepted(db)
    async with db.begin(OFFICER) as uow:
        due = await workflow.extend(uow, row.id, amount=2, cause="Cần đo đạc lại", approver="Giám đốc")
    async with db.read() as uow:
        assert (await dossier.get(uow, row.id)).due_at == due.at
    assert (await told(db, row)).count("Ngày hẹn trả kết quả thay đổi") == 1
    assert (await synced(db, row))[-1]["dossier"]["due_at"].startswith("2026-12-08")


async def test_a_resumed_clock_is_told_with_the_step_that_resumed_it(wired: Wired) -> None:
    """DOS-12: one message, not two."""
    db, clock = wired
    row = await accepted(db)
    before = await synced(db, row)
    async with db.begin(OFFICER) as uow:
        await workflow.pause(uow, row.id, uow.now, "Chờ công dân")
    clock.forward(days=7)
    async with db.begin(OFFICER) as uow:
        due = await workflow.resume(uow, row.id, uow.now)
    async with db.read() as uow:
        assert (await dossier.get(uow, row.id)).due_at == due.at > row.due_at
    assert "Ngày hẹn trả kết quả thay đổi" not in await told(db, row)
    assert await synced(db, row) == before
