"""The tasks of a dossier: begin, queue, claim, complete, hand on. Every verb is one step of the engine, recorded."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.catalog import Action, Workflow
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc
from hub.workflow import engine, service
from hub.workflow import task_repository as repository
from hub.workflow.engine import Assignee, Assignment, Doer, Opening, Outcome, Places, Task, Urging, Waiting, Work
from hub.workflow.errors import NeedMissing, NoClock, NoTask, NotYourTask, TaskClosed, TaskTaken
from hub.workflow.events import TaskDone, TaskOpened
from hub.workflow.model import ClockKind

CANCELLED = "cancelled"
ANSWERS = frozenset({"head", "leader"})
"""Roles that answer for what their unit does in time."""


async def begin(uow: UnitOfWork, dossier_id: UUID, flow: Workflow, *, unit: str, counter: str) -> Task:
    """The first task of a dossier (WFL-03). A dossier that runs already keeps its steps and its open task."""
    places = Places(unit, counter)
    if await repository.begin(uow.conn, dossier_id, flow, places, uow.now):
        await _open(uow, dossier_id, 1, engine.begin(flow, places))
    history = await repository.history(uow.conn, dossier_id)
    return history[-1]


async def open_task(uow: UnitOfWork, dossier_id: UUID) -> Task | None:
    """What waits to be done on this dossier."""
    history = await repository.history(uow.conn, dossier_id)
    return history[-1] if history and history[-1].open else None


async def assignment(uow: UnitOfWork, task_id: UUID) -> Assignment:
    """A task, done or open, in its run. Raises NoTask."""
    task = await repository.task(uow.conn, task_id)
    found = None if task is None else await latest(uow, task.dossier_id)
    if task is None or found is None:
        raise NoTask
    return msgspec.structs.replace(found, task=task)


async def latest(uow: UnitOfWork, dossier_id: UUID) -> Assignment | None:
    """A dossier's latest task in its run; None for a dossier that has none (a sector system's, or before hand-over)."""
    run = await repository.run(uow.conn, dossier_id)
    past = await repository.history(uow.conn, dossier_id) if run else ()
    if run is None or not past:
        return None
    urgings = await repository.urgings(uow.conn, dossier_id)
    return Assignment(task=past[-1], flow=run.flow, places=run.places, history=past, urgings=urgings)


async def history(uow: UnitOfWork, dossier_id: UUID) -> tuple[Task, ...]:
    """Everything that was done, oldest first: the rows of the control slip (WFL-01)."""
    return await repository.history(uow.conn, dossier_id)


async def queue(uow: UnitOfWork, doer: Doer, *, limit: int = 50, offset: int = 0) -> tuple[Waiting, ...]:
    """What waits for this officer, the nearest deadline first (WFL-10)."""
    return await repository.queue(uow.conn, doer.id, sorted(doer.agencies), sorted(doer.roles), limit, offset)


async def of_units(uow: UnitOfWork, doer: Doer, *, limit: int = 50, offset: int = 0) -> tuple[Waiting, ...]:
    """What waits for anybody in the units that this officer answers for (WFL-10); nothing for who answers for none."""
    units = sorted(doer.agencies) if doer.roles & ANSWERS else []
    return await repository.of_units(uow.conn, units, limit, offset)


async def urge(uow: UnitOfWork, task_id: UUID, doer: Doer, note: str) -> None:
    """Head or leader urge whoever holds a task of their unit (WFL-10). Raises NoTask, NotYourTask, NeedMissing."""
    known = await _known(uow, task_id)
    if not (doer.roles & ANSWERS and known.unit in doer.agencies):
        raise NotYourTask(known.assignee_name or "")
    said = Urging(task_id=task_id, at=uow.now, by_name=doer.name, note=nfc(note).strip())
    if not said.note:
        raise NeedMissing("note")
    await repository.urge(uow.conn, uuid7(), task_id, said, doer.id)
    await uow.audit("workflow:task:urge", str(known.dossier_id), {"task": str(task_id), "note": said.note})


async def hold(uow: UnitOfWork, dossier_id: UUID) -> None:
    """Nobody else does or hands on a task of this dossier until this transaction ends."""
    await repository.run(uow.conn, dossier_id, lock=True)


async def choices(uow: UnitOfWork, task_id: UUID, doer: Doer) -> tuple[Action, ...]:
    """The actions to offer to this officer; none when the task is not theirs. Raises NoTask."""
    task = await repository.task(uow.conn, task_id)
    run = None if task is None else await repository.run(uow.conn, task.dossier_id)
    if task is None or run is None:
        raise NoTask
    return engine.choices(run.flow, task, doer)


async def claim(uow: UnitOfWork, task_id: UUID, doer: Doer) -> Task:
    """Take a task that lies free on one's desk. Raises NoTask, NotYourTask, TaskTaken."""
    known = await _known(uow, task_id)
    if known.assignee_id not in (None, doer.id):
        raise TaskTaken(known.assignee_name or "")
    if not engine.allowed(known, doer):
        raise NotYourTask("")
    taken = await repository.claim(uow.conn, task_id, doer.id, doer.name, uow.now)
    if taken is None:
        raise TaskTaken((await _known(uow, task_id)).assignee_name or "")
    return taken


async def reassign(uow: UnitOfWork, task_id: UUID, doer: Doer, assignee: Assignee | None) -> Task:
    """The head of the desk gives an open task to somebody else, or frees it. Raises NoTask, NotYourTask."""
    known = await _known(uow, task_id)
    if "head" not in doer.roles or known.unit not in doer.agencies:
        raise NotYourTask(known.assignee_name or "")
    person = assignee or Assignee("", "")
    given = await repository.assign(uow.conn, task_id, person.id, person.name)
    if given is None:
        raise NoTask
    await uow.audit("workflow:task:reassign", str(known.dossier_id), {"from": known.assignee_name, "to": person.name})
    return given


async def complete(
    uow: UnitOfWork, dossier_id: UUID, doer: Doer, work: Work, *, task_id: UUID | None = None
) -> Outcome:
    """Do the open task (WFL-03, WFL-07, WFL-08). The caller moves the dossier by the outcome's trigger.

    `task_id`: the task that the doer has in mind; when another one is open by now, TaskClosed. Raises NoTask,
    TaskClosed, NotYourTask, ActionUnknown, NeedMissing; nothing is changed then.
    """
    run = await repository.run(uow.conn, dossier_id, lock=True)
    past = await repository.history(uow.conn, dossier_id)
    if run is None or not past:
        raise NoTask
    if task_id not in (None, past[-1].id):
        raise TaskClosed(next((task.step for task in past if task.id == task_id), ""))
    papers = tuple(paper for each in work.papers if (paper := nfc(each).strip()))
    work = msgspec.structs.replace(work, note=nfc(work.note).strip(), papers=papers)
    outcome = engine.act(run.flow, run.places, past, doer, work)
    await _close(uow, past[-1], doer, work, outcome)
    if outcome.opening is None:
        await repository.end(uow.conn, dossier_id, uow.now)
    else:
        await _open(uow, dossier_id, past[-1].number + 1, outcome.opening)
    return outcome


async def follow(uow: UnitOfWork, dossier_id: UUID, doer: Doer, *, trigger: str) -> None:
    """The dossier moved by another door (the post delivered): the open task that means the same is done by it."""
    run = await repository.run(uow.conn, dossier_id, lock=True)
    task = await open_task(uow, dossier_id)
    if run is None or task is None:
        return
    for action in engine.step_of(run.flow, task.step).actions:
        if action.trigger == trigger and not action.needs:
            await complete(uow, dossier_id, doer, Work(action=action.key))
            return


async def cancel(uow: UnitOfWork, dossier_id: UUID, doer: Doer, *, note: str) -> None:
    """The dossier is withdrawn or stopped: its open task goes, its run is over. Nothing open: nothing changes."""
    run = await repository.run(uow.conn, dossier_id, lock=True)
    task = await open_task(uow, dossier_id)
    if run is None or task is None:
        return
    done = _done(task, doer, Work(action=CANCELLED, note=nfc(note).strip()), uow.now)
    await repository.close(uow.conn, done)
    await repository.end(uow.conn, dossier_id, uow.now)


async def _known(uow: UnitOfWork, task_id: UUID) -> Task:
    task = await repository.task(uow.conn, task_id)
    if task is None or not task.open:
        raise NoTask
    return task


async def _close(uow: UnitOfWork, task: Task, doer: Doer, work: Work, outcome: Outcome) -> None:
    await repository.close(uow.conn, _done(task, doer, work, uow.now))
    await uow.emit(
        TaskDone(
            dossier_id=task.dossier_id,
            task_id=task.id,
            step=task.step,
            action=work.action,
            trigger=outcome.trigger,
            by=doer.name,
            note=work.note,
            next_step=outcome.opening.step if outcome.opening else "",
        )
    )


def _done(task: Task, doer: Doer, work: Work, at: datetime) -> Task:
    return msgspec.structs.replace(
        task,
        done_at=at,
        done_by_id=doer.id,
        done_by_name=doer.name,
        action=work.action,
        note=work.note,
        papers=work.papers,
        document_id=work.document_id,
    )


async def _open(uow: UnitOfWork, dossier_id: UUID, number: int, opening: Opening) -> None:
    who = opening.assignee
    task = Task(
        id=uuid7(),
        dossier_id=dossier_id,
        number=number,
        step=opening.step,
        role=opening.role,
        unit=opening.unit,
        opened_at=uow.now,
        directions=opening.directions,
        assignee_id=who.id if who else None,
        assignee_name=who.name if who else None,
        due_at=await _target(uow, dossier_id, opening.share),
    )
    await repository.open_task(uow.conn, task)
    await uow.emit(
        TaskOpened(
            dossier_id=dossier_id,
            task_id=task.id,
            step=task.step,
            role=task.role,
            unit=task.unit,
            assignee_id=task.assignee_id,
            due_at=task.due_at,
        )
    )


async def _target(uow: UnitOfWork, dossier_id: UUID, share: int) -> datetime | None:
    """The step's share of the dossier's working time from now on, never past the dossier's own date."""
    try:
        clock = await service.course(uow, dossier_id, kind=ClockKind.PROCESSING)
    except NoClock:
        return None
    days = await service.calendar(uow)
    limit = clock.due(days, uow.now)
    return min(days.add(uow.now, days.worked(clock.start, limit) * share / 100), limit)
