"""What the clocks and tasks tell the rest of the hub."""

from datetime import datetime
from uuid import UUID

from hub.kernel.events import Fact


class DueMoved(Fact, frozen=True, kw_only=True):
    """A dossier's date has moved: an extension, a decreed day, the end of a pause. `why` is shown to the citizen.

    `resumed`: by the end of a pause.
    """

    dossier_id: UUID
    kind: str
    before: datetime
    after: datetime
    why: str
    resumed: bool = False


class ApologyPromised(Fact, frozen=True, kw_only=True):
    """A late dossier has a new date and an apology (DOS-16)."""

    dossier_id: UUID
    due_at: datetime
    until: datetime
    why: str


class DayDecreed(Fact, frozen=True, kw_only=True):
    """The calendar has changed; every open clock is to be looked at again."""

    calendar: str
    why: str


class TaskOpened(Fact, frozen=True, kw_only=True):
    """Somebody has something to do."""

    dossier_id: UUID
    task_id: UUID
    step: str
    role: str
    unit: str
    assignee_id: str | None
    due_at: datetime | None


class TaskDone(Fact, frozen=True, kw_only=True):
    """A step was done. `trigger`: what it means for the dossier; `next_step` "" when the flow is over."""

    dossier_id: UUID
    task_id: UUID
    step: str
    action: str
    trigger: str
    by: str
    note: str
    next_step: str
