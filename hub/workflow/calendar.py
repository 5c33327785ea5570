"""When the offices of a province work, and why they do not. Pure: no clock, no database.

Instants are aware datetimes; the zone must keep one offset, so that local wall time can be added and subtracted.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.kernel.clock import VN

_HORIZON = 3660  # days; a calendar that offers no working time within ten years is wrong
_ZERO = timedelta(0)


class Holiday(msgspec.Struct, frozen=True):
    """A decreed day, off or on, and the text that decrees it."""

    name: str
    source: str = ""


class Session(msgspec.Struct, frozen=True):
    """Office hours from `start` up to `end`, local time."""

    start: time
    end: time


class Hours(msgspec.Struct, frozen=True):
    """Office hours in force from `since`: seven weekdays, Monday first."""

    since: date
    week: tuple[tuple[Session, ...], ...]


class Span(msgspec.Struct, frozen=True):
    """From `start` up to `end`."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start


class Off(StrEnum):
    """Why a whole day is not worked."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class Closed(msgspec.Struct, frozen=True):
    """A day off with its reason."""

    kind: Off
    name: str = ""
    source: str = ""


class BadCalendarError(ValueError):
    """The hours or days given cannot make a working calendar."""


class WorkingCalendar:
    """Office hours by weekday, decreed days off, decreed working days (these win over a day off).

    Never changed after it is made, so that whoever reckons with it may keep a day's result in `memo`.
    """

    def __init__(
        self,
        hours: Sequence[Hours],
        holidays: Mapping[date, Holiday],
        working_days: Mapping[date, Holiday],
        zone: ZoneInfo = VN,
    ) -> None:
        self.hours = tuple(sorted(hours, key=lambda h: h.since))
        self.holidays = dict(holidays)
        self.working_days = dict(working_days)
        self.zone = zone
        _check(self.hours, zone)
        self.memo: dict[tuple[str, date], Any] = {}
        self._sessions: dict[date, tuple[Span, ...]] = {}
        self.version = self._fingerprint()

    def usual_sessions(self, day: date) -> tuple[Span, ...]:
        """What the weekday would be worked, were it not a holiday."""
        return self._spans(day, day.weekday())

    def sessions(self, day: date) -> tuple[Span, ...]:
        """What is really worked on that day; a make-up Saturday keeps a Monday's hours."""
        if day not in self._sessions:
            self._sessions[day] = self._worked_spans(day)
        return self._sessions[day]

    def closed(self, day: date) -> Closed | None:
        """The reason why nobody works on that day; None on a working day."""
        if self.sessions(day):
            return None
        decreed = self.holidays.get(day)
        if decreed is not None:
            return Closed(Off.HOLIDAY, decreed.name, decreed.source)
        return Closed(Off.WEEKEND)

    def works_on(self, day: date) -> bool:
        """A working day?"""
        return bool(self.sessions(day))

    def day_length(self, day: date) -> timedelta:
        """Working time on that day."""
        return sum((s.length for s in self.sessions(day)), _ZERO)

    def full_day(self, day: date) -> timedelta:
        """Working time of an ordinary whole day by the hours in force: what "one day" means in hours."""
        return max(sum((_length(s) for s in sessions), _ZERO) for sessions in self._week(day))

    def day_end(self, day: date) -> datetime:
        """When the office closes on a working day."""
        return self.sessions(day)[-1].end

    def day_start(self, day: date) -> datetime:
        """When the office opens on a working day."""
        return self.sessions(day)[0].start

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        for offset in range(1, _HORIZON):
            candidate = day + timedelta(days=offset)
            if self.works_on(candidate):
                return candidate
        raise BadCalendarError(f"no working day within {_HORIZON} days after {day}")

    def working_day_from(self, day: date) -> date:
        """`day` itself when it is worked, else the next working day."""
        return day if self.works_on(day) else self.next_working_day(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`."""
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def is_open(self, at: datetime) -> bool:
        """Is the office working at that instant?"""
        at = self.local(at)
        return any(s.start <= at < s.end for s in self.sessions(at.date()))

    def next_instant(self, at: datetime) -> datetime:
        """`at` itself in office hours, else the next opening."""
        at = self.local(at)
        for session in self.sessions(at.date()):
            if at < session.end:
                return max(at, session.start)
        return self.day_start(self.next_working_day(at.date()))

    def add(self, at: datetime, amount: timedelta) -> datetime:
        """The earliest instant by which `amount` of working time has passed since `at`."""
        at = self.local(at)
        if amount <= _ZERO:
            return at
        day, left = at.date(), amount
        while True:
            for session in self.sessions(day):
                start = max(at, session.start)
                if start + left <= session.end:
                    return start + left
                left -= max(session.end - start, _ZERO)
            day = self.next_working_day(day)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two instants; zero when `end` is not after `start`."""
        start, end = self.local(start), self.local(end)
        total, day = _ZERO, start.date()
        while day <= end.date():
            for session in self.sessions(day):
                total += max(min(end, session.end) - max(start, session.start), _ZERO)
            day += timedelta(days=1)
        return total

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes between two instants."""
        return self.worked(start, end) // timedelta(minutes=1)

    def with_decrees(self, holidays: Mapping[date, Holiday], working_days: Mapping[date, Holiday]) -> "WorkingCalendar":
        """The same calendar after later decrees: the latest word on a date wins."""
        off = self.holidays | dict(holidays)
        on = {d: h for d, h in self.working_days.items() if d not in holidays} | dict(working_days)
        return WorkingCalendar(self.hours, off, on, self.zone)

    def local(self, at: datetime) -> datetime:
        """The instant in the calendar's own zone."""
        return at.astimezone(self.zone)

    def _worked_spans(self, day: date) -> tuple[Span, ...]:
        if day in self.working_days:
            return self.usual_sessions(day) or self._spans(day, self._full_weekday(day))
        return () if day in self.holidays else self.usual_sessions(day)

    def _full_weekday(self, day: date) -> int:
        week = self._week(day)
        return next(n for n in range(7) if week[n])

    def _spans(self, day: date, weekday: int) -> tuple[Span, ...]:
        return tuple(
            Span(datetime.combine(day, s.start, self.zone), datetime.combine(day, s.end, self.zone))
            for s in self._week(day)[weekday]
        )

    def _week(self, day: date) -> tuple[tuple[Session, ...], ...]:
        in_force = self.hours[0]
        for hours in self.hours:
            if hours.since <= day:
                in_force = hours
        return in_force.week

    def _fingerprint(self) -> str:
        """Equal calendars have equal versions, in any process."""
        content = [self.hours, sorted(self.holidays.items()), sorted(self.working_days.items()), self.zone.key]
        return hashlib.blake2b(msgspec.json.encode(content), digest_size=8).hexdigest()


def _length(session: Session) -> timedelta:
    return timedelta(
        hours=session.end.hour - session.start.hour,
        minutes=session.end.minute - session.start.minute,
        seconds=session.end.second - session.start.second,
    )


def _check(hours: tuple[Hours, ...], zone: ZoneInfo) -> None:
    if not hours:
        raise BadCalendarError("no office hours given")
    for entry in hours:
        if len(entry.week) != 7 or not any(entry.week):
            raise BadCalendarError(f"hours since {entry.since}: seven weekdays are needed, at least one of them worked")
        for sessions in entry.week:
            edges = [edge for s in sessions for edge in (s.start, s.end)]
            if edges != sorted(set(edges)):
                raise BadCalendarError(f"hours since {entry.since}: sessions must be in order and must not overlap")
    year = hours[-1].since.year
    offsets = {datetime(y, m, 1, tzinfo=zone).utcoffset() for y in range(year, year + 2) for m in range(1, 13)}
    if len(offsets) != 1:
        raise BadCalendarError(f"zone {zone.key} changes its offset; working time could not be added up")
