"""A dossier's date follows its clock: a decreed day, an extension, the end of a pause (DOS-12, DOS-15; INT-02)."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from hub import dossier, notification, workflow
from hub.dossier import repository
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.writing import move
from hub.integration.routes import routes
from hub.integration.schedules import follow_calendar
from hub.kernel.db import Database, open_database
from hub.kernel.ids import uuid7
from hub.kernel.links import Links
from hub.kernel.storage import FolderStorage
from hub.workflow import Budget, Unit, service
from schemas.messages.dossier import Channel, Party, PartyKind, ReturnWay, Status
from tests.support.calendars import at
from tests.support.modules import OFFICER, Clock

HOLIDAY = {"day": date(2026, 12, 1), "worked": False, "name": "Nghỉ bù", "source": "Quyết định 123/QĐ-TTg"}


@pytest.fixture(autouse=True)
def fresh_calendar() -> Iterator[None]:
    """Each test has its own database, hence its own decrees."""
    service._Known.decrees, service._Known.calendar = (), None
    yield
    service._Known.decrees, service._Known.calendar = (), None


@pytest.fixture
async def wired(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Database, Clock]]:
    """The database with the hub's own subscribers and routes."""
    clock = Clock()
    clock.now = at("2026-11-19 08:12")
    table = routes(Links("https://hub.test", b"k" * 32, clock), "https://hub.test")
    storage = FolderStorage(tmp_path / "files")
    async with open_database(database_url, storage, clock=clock, subscribers=dossier.SUBSCRIBERS, routes=table) as db:
        yield db, clock


async def accepted(db: Database) -> dossier.Dossier:
    """Ten working days from 19/11/2026: until 04/12/2026."""
    async with db.begin(OFFICER) as uow:
        row = _row(uow.now)
        await repository.insert(uow.conn, row, [], OFFICER)
        await workflow.start_clock(uow, row.id, Budget(10, Unit.WORKING_DAY), at=uow.now)
        due = (await workflow.due(uow, row.id)).at
        change = transition(
            row, Trigger.ACCEPT, at=uow.now, cause="Đã tiếp nhận", code=f"H01.12-261119-{row.reference[:4]}",
            received_at=uow.now, due_at=due,
        )  # fmt: skip
        return await move(uow, change)


def _row(now: datetime) -> dossier.Dossier:
    name = uuid7()
    applicant = Party(kind=PartyKind.CITIZEN, name="Lê Thị Mẫu", id_number="091190000001", phone="0912345678")
    return dossier.Dossier(
        id=name, reference=name.hex[-12:], code=None, status=Status.REGISTERED, version=1, procedure_code="1.001662",
        procedure_version=1, procedure_name="Đăng ký khai thác nước dưới đất", field_code="G13", field_name="Nước",
        channel=Channel.ONLINE, return_way=ReturnWay.COUNTER, return_address=None, owner_id=uuid7(),
        applicant=applicant, form={}, summary="", agency_code="H01.12", agency_name="Trung tâm", unit_id="H01.03",
        unit_name="Sở", connector="", receiver_id="", receiver_name="", receipt_entry=None, submitted_at=now,
        ack_due_at=now, received_at=None, due_at=None, refused_at=None, resolved_at=None, returned_at=None,
        updated_at=now,
    )  # fmt: skip


async def told(db: Database, row: dossier.Dossier) -> list[str]:
    async with db.read() as uow:
        return [notice.title for notice in await notification.inbox_of(uow, row.owner_id)]


async def synced(db: Database, row: dossier.Dossier) -> list[dict]:
    """What goes to the national portal, oldest first."""
    rows = await db.pool.fetch(
        "select type, body from kernel.outbox where connector = 'national_portal' and lane = $1 order by seq", row.code
    )
    return [{"type": each["type"], **msgspec.json.decode(each["body"])} for each in rows]


async def test_a_decreed_day_moves_the_date_and_everybody_is_told(wired: tuple[Database, Clock]) -> None:
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


async def test_an_extension_moves_the_date(wired: tuple[Database, Clock]) -> None:
    """DOS-15."""
    db, _ = wired
    row = await accepted(db)
    async with db.begin(OFFICER) as uow:
        due = await workflow.extend(uow, row.id, amount=2, cause="Cần đo đạc lại", approver="Giám đốc")
    async with db.read() as uow:
        assert (await dossier.get(uow, row.id)).due_at == due.at
    assert (await told(db, row)).count("Ngày hẹn trả kết quả thay đổi") == 1
    assert (await synced(db, row))[-1]["dossier"]["due_at"].startswith("2026-12-08")


async def test_a_resumed_clock_is_told_with_the_step_that_resumed_it(wired: tuple[Database, Clock]) -> None:
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
