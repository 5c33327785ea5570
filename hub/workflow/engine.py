"""Interprets the steps of a procedure: who may do what now, what opens next, what it means for the dossier. Pure.

The steps are data of the catalogue (PRO-06). The engine never moves a dossier: it names the lifecycle trigger.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.catalog import Action, Step, Workflow
from hub.workflow.errors import ActionUnknown, NeedMissing, NotYourTask, TaskClosed

Flow = Workflow
_PERSONAL = frozenset({"specialist"})
"""Roles whose work is a person's own: what comes back comes back to the same person (WFL-07, DOS-11)."""


class Doer(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. `agencies`: codes for which they act. `machine`: a partner's system, bound to no role."""

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    machine: bool = False


class Assignee(msgspec.Struct, frozen=True):
    """One person."""

    id: str
    name: str


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. `directions`: what the step before said must be done (WFL-07)."""

    id: UUID
    dossier_id: UUID
    number: int
    step: str
    role: str
    unit: str
    opened_at: datetime
    directions: str = ""
    assignee_id: str | None = None
    assignee_name: str | None = None
    claimed_at: datetime | None = None
    done_at: datetime | None = None
    done_by_id: str | None = None
    done_by_name: str | None = None
    action: str | None = None
    note: str = ""
    papers: tuple[str, ...] = ()
    document_id: UUID | None = None
    due_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Still to be done."""
        return self.done_at is None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an officer's queue: the task, its step, the dossier's date, and whether its clock runs."""

    task: Task
    step: Step
    due_at: datetime | None
    clock: str
    paused_since: datetime | None = None


class Urging(msgspec.Struct, frozen=True, kw_only=True):
    """A leader's word to whoever holds a task (WFL-10)."""

    task_id: UUID
    at: datetime
    by_name: str
    note: str


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What comes with an action: a note, the papers wanted, the person chosen, the draft or the signed result."""

    action: str
    note: str = ""
    papers: tuple[str, ...] = ()
    assignee: Assignee | None = None
    document_id: UUID | None = None


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The task that opens next."""

    step: str
    role: str
    unit: str
    share: int
    directions: str = ""
    assignee: Assignee | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What an action brings: the lifecycle trigger ("" for none) and the next task (None: the flow is over).

    `proposal`: what was last drafted and is now proposed, approved or issued; None before anything was.
    """

    action: Action
    trigger: str
    opening: Opening | None
    proposal: "Proposal | None" = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A draft result, a draft refusal (DOS-14) or a supplement notice (DOS-11), with its reasons."""

    note: str = ""
    papers: tuple[str, ...] = ()
    document_id: UUID | None = None
    refuses: bool = False


class Places(msgspec.Struct, frozen=True):
    """Where the roles sit: `counter` tasks at the one-stop centre, all others in the department."""

    unit: str
    counter: str

    def of(self, role: str) -> str:
        """The agency code of a role's desk."""
        return self.counter if role == "counter" else self.unit


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """A task within its run; `history` holds every task of the dossier, oldest first."""

    task: Task
    flow: Workflow
    places: Places
    history: tuple[Task, ...]
    urgings: tuple[Urging, ...] = ()

    @property
    def step(self) -> Step:
        """What the catalogue says of this task."""
        return step_of(self.flow, self.task.step)

    def offered(self, doer: Doer) -> tuple[Action, ...]:
        """What this person may do now; nothing once another task is open."""
        return choices(self.flow, self.task, doer)

    @property
    def proposal(self) -> Proposal | None:
        """What was last drafted."""
        return proposal(self.flow, self.history)


def begin(flow: Flow, places: Places) -> Opening:
    """The first task of a dossier."""
    return _opening(flow.steps[0], places)


def allowed(task: Task, doer: Doer) -> bool:
    """May this person act on this task? The assignee; without one, whoever has the role at that desk."""
    if not task.open:
        return False
    if doer.machine:
        return True
    if task.assignee_id is not None:
        return task.assignee_id == doer.id
    return task.role in doer.roles and task.unit in doer.agencies


def choices(flow: Flow, task: Task, doer: Doer) -> tuple[Action, ...]:
    """The actions to offer; none when the task is somebody else's."""
    return step_of(flow, task.step).actions if allowed(task, doer) else ()


def act(flow: Flow, places: Places, history: Sequence[Task], doer: Doer, work: Work) -> Outcome:
    """Do the open task, the last of `history`. Raises TaskClosed, NotYourTask, ActionUnknown, NeedMissing."""
    task = history[-1]
    if not task.open:
        raise TaskClosed(task.step)
    if not allowed(task, doer):
        raise NotYourTask(task.assignee_name or "")
    step = step_of(flow, task.step)
    action = _action(flow, step.key, work.action)
    if action is None:
        raise ActionUnknown(work.action, tuple(a.key for a in step.actions))
    _check_needs(action, work)
    following = step_of(flow, action.to) if action.to else None
    opening = None
    if following is not None:
        assignee = work.assignee or _same_person(following, history, doer)
        opening = _opening(following, places, directions=work.note.strip(), assignee=assignee)
    return Outcome(action=action, trigger=action.trigger, opening=opening, proposal=proposal(flow, history, work))


def proposal(flow: Flow, history: Sequence[Task], work: Work | None = None) -> Proposal | None:
    """The latest draft or notice; `work` is what is being done on the open task, if anything.

    A document that came with a later approval is that draft, signed (WFL-07).
    """
    signed: UUID | None = None
    for task in reversed(history):
        done = work if task.open else _done(task)
        action = _action(flow, task.step, done.action) if done else None
        if done is None or action is None:
            continue
        if "draft" in action.needs or "papers" in action.takes:
            document = signed or done.document_id
            return Proposal(note=done.note, papers=done.papers, document_id=document, refuses=action.refuses)
        if not action.needs:
            signed = signed or done.document_id
    return None


def _done(task: Task) -> Work:
    return Work(action=task.action or "", note=task.note, papers=task.papers, document_id=task.document_id)


def _action(flow: Flow, step: str, key: str) -> Action | None:
    return next((action for action in step_of(flow, step).actions if action.key == key), None)


def step_of(flow: Flow, key: str) -> Step:
    """The step of this name. A flow that was checked has every step that it names."""
    return next(step for step in flow.steps if step.key == key)


def faults(flow: Flow) -> tuple[str, ...]:
    """What is wrong with a flow as data; nothing when it can be run (WFL-09: closed circulation)."""
    known = {step.key for step in flow.steps}
    found = [
        f"step {s.key}: no such next step {a.to!r}" for s in flow.steps for a in s.actions if a.to not in known | {""}
    ]
    found += [f"step {s.key}: no action" for s in flow.steps if not s.actions]
    if found or not flow.steps:
        return tuple(found or ["no step"])
    to = {step.key: {a.to for a in step.actions} for step in flow.steps}
    reached = _closure({flow.steps[0].key}, to)
    ending = _closure({""}, {key: {s for s in known if key in to[s]} for key in known | {""}})
    found += [f"step {key}: never reached" for key in sorted(known - reached)]
    found += [f"step {key}: no way to the end" for key in sorted(known - ending)]
    total = sum(step.share for step in flow.steps)
    if total != 100:
        found.append(f"shares add up to {total}, not 100")
    return tuple(found)


def _opening(step: Step, places: Places, *, directions: str = "", assignee: Assignee | None = None) -> Opening:
    return Opening(
        step=step.key,
        role=step.role,
        unit=places.of(step.role),
        share=step.share,
        directions=directions,
        assignee=assignee,
    )


def _same_person(step: Step, history: Sequence[Task], doer: Doer) -> Assignee | None:
    """Who did this step before does it again; who stays in a step keeps it."""
    if step.role not in _PERSONAL:
        return None
    for task in reversed(history):
        if task.step == step.key and task.done_by_id and task.done_by_name:
            return Assignee(task.done_by_id, task.done_by_name)
        if task.step == step.key and task.open and not doer.machine:
            return Assignee(doer.id, doer.name)
    return None


def _check_needs(action: Action, work: Work) -> None:
    """An action with a need that did not come is refused before anything changes."""
    given = {
        "assignee": work.assignee is not None,
        "note": bool(work.note.strip()),
        "draft": work.document_id is not None,
        "signed-result": work.document_id is not None,
    }
    for need in action.needs:
        if not given[need]:
            raise NeedMissing(need)


def _closure(start: set[str], to: dict[str, set[str]]) -> set[str]:
    seen, ahead = set(start), list(start)
    while ahead:
        for key in to.get(ahead.pop(), set()) - seen:
            seen.add(key)
            ahead.append(key)
    return seen
