"""Tasks of dossiers in PostgreSQL (WFL-01, WFL-03, WFL-07, WFL-08, WFL-09)."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from hub import workflow
from hub.catalog.local import workflow as flow_of
from hub.workflow import Assignee, Doer, Work, tasks
from tests.integration.modules.conftest import Hub
from tests.support.calendars import at

pytestmark = pytest.mark.anyio

FLOW = flow_of("internal")
UNIT, COUNTER = "H01.03.01", "H01.12"
PAPER = UUID(int=7)


def officer(role: str, name: str, agency: str = UNIT) -> Doer:
    return Doer(id=name, name=name, roles=frozenset({role}), agencies=frozenset({agency}))


HEAD, ANH, BINH = officer("head", "Hạnh"), officer("specialist", "Anh"), officer("specialist", "Bình")
LEADER, CLERK, DESK = officer("leader", "Minh"), officer("clerk", "Yến"), officer("counter", "Mai", COUNTER)


async def begun(hub: Hub, when: str = "2026-11-19 08:12") -> UUID:
    dossier = uuid4()
    hub.clock.now = at(when)
    async with hub.begin() as uow:
        budget = workflow.Budget(10, workflow.Unit.WORKING_DAY)
        await workflow.start_clock(uow, dossier, budget, at=uow.now)
        await tasks.begin(uow, dossier, FLOW, unit=UNIT, counter=COUNTER)
    return dossier


async def do(hub: Hub, dossier: UUID, doer: Doer, action: str, **work) -> workflow.Outcome:
    async with hub.begin() as uow:
        return await tasks.complete(uow, dossier, doer, Work(action=action, **work))


async def queued(hub: Hub, doer: Doer) -> list[UUID]:
    async with hub.db.read() as uow:
        return [line.task.dossier_id for line in await tasks.queue(uow, doer)]


async def test_a_dossier_goes_from_desk_to_desk_and_each_sees_only_its_own(hub: Hub):
    dossier = await begun(hub)
    path = [
        (HEAD, "assign", {"assignee": Assignee("Anh", "Anh")}),
        (ANH, "propose", {"document_id": PAPER}),
        (LEADER, "reject", {"note": "Làm rõ ranh giới"}),
        (ANH, "propose", {"document_id": PAPER, "note": "Đã bổ sung"}),
        (LEADER, "approve", {}),
        (CLERK, "issue", {"document_id": PAPER}),
        (DESK, "hand-over", {}),
    ]
    triggers = []
    for doer, action, work in path:
        seen = {d.name for d in (HEAD, ANH, BINH, LEADER, CLERK, DESK) if await queued(hub, d)}
        assert seen == {doer.name}
        triggers.append((await do(hub, dossier, doer, action, **work)).trigger)
    assert triggers == ["progress"] * 5 + ["resolve", "return"]
    async with hub.db.read() as uow:
        history = await tasks.history(uow, dossier)
        assert await tasks.open_task(uow, dossier) is None
    assert [(t.number, t.step, t.done_by_name) for t in history] == [
        (1, "assign", "Hạnh"),
        (2, "examine", "Anh"),
        (3, "leader", "Minh"),
        (4, "examine", "Anh"),
        (5, "leader", "Minh"),
        (6, "clerk", "Yến"),
        (7, "return", "Mai"),
    ]
    assert history[3].directions == "Làm rõ ranh giới"
    assert len(hub.told(workflow.TaskDone)) == len(hub.told(workflow.TaskOpened)) == 7


async def test_beginning_twice_opens_one_task(hub: Hub):
    dossier = await begun(hub)
    async with hub.begin() as uow:
        again = await tasks.begin(uow, dossier, FLOW, unit="H99", counter="H99")
    assert (again.number, again.unit) == (1, UNIT)


async def test_the_queue_is_sorted_by_the_nearest_deadline(hub: Hub):
    later, sooner = await begun(hub, "2026-11-19 08:12"), await begun(hub, "2026-11-12 08:12")
    assert await queued(hub, HEAD) == [sooner, later]


async def test_a_step_may_take_its_share_of_the_time(hub: Hub):
    dossier = await begun(hub)
    async with hub.db.read() as uow:
        task = await tasks.open_task(uow, dossier)
    assert task is not None
    assert at("2026-11-19 08:12") < task.due_at < at("2026-11-20 08:12")
    await do(hub, dossier, HEAD, "assign", assignee=Assignee("Anh", "Anh"))
    async with hub.db.read() as uow:
        examine = await tasks.open_task(uow, dossier)
    assert examine.due_at <= at("2026-12-04 17:00")
    assert examine.due_at > at("2026-11-25 07:00")


async def test_one_of_two_who_claim_at_once_gets_the_task(hub: Hub):
    dossier = await begun(hub)
    async with hub.db.read() as uow:
        task = await tasks.open_task(uow, dossier)
    second = officer("head", "Hiền")

    async def claim(doer: Doer) -> str:
        try:
            async with hub.begin() as uow:
                return (await tasks.claim(uow, task.id, doer)).assignee_name
        except workflow.TaskTaken as taken:
            return taken.code

    said = await asyncio.gather(claim(HEAD), claim(second))
    assert "workflow.task-taken" in said
    assert len({"Hạnh", "Hiền"} & set(said)) == 1


async def test_one_of_two_who_complete_at_once_moves_the_dossier(hub: Hub):
    dossier = await begun(hub)

    async def assign(name: str) -> str:
        try:
            await do(hub, dossier, HEAD, "assign", assignee=Assignee(name, name))
        except workflow.NotYourTask as refused:
            return refused.code
        return "done"

    assert sorted(await asyncio.gather(assign("Anh"), assign("Bình"))) == ["done", "workflow.not-your-task"]
    assert await hub.value("select count(*) from workflow.task") == 2


async def test_a_strangers_claim_and_work_are_refused_and_change_nothing(hub: Hub):
    dossier = await begun(hub)
    async with hub.db.read() as uow:
        task = await tasks.open_task(uow, dossier)
    stranger = officer("head", "Lạ", "H01.15")
    async with hub.begin() as uow:
        with pytest.raises(workflow.NotYourTask):
            await tasks.claim(uow, task.id, stranger)
        with pytest.raises(workflow.NotYourTask):
            await tasks.complete(uow, dossier, stranger, Work(action="assign", assignee=Assignee("x", "x")))
        with pytest.raises(workflow.NoTask):
            await tasks.complete(uow, uuid4(), HEAD, Work(action="assign"))
        with pytest.raises(workflow.NoTask):
            await tasks.claim(uow, uuid4(), HEAD)
        assert await tasks.choices(uow, task.id, stranger) == ()
    assert await hub.value("select count(*) from workflow.task where done_at is null and assignee_id is null") == 1


async def test_the_head_gives_a_task_to_somebody_else(hub: Hub):
    dossier = await begun(hub)
    await do(hub, dossier, HEAD, "assign", assignee=Assignee("Anh", "Anh"))
    async with hub.begin() as uow:
        task = await tasks.open_task(uow, dossier)
        with pytest.raises(workflow.NotYourTask):
            await tasks.reassign(uow, task.id, BINH, Assignee("Bình", "Bình"))
        await tasks.reassign(uow, task.id, HEAD, Assignee("Bình", "Bình"))
    assert (await queued(hub, ANH), await queued(hub, BINH)) == ([], [dossier])


async def test_dos_17_a_withdrawn_dossier_leaves_every_queue(hub: Hub):
    dossier = await begun(hub)
    async with hub.begin() as uow:
        await tasks.cancel(uow, dossier, DESK, note="Công dân rút hồ sơ")
        await tasks.cancel(uow, dossier, DESK, note="lần nữa")
    assert await queued(hub, HEAD) == []
    with pytest.raises(workflow.TaskClosed):
        await do(hub, dossier, HEAD, "assign", assignee=Assignee("Anh", "Anh"))


@pytest.mark.parametrize("change", ["update workflow.task set note = 'khác'", "delete from workflow.task"])
async def test_what_was_done_stays_as_it_was_done(hub: Hub, change: str):
    dossier = await begun(hub)
    await do(hub, dossier, HEAD, "assign", assignee=Assignee("Anh", "Anh"))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await hub.value(f"{change} where done_at is not null")


async def test_a_second_open_task_of_a_dossier_cannot_be_stored(hub: Hub):
    dossier = await begun(hub)
    with pytest.raises(asyncpg.UniqueViolationError, match="task_open"):
        await hub.value(
            "insert into workflow.task (id, dossier_id, number, step, role, unit, opened_at)"
            " values ($1, $2, 2, 'x', 'x', 'x', now())",
            uuid4(),
            dossier,
        )
