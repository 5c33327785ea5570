"""What the module keeps: clocks, decrees, tasks."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class ClockKind(StrEnum):
    """The clocks that a dossier may have, one of each."""

    ACCEPTANCE = "acceptance"
    HAND_OVER = "hand-over"
    PROCESSING = "processing"
    CONSULTATION = "consultation"


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """Where a clock stands. `events` counts its ledger; `calendar` is the version by which the dates were reckoned."""

    id: UUID
    dossier_id: UUID
    kind: ClockKind
    events: int
    state: str
    due_at: datetime
    original_due_at: datetime
    promised_until: datetime | None
    paused_since: datetime | None
    stopped_at: datetime | None
    calendar: str


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """When a clock runs out. `original`: without extensions, for statistics. `promised`: given with an apology."""

    at: datetime
    original: datetime
    state: str
    paused_since: datetime | None = None
    promised: datetime | None = None

    @property
    def shown(self) -> datetime:
        """The date that a person is told: the promised one where there is one."""
        return self.promised or self.at


class Decree(msgspec.Struct, frozen=True, kw_only=True):
    """A day off, or a day on, decreed late."""

    id: UUID
    day: date
    worked: bool
    name: str
    source: str
    decreed_at: datetime
    decreed_by: str


class Recomputed(msgspec.Struct, frozen=True, kw_only=True):
    """What one batch of a recomputation did; `more`: clocks are left that know only an older calendar."""

    looked_at: int
    moved: int
    more: bool
