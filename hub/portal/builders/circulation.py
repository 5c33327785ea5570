"""How a dossier went round the desks: the rows of the control slip (WFL-01)."""

from hub.catalog import Action
from hub.catalog import Step as CatalogStep
from hub.kernel.clock import VN
from hub.portal.speech import Speech
from hub.portal.views.dossier import Step
from hub.workflow import Assignment, Task


def circulation(it: Assignment | None, t: Speech) -> tuple[Step, ...]:
    """Newest first; nothing for a dossier that a sector system decides."""
    return tuple(_round(task, it, t) for task in reversed(it.history)) if it else ()


def step_name(step: CatalogStep, t: Speech) -> str:
    """As the procedure's workflow calls it."""
    return step.name_en if t.language == "en" else step.name_vi


def action_name(action: Action, t: Speech) -> str:
    """As the procedure's workflow calls it."""
    return action.name_en if t.language == "en" else action.name_vi


def _round(task: Task, it: Assignment, t: Speech) -> Step:
    """Who had it from when, and what they did with it."""
    step = next(each for each in it.flow.steps if each.key == task.step)
    action = next((each for each in step.actions if each.key == task.action), None)
    who = task.done_by_name or task.assignee_name or t("task.nobody")
    received = t("task.received", when=t.short_moment(task.opened_at))
    at = task.done_at or task.opened_at
    return Step(
        title=action_name(action, t) if action else step_name(step, t),
        rest=f", {who}",
        state="now" if task.open else "done",
        when=t("task.from_to", received=received, when=t.short_moment(at)) if task.done_at else received,
        at=at.astimezone(VN),
        note="\n".join([task.note, *(f"– {paper}" for paper in task.papers)]).strip(),
    )
