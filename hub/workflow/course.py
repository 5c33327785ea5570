"""The events of one clock, replayed: start, pause, resume, extend, promise, stop. Pure; the ledger's only reader."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from hub.workflow.calendar import WorkingCalendar
from hub.workflow.deadline import Budget, Extension, Pause, due


class Step(StrEnum):
    """What happened to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    PROMISE = "promise"
    STOP = "stop"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the append-only ledger. `until`: the date promised; `amount`: what an extension adds."""

    step: Step
    at: datetime
    cause: str = ""
    basis: str = ""
    approver: str = ""
    budget: Budget | None = None
    amount: float = 0
    until: datetime | None = None


class Promise(msgspec.Struct, frozen=True):
    """A new date given with an apology (DOS-16); the due time and the statistics keep the old one."""

    at: datetime
    until: datetime
    cause: str = ""
    basis: str = ""


class Timing(StrEnum):
    """How a clock ended, as the control slip (Mẫu 06) says it."""

    EARLY = "early"
    ON_TIME = "on-time"
    LATE = "late"


class OutOfOrderError(ValueError):
    """This step does not follow from those before; nothing is recorded."""

    def __init__(self, step: Step, state: str) -> None:
        super().__init__(f"clock step '{step}' does not apply while the clock is {state}")
        self.step = step
        self.state = state


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Where a clock stands after its events; `length` counts them."""

    budget: Budget
    start: datetime
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    promises: tuple[Promise, ...] = ()
    stopped_at: datetime | None = None
    length: int = 1

    @property
    def paused(self) -> Pause | None:
        """The pause that still lasts."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].end is None else None

    @property
    def state(self) -> str:
        """running | paused | stopped."""
        if self.stopped_at is not None:
            return "stopped"
        return "paused" if self.paused else "running"

    def due(self, calendar: WorkingCalendar, now: datetime) -> datetime:
        """When the time is up, extensions included."""
        return due(self.budget, self.start, self.pauses, calendar, extensions=self.extensions, now=self._at(now))

    def original_due(self, calendar: WorkingCalendar, now: datetime) -> datetime:
        """The same without extensions: what on-time statistics go by (REQUIREMENTS §4.6)."""
        return due(self.budget, self.start, self.pauses, calendar, now=self._at(now))

    def timing(self, calendar: WorkingCalendar) -> Timing | None:
        """Early, on the day, or late by the original date; None while it runs."""
        if self.stopped_at is None:
            return None
        limit = self.original_due(calendar, self.stopped_at)
        if self.stopped_at > limit:
            return Timing.LATE
        return Timing.ON_TIME if calendar.local(self.stopped_at).date() == limit.date() else Timing.EARLY

    def after(self, event: Event) -> "Course":
        """This course with one more event; raises OutOfOrderError."""
        change = _CHANGES.get((self.state, event.step))
        if change is None:
            raise OutOfOrderError(event.step, self.state)
        return msgspec.structs.replace(change(self, event), length=self.length + 1)

    def _at(self, now: datetime) -> datetime:
        return self.stopped_at or now


def replay(events: Sequence[Event]) -> Course:
    """Fold the events; the first must be the start."""
    first, *others = events
    if first.step is not Step.START or first.budget is None:
        raise OutOfOrderError(first.step, "not started")
    course = Course(budget=first.budget, start=first.at)
    for event in others:
        course = course.after(event)
    return course


def _pause(course: Course, event: Event) -> Course:
    pause = Pause(start=event.at, cause=event.cause, basis=event.basis)
    return msgspec.structs.replace(course, pauses=(*course.pauses, pause))


def _resume(course: Course, event: Event) -> Course:
    ended = msgspec.structs.replace(course.pauses[-1], end=event.at)
    return msgspec.structs.replace(course, pauses=(*course.pauses[:-1], ended))


def _extend(course: Course, event: Event) -> Course:
    more = Extension(event.at, event.amount, event.cause, event.basis, event.approver)
    return msgspec.structs.replace(course, extensions=(*course.extensions, more))


def _promise(course: Course, event: Event) -> Course:
    until = event.until or event.at
    promise = Promise(event.at, until, event.cause, event.basis)
    return msgspec.structs.replace(course, promises=(*course.promises, promise))


def _stop(course: Course, event: Event) -> Course:
    course = _resume(course, event) if course.paused else course
    return msgspec.structs.replace(course, stopped_at=event.at)


_CHANGES = {
    ("running", Step.PAUSE): _pause,
    ("paused", Step.RESUME): _resume,
    ("running", Step.EXTEND): _extend,
    ("paused", Step.EXTEND): _extend,
    ("running", Step.PROMISE): _promise,
    ("paused", Step.PROMISE): _promise,
    ("running", Step.STOP): _stop,
    ("paused", Step.STOP): _stop,
}
