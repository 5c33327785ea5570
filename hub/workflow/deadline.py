"""A deadline is a budget plus a ledger of counted, paused and closed intervals; the date is only their sum. Pure.

Four units are never mixed up (REQUIREMENTS §4.1): working days, plain days, working hours, plain hours.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

import msgspec

from hub.workflow.calendar import Closed, Off, WorkingCalendar

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_TICK = timedelta(microseconds=1)
_NOTHING = Fraction(0)


class Unit(StrEnum):
    """What a budget is counted in."""

    WORKING_DAY = "working-day"
    DAY = "day"
    WORKING_HOUR = "working-hour"
    HOUR = "hour"

    @property
    def worked(self) -> bool:
        """Only office time counts."""
        return self in (Unit.WORKING_DAY, Unit.WORKING_HOUR)

    @property
    def of_days(self) -> bool:
        """Counted in days, hence ending with a day."""
        return self in (Unit.WORKING_DAY, Unit.DAY)


class Counting(StrEnum):
    """When the count begins. DAY_AFTER: the day of the event is not counted (Civil Code Art. 147.2)."""

    DAY_AFTER = "day-after"
    AT_ONCE = "at-once"


class Budget(msgspec.Struct, frozen=True):
    """So much time, by this text. `amount` is a whole number or a half."""

    amount: float
    unit: Unit
    counting: Counting | None = None
    basis: str = ""

    def __post_init__(self) -> None:
        if self.amount <= 0 or self.amount * 2 != int(self.amount * 2):
            raise ValueError(f"a budget is a positive number of whole or half units, not {self.amount}")

    @property
    def units(self) -> Fraction:
        """The amount, exactly."""
        return Fraction(self.amount)

    @property
    def begins(self) -> Counting:
        """Days count from the day after, hours at once, unless said otherwise."""
        return self.counting or (Counting.DAY_AFTER if self.unit.of_days else Counting.AT_ONCE)


class Pause(msgspec.Struct, frozen=True):
    """The clock stands still from `start` up to `end`; `end` None: it still does."""

    start: datetime
    end: datetime | None = None
    cause: str = ""
    basis: str = ""


class Extension(msgspec.Struct, frozen=True):
    """More time, decided `at`, in the unit of the budget (DOS-15)."""

    at: datetime
    amount: float
    cause: str = ""
    basis: str = ""
    approver: str = ""


class Kind(StrEnum):
    """What an interval of the ledger is."""

    COUNTED = "counted"
    PAUSED = "paused"
    OFF_HOURS = "off-hours"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    FIRST_DAY = "first-day"
    ROLLED = "rolled"


_OF_OFF = {Off.WEEKEND: Kind.WEEKEND, Off.HOLIDAY: Kind.HOLIDAY}


class Interval(msgspec.Struct, frozen=True):
    """A stretch of time of one kind. `units`: what it counts; for the other kinds, what it would have counted."""

    kind: Kind
    start: datetime
    end: datetime
    units: Fraction = _NOTHING
    cause: str = ""
    source: str = ""


class NeverEndsError(ValueError):
    """A budget that is still paused has no due time without a `now`."""


def due(
    budget: Budget,
    start: datetime,
    pauses: Sequence[Pause],
    calendar: WorkingCalendar,
    *,
    extensions: Sequence[Extension] = (),
    now: datetime | None = None,
) -> datetime:
    """When the time is up. A pause that still lasts is taken to end `now`.

    A last day is promised to its end, so a pause between the last counted moment and that end moves the end too.
    """
    stops = _ended(pauses, now)
    total = budget.units + sum((Fraction(e.amount) for e in extensions), _NOTHING)
    reached = _reach(budget.unit, counting_start(budget, start, calendar), total, stops, calendar)
    limit = _finish(budget, reached, calendar)
    for stop in stops:
        if stop.end is not None and reached <= stop.start < limit:
            rest = counted_between(budget.unit, stop.start, limit, calendar)
            reached = _reach(budget.unit, stop.end, rest, stops, calendar)
            limit = max(limit, _finish(budget, reached, calendar))
    return limit


def consumed(
    budget: Budget, start: datetime, pauses: Sequence[Pause], calendar: WorkingCalendar, at: datetime
) -> Fraction:
    """How much of the budget has been used by `at`, in its unit; may exceed the budget."""
    begin = counting_start(budget, start, calendar)
    stops = _ended(pauses, at)
    return sum(
        (p.units for p in _pieces(budget.unit, begin, calendar.local(at), stops, calendar) if p.kind is Kind.COUNTED),
        _NOTHING,
    )


def counted_between(unit: Unit, start: datetime, end: datetime, calendar: WorkingCalendar) -> Fraction:
    """What a clock that does not pause counts between two instants."""
    pieces = _pieces(unit, calendar.local(start), calendar.local(end), (), calendar)
    return sum((p.units for p in pieces if p.kind is Kind.COUNTED), _NOTHING)


def ledger(
    budget: Budget, start: datetime, pauses: Sequence[Pause], calendar: WorkingCalendar, until: datetime
) -> tuple[Interval, ...]:
    """Every moment from `start` to `until`, once, by kind and cause."""
    start, until = calendar.local(start), calendar.local(until)
    begin = min(counting_start(budget, start, calendar), until)
    before = tuple(_before(budget, start, begin, calendar))
    return before + tuple(_pieces(budget.unit, begin, until, _ended(pauses, until), calendar))


def counting_start(budget: Budget, start: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant from which time counts; what comes after hours is received on the next working day."""
    start = calendar.local(start)
    if budget.begins is Counting.AT_ONCE:
        return start
    if budget.unit.worked:
        return calendar.day_start(calendar.next_working_day(calendar.next_instant(start).date()))
    return _midnight(start.date() + _DAY, calendar)


def _finish(budget: Budget, reached: datetime, calendar: WorkingCalendar) -> datetime:
    """Days end with the office's day; a last day off moves to the next working day (Civil Code Art. 148.5)."""
    if budget.unit is Unit.DAY:
        return calendar.day_end(calendar.working_day_from((reached - _TICK).date()))
    if budget.unit is Unit.WORKING_DAY and budget.begins is Counting.DAY_AFTER:
        return calendar.day_end(reached.date())
    return reached


def _reach(
    unit: Unit,
    begin: datetime,
    total: Fraction,
    stops: Sequence[Pause],
    calendar: WorkingCalendar,
) -> datetime:
    """The earliest instant by which `total` has been counted."""
    begin, left = calendar.local(begin), total
    for day in _days_from(begin.date()):
        midnight = _midnight(day, calendar)
        whole = _whole_day(unit, day, calendar)
        undisturbed = begin <= midnight and not any(_touches(s, midnight) for s in stops)
        if undisturbed and whole < left:
            left -= whole
            continue
        for piece in _pieces(unit, max(begin, midnight), midnight + _DAY, stops, calendar):
            if piece.kind is not Kind.COUNTED:
                continue
            if piece.units >= left:
                return piece.start + _share(piece.end - piece.start, left / piece.units)
            left -= piece.units
    raise AssertionError("unreachable: days do not end")


def _whole_day(unit: Unit, day: date, calendar: WorkingCalendar) -> Fraction:
    """What a day without pauses counts."""
    if unit is Unit.DAY:
        return Fraction(1)
    if unit is Unit.HOUR:
        return Fraction(24)
    length = calendar.day_length(day)
    return _units(unit, length, length) if length else _NOTHING


def _touches(stop: Pause, midnight: datetime) -> bool:
    return stop.start < midnight + _DAY and (stop.end is None or stop.end > midnight)


def _pieces(
    unit: Unit, start: datetime, end: datetime, stops: Sequence[Pause], calendar: WorkingCalendar
) -> Iterator[Interval]:
    """[start, end) cut at office hours, midnights and pauses."""
    at = start
    while at < end:
        stop = min(_midnight(at.date() + _DAY, calendar), end)
        for block in _blocks(unit, at.date(), calendar):
            if block.start < stop and block.end > at:
                yield from _cut(block, max(block.start, at), min(block.end, stop), stops)
        at = stop


def _blocks(unit: Unit, day: date, calendar: WorkingCalendar) -> tuple[Interval, ...]:
    """One whole day in blocks, before pauses and limits are looked at; each day is cut once for each calendar."""
    known = calendar.memo.get((unit, day))
    if known is None:
        known = calendar.memo[unit, day] = tuple(_cut_day(unit, day, calendar))
    return known


def _cut_day(unit: Unit, day: date, calendar: WorkingCalendar) -> Iterator[Interval]:
    midnight = _midnight(day, calendar)
    if not unit.worked:
        whole = Fraction(1) if unit is Unit.DAY else Fraction(24)
        yield Interval(Kind.COUNTED, midnight, midnight + _DAY, whole)
        return
    closed = calendar.closed(day)
    if closed is not None:
        yield _closed_block(unit, day, closed, calendar)
        return
    at, length = midnight, calendar.day_length(day)
    for session in calendar.sessions(day):
        yield Interval(Kind.OFF_HOURS, at, session.start)
        units = _units(unit, session.length, length)
        yield Interval(Kind.COUNTED, session.start, session.end, units)
        at = session.end
    yield Interval(Kind.OFF_HOURS, at, midnight + _DAY)


def _closed_block(unit: Unit, day: date, closed: Closed, calendar: WorkingCalendar) -> Interval:
    midnight = _midnight(day, calendar)
    usual = sum((s.length for s in calendar.usual_sessions(day)), timedelta(0))
    lost = _units(unit, usual, usual) if usual else _NOTHING
    return Interval(_OF_OFF[closed.kind], midnight, midnight + _DAY, lost, closed.name, closed.source)


def _cut(block: Interval, start: datetime, end: datetime, stops: Sequence[Pause]) -> Iterator[Interval]:
    """The part of a block between two instants, pauses taken out of counted time."""
    if block.kind is not Kind.COUNTED:
        yield _part(block, start, end)
        return
    at = start
    for stop in stops:
        until = stop.end or end
        if until <= at or stop.start >= end:
            continue
        if stop.start > at:
            yield _part(block, at, stop.start)
        paused_until = min(until, end)
        paused = _part(block, max(at, stop.start), paused_until)
        yield msgspec.structs.replace(paused, kind=Kind.PAUSED, cause=stop.cause, source=stop.basis)
        at = paused_until
    if at < end:
        yield _part(block, at, end)


def _part(block: Interval, start: datetime, end: datetime) -> Interval:
    if start == block.start and end == block.end:
        return block
    share = _ratio(end - start, block.end - block.start) if block.end > block.start else _NOTHING
    return msgspec.structs.replace(block, start=start, end=end, units=block.units * share)


def _before(budget: Budget, start: datetime, begin: datetime, calendar: WorkingCalendar) -> Iterator[Interval]:
    """From the event to the first counted moment."""
    event_day = (calendar.next_instant(start) if budget.unit.worked else start).date()
    at = start
    while at < begin:
        stop = min(_midnight(at.date() + _DAY, calendar), begin)
        closed = calendar.closed(at.date())
        if budget.begins is Counting.DAY_AFTER and at.date() == event_day:
            yield Interval(Kind.FIRST_DAY, at, stop)
        elif closed is not None:
            yield Interval(_OF_OFF[closed.kind], at, stop, _NOTHING, closed.name, closed.source)
        else:
            yield Interval(Kind.OFF_HOURS, at, stop)
        at = stop


def _ended(pauses: Sequence[Pause], now: datetime | None) -> tuple[Pause, ...]:
    """In order, each with an end after its start; they may overlap."""
    if now is None and any(pause.end is None for pause in pauses):
        raise NeverEndsError("a pause without an end needs `now`")
    ended = [msgspec.structs.replace(pause, end=pause.end or now) for pause in pauses]
    return tuple(sorted((p for p in ended if p.end and p.end > p.start), key=lambda p: p.start))


def _units(unit: Unit, length: timedelta, day_length: timedelta) -> Fraction:
    return _ratio(length, day_length) if unit is Unit.WORKING_DAY else _ratio(length, _HOUR)


def _ratio(part: timedelta, whole: timedelta) -> Fraction:
    return Fraction(part // _TICK, whole // _TICK)


def _share(length: timedelta, share: Fraction) -> timedelta:
    """Rounded up to the microsecond: a deadline is never early."""
    ticks = (length // _TICK) * share
    return _TICK * -(-ticks.numerator // ticks.denominator)


def _midnight(day: date, calendar: WorkingCalendar) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=calendar.zone)


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += _DAY
