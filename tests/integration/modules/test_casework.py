"""Inner steps of a dossier in PostgreSQL: whose they are, and when a notice comes too late (DOS-11, WFL-10)."""

import pytest

from hub import dossier, workflow
from hub.catalog.local import workflow as flow_of
from hub.dossier import Deed
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.writing import move
from hub.kernel.db import Database
from hub.kernel.errors import Conflict
from hub.kernel.signatures import Checker
from hub.workflow import Assignee, Doer, NoTask, NotYourTask, Work, tasks
from signing import TrustStore
from tests.support.calendars import at
from tests.support.dossiers import COUNTER, UNIT, Wired, accepted
from tests.support.modules import OFFICER

CHECKER = Checker(TrustStore())
"""Trusts nobody; no document is issued here."""


def officer(role: str, name: str, agency: str = UNIT) -> Doer:
    return Doer(id=name, name=name, roles=frozenset({role}), agencies=frozenset({agency}))


HEAD, ANH, LEADER = officer("head", "Hạnh"), officer("specialist", "Anh"), officer("leader", "Minh")


async def drafted(db: Database) -> workflow.Task:
    """With the leader: a supplement request of the specialist's."""
    row = await accepted(db, connector="elsewhere")
    async with db.begin(OFFICER) as uow:
        await tasks.begin(uow, row.id, flow_of("internal"), unit=UNIT, counter=COUNTER)
        await move(uow, transition(row, Trigger.HAND_OVER, at=uow.now, cause="Chuyển"))
        await tasks.complete(uow, row.id, HEAD, Work(action="assign", assignee=Assignee("Anh", "Anh")))
        await tasks.complete(uow, row.id, ANH, Work(action="supplement", note="Thiếu sơ đồ", papers=("Sơ đồ", " ")))
        task = await tasks.open_task(uow, row.id)
    assert task is not None
    return task


async def test_a_notice_falls_inside_the_processing_time(wired: Wired) -> None:
    """DOS-11; nothing is changed when it comes too late."""
    db, clock = wired
    task, late = await drafted(db), await drafted(db)
    async with db.begin(OFFICER) as uow:
        asked = await dossier.act(uow, LEADER, task.id, Deed(action="approve-notice"), checker=CHECKER)
        [request] = (await dossier.story(uow, asked.id)).supplements
    assert (request.reason, request.papers) == ("Thiếu sơ đồ", ("Sơ đồ",))
    clock.now = at("2026-12-05 08:00")
    with pytest.raises(Conflict, match="notice-too-late"):
        async with db.begin(OFFICER) as uow:
            await dossier.act(uow, LEADER, late.id, Deed(action="approve-notice"), checker=CHECKER)
    async with db.read() as uow:
        assert (await dossier.in_hand(uow, LEADER, late.id)).assignment.task.open
        assert (await dossier.story(uow, late.dossier_id)).supplements == ()


async def test_a_task_of_another_unit_is_not_there(wired: Wired) -> None:
    """REQUIREMENTS §1."""
    db, _ = wired
    task = await drafted(db)
    stranger = officer("leader", "Lạ", "H01.15")
    async with db.begin(OFFICER) as uow:
        for verb in (
            dossier.in_hand(uow, stranger, task.id),
            dossier.act(uow, stranger, task.id, Deed(action="approve-notice"), checker=CHECKER),
            dossier.claim(uow, stranger, task.id),
            dossier.urge(uow, stranger, task.id, "Nhanh lên"),
        ):
            with pytest.raises(NoTask):
                await verb
        assert await dossier.unit_list(uow, stranger) == ()


async def test_wfl_10_who_answers_for_the_unit_sees_all_of_it_and_urges(wired: Wired) -> None:
    db, _ = wired
    task = await drafted(db)
    async with db.begin(OFFICER) as uow:
        assert [line.waiting.task.id for line in await dossier.unit_list(uow, HEAD)] == [task.id]
        assert await dossier.unit_list(uow, ANH) == ()
        assert await dossier.work_list(uow, HEAD) == ()
        with pytest.raises(NotYourTask):
            await dossier.urge(uow, ANH, task.id, "Nhanh")
        with pytest.raises(workflow.NeedMissing):
            await dossier.urge(uow, HEAD, task.id, "  ")
        urged = await dossier.urge(uow, HEAD, task.id, "Hồ sơ đến hạn chiều nay")
    [said] = urged.assignment.urgings
    assert (said.task_id, said.by_name, said.note) == (task.id, "Hạnh", "Hồ sơ đến hạn chiều nay")
