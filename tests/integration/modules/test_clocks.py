"""Clocks of dossiers in PostgreSQL (DOS-01, DOS-12, DOS-15, DOS-16; PEERS §4.2)."""

import asyncio
from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest

from hub import workflow
from hub.kernel.actor import system
from hub.workflow import service
from hub.workflow.deadline import Budget, Counting, Unit
from tests.integration.modules.conftest import Hub
from tests.support.calendars import at

pytestmark = pytest.mark.anyio

TEN = Budget(10, Unit.WORKING_DAY, Counting.DAY_AFTER, "Quyết định công bố thủ tục")
EIGHT = Budget(8, Unit.WORKING_HOUR, basis="Nghị định 45/2020/NĐ-CP, Điều 11")
SYSTEM = system("test")


@pytest.fixture(autouse=True)
def fresh_calendar() -> Iterator[None]:
    """Each test has its own database, hence its own decrees."""
    service._Known.decrees, service._Known.calendar = (), None
    yield
    service._Known.decrees, service._Known.calendar = (), None


async def accepted(hub: Hub) -> UUID:
    dossier = uuid4()
    hub.clock.now = at("2026-11-19 08:12")
    async with hub.begin() as uow:
        await workflow.start_clock(uow, dossier, TEN, at=uow.now)
    return dossier


async def due(hub: Hub, dossier: UUID, **more) -> workflow.Due:
    async with hub.db.read() as uow:
        return await workflow.due(uow, dossier, **more)


async def test_dos_12_the_clock_starts_at_acceptance_over_the_culture_day(hub: Hub):
    dossier = await accepted(hub)
    assert (await due(hub, dossier)).at == at("2026-12-04 17:00")


async def test_a_second_start_changes_nothing(hub: Hub):
    dossier = await accepted(hub)
    hub.clock.forward(days=1)
    async with hub.begin() as uow:
        again = await workflow.start_clock(uow, dossier, Budget(3, Unit.DAY), at=uow.now)
    assert again.at == at("2026-12-04 17:00")
    assert await hub.value("select count(*) from workflow.clock_event") == 1


async def test_dos_01_a_dossier_has_one_clock_of_each_kind(hub: Hub):
    dossier = await accepted(hub)
    async with hub.begin() as uow:
        acceptance = await workflow.start_clock(
            uow, dossier, EIGHT, at=at("2026-11-18 20:00"), kind=workflow.ClockKind.ACCEPTANCE
        )
    assert acceptance.at == at("2026-11-19 17:00")
    assert (await due(hub, dossier)).at == at("2026-12-04 17:00")


async def test_dos_12_pause_and_resume_give_the_time_back_and_tell(hub: Hub):
    dossier = await accepted(hub)
    async with hub.begin() as uow:
        await workflow.pause(uow, dossier, at("2026-11-23 10:05"), "Chờ công dân bổ sung giấy tờ")
        await workflow.pause(uow, dossier, at("2026-11-23 11:00"), "lần thứ hai: không ghi thêm")
    hub.clock.now = at("2026-11-25 09:00")
    waiting = await due(hub, dossier)
    assert (waiting.state, waiting.paused_since) == ("paused", at("2026-11-23 10:05"))
    hub.clock.now = at("2026-11-26 09:00")
    assert (await due(hub, dossier)).at > waiting.at
    async with hub.begin() as uow:
        resumed = await workflow.resume(uow, dossier, uow.now)
        assert await workflow.resume(uow, dossier, uow.now) == resumed
    assert resumed.at == at("2026-12-08 17:00")
    assert await hub.value("select array_agg(step order by seq) from workflow.clock_event") == [
        "start",
        "pause",
        "resume",
    ]
    (moved,) = hub.told(workflow.DueMoved)
    assert (moved.before, moved.after) == (at("2026-12-04 17:00"), at("2026-12-08 17:00"))


async def test_dos_15_an_extension_needs_reason_and_approver_and_is_limited(hub: Hub):
    dossier = await accepted(hub)
    async with hub.begin() as uow:
        for cause, approver in (("", "Giám đốc Sở"), ("Xác minh thực địa", " ")):
            with pytest.raises(workflow.ReasonNeeded):
                await workflow.extend(uow, dossier, amount=5, cause=cause, approver=approver)
        extended = await workflow.extend(uow, dossier, amount=5, cause="Xác minh thực địa", approver="Giám đốc Sở")
        again = await workflow.extend(uow, dossier, amount=5, cause="Xác minh thực địa", approver="Giám đốc Sở")
        with pytest.raises(workflow.TooManyExtensions):
            await workflow.extend(uow, dossier, amount=2, cause="Thêm nữa", approver="Giám đốc Sở")
    assert extended == again
    assert (extended.at, extended.original) == (at("2026-12-11 17:00"), at("2026-12-04 17:00"))


async def test_dos_16_an_apology_gives_a_new_date_and_leaves_the_old_one(hub: Hub):
    dossier = await accepted(hub)
    hub.clock.now = at("2026-12-07 08:00")
    async with hub.begin() as uow:
        with pytest.raises(workflow.PromiseTooEarly):
            await workflow.promise(uow, dossier, until=at("2026-12-04 17:00"), cause="Quá tải")
        said = await workflow.promise(uow, dossier, until=at("2026-12-10 17:00"), cause="Quá tải")
    assert (said.at, said.promised, said.shown) == (
        at("2026-12-04 17:00"),
        at("2026-12-10 17:00"),
        at("2026-12-10 17:00"),
    )
    assert [fact.why for fact in hub.told(workflow.ApologyPromised)] == ["Quá tải"]
    hub.clock.now = at("2026-12-09 15:00")
    async with hub.begin() as uow:
        await workflow.stop(uow, dossier, uow.now)
        timing = (await workflow.course(uow, dossier)).timing(await workflow.calendar(uow))
    assert timing is workflow.Timing.LATE


async def test_a_stopped_clock_takes_no_more_steps(hub: Hub):
    dossier = await accepted(hub)
    async with hub.begin() as uow:
        stopped = await workflow.stop(uow, dossier, at("2026-11-30 09:00"))
        assert await workflow.stop(uow, dossier, at("2026-11-30 10:00")) == stopped
        with pytest.raises(workflow.ClockStopped, match="stopped"):
            await workflow.pause(uow, dossier, at("2026-12-01 09:00"), "quá muộn")


async def test_no_clock_is_said_so(hub: Hub):
    with pytest.raises(workflow.NoClock):
        await due(hub, uuid4())
    async with hub.begin() as uow:
        with pytest.raises(workflow.NoClock):
            await workflow.pause(uow, uuid4(), uow.now, "x")


async def test_the_explanation_tells_each_day_with_its_article(hub: Hub):
    dossier = await accepted(hub)
    hub.clock.now = at("2026-11-20 14:00")
    async with hub.db.read() as uow:
        told = await workflow.explanation(uow, dossier)
        bars = await workflow.bars(uow, [dossier, uuid4()])
    by_day = {line.day: line for line in told.lines}
    assert by_day[date(2026, 11, 19)].basis == "Bộ luật Dân sự 2015, Điều 147 khoản 2"
    assert by_day[date(2026, 11, 20)].basis == TEN.basis
    assert by_day[date(2026, 11, 24)].basis == "Nghị quyết 28/2026/QH16"
    assert told.left_vi == "Còn 9 ngày 3 giờ làm việc"
    assert bars == {dossier: told.bar}


async def test_a_day_decreed_late_moves_every_open_dossier_and_only_those(hub: Hub):
    dossiers = [await accepted(hub) for _ in range(5)]
    async with hub.begin() as uow:
        await workflow.stop(uow, dossiers[0], at("2026-11-20 09:00"))
    async with hub.begin() as uow:
        await workflow.decree(
            uow, day=date(2026, 11, 27), worked=False, name="Nghỉ tránh bão số 15", source="Công điện 15/CĐ-UBND"
        )
    assert (await due(hub, dossiers[1])).at == at("2026-12-04 17:00")
    looked = []
    while not looked or looked[-1].more:
        async with hub.begin(SYSTEM) as uow:
            looked.append(await workflow.recompute(uow, limit=3))
    assert [(done.looked_at, done.moved) for done in looked] == [(3, 3), (1, 1)]
    assert (await due(hub, dossiers[0])).at == at("2026-12-04 17:00")
    assert {(await due(hub, dossier)).at for dossier in dossiers[1:]} == {at("2026-12-07 17:00")}
    moved = hub.told(workflow.DueMoved)
    assert {fact.dossier_id for fact in moved} == set(dossiers[1:])
    assert moved[0].why == "27/11/2026 là ngày nghỉ: Nghỉ tránh bão số 15 (Công điện 15/CĐ-UBND)"
    async with hub.db.read() as uow:
        lines = {line.day: line for line in (await workflow.explanation(uow, dossiers[1])).lines}
    assert lines[date(2026, 11, 27)].basis == "Công điện 15/CĐ-UBND"


async def test_a_recomputation_that_has_nothing_to_do_says_so(hub: Hub):
    await accepted(hub)
    async with hub.begin(SYSTEM) as uow:
        assert await workflow.recompute(uow) == workflow.Recomputed(looked_at=0, moved=0, more=False)


async def test_a_day_decreed_and_taken_back_ends_where_it_began(hub: Hub):
    dossier = await accepted(hub)
    for worked, source in ((False, "Công điện 15"), (True, "Công điện 16")):
        async with hub.begin() as uow:
            await workflow.decree(uow, day=date(2026, 11, 27), worked=worked, name="Bão", source=source)
            await workflow.recompute(uow)
    assert (await due(hub, dossier)).at == at("2026-12-04 17:00")


async def test_a_decree_that_the_calendar_knows_is_refused(hub: Hub):
    async with hub.begin() as uow:
        with pytest.raises(workflow.DayKnown, match="Ngày Văn hóa"):
            await workflow.decree(uow, day=date(2026, 11, 24), worked=False, name="Nghỉ", source="X")
        with pytest.raises(workflow.ReasonNeeded):
            await workflow.decree(uow, day=date(2026, 11, 25), worked=False, name="Nghỉ", source="")


async def test_two_officers_at_once_leave_one_ledger(hub: Hub):
    dossier = await accepted(hub)

    async def pause(cause: str) -> None:
        async with hub.begin() as uow:
            await workflow.pause(uow, dossier, at("2026-11-23 10:05"), cause)

    await asyncio.gather(*(pause(f"lần {n}") for n in range(6)))
    assert await hub.value("select count(*) from workflow.clock_event where step = 'pause'") == 1
    assert await hub.value("select events from workflow.clock") == 2


@pytest.mark.parametrize(
    "change",
    [
        "update workflow.clock_event set cause = 'khác'",
        "delete from workflow.clock_event",
        "delete from workflow.decree",
    ],
)
async def test_the_ledger_is_append_only(hub: Hub, change: str):
    await accepted(hub)
    async with hub.begin() as uow:
        await workflow.decree(uow, day=date(2026, 11, 27), worked=False, name="Bão", source="Công điện 15")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await hub.value(change)
