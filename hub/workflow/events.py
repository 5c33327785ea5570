"""What the clocks and tasks tell the rest of the hub."""

from datetime import datetime
from uuid import UUID

from hub.kernel.events import Fact


class DueMoved(Fact, frozen=True, kw_only=True):
    """A dossier's date has moved: an extension, a decreed day, the end of a pause. `why` is shown to the citizen."""

    dossier_id: UUID
    kind: str
    before: datetime
    after: datetime
    why: str


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
