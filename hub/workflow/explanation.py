"""Why this day: the ledger of a clock, day by day, in words, with the article that each day rests on. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby

import msgspec

from hub.workflow.calendar import WorkingCalendar
from hub.workflow.course import Course
from hub.workflow.deadline import Budget, Interval, Kind, Unit, counted_between, ledger
from hub.workflow.wording import amount_en, amount_vi, budget_en, budget_vi, moment_en, moment_vi


class Articles(msgspec.Struct, frozen=True, kw_only=True):
    """The texts that rules of counting rest on; data of the province profile."""

    first_day: str = ""
    off_hours: str = ""
    weekend: str = ""
    holiday: str = ""
    last_day_off: str = ""
    pause: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One day. `counted` and `total` in the budget's unit; `past`: this day is over or running."""

    day: date
    kind: Kind
    counted: float
    total: float
    vi: str
    en: str
    basis: str = ""
    past: bool = True


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of the bar, in the budget's unit (`days_off` in days, up to now).

    `left` runs to the promised moment, `over` from it: a promise rounded up to the end of a day gives that time too.
    """

    total: float
    used: float
    paused: float
    left: float
    over: float
    days_off: int
    holidays: tuple[str, ...] = ()
    paused_since: datetime | None = None

    @property
    def widths(self) -> tuple[float, float, float, float]:
        """Used, off, paused, left in percent of the bar; they add up to 100."""
        parts = (self.used + self.over, float(self.days_off), self.paused, self.left)
        whole = sum(parts) or 1.0
        return tuple(round(100 * part / whole, 2) for part in parts)  # type: ignore[return-value]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a citizen and an officer see of a clock."""

    due: datetime
    original_due: datetime
    budget: Budget
    state: str
    left_vi: str
    left_en: str
    lines: tuple[Line, ...]
    bar: Bar
    articles: Articles


def explain(course: Course, calendar: WorkingCalendar, now: datetime, articles: Articles) -> Explanation:
    """The clock as it stands at `now`; days to come are told as they are foreseen."""
    now = calendar.local(course.stopped_at or now)
    limit = course.due(calendar, now)
    pauses = tuple(p if p.end else msgspec.structs.replace(p, end=now) for p in course.pauses)
    budget = _extended(course)
    intervals = ledger(budget, course.start, pauses, calendar, _day_over(limit) if budget.unit is Unit.DAY else limit)
    bar = bar_of(course, calendar, now)
    left_vi, left_en = _left(bar, budget, calendar, now, limit)
    return Explanation(
        due=limit,
        original_due=course.original_due(calendar, now),
        budget=budget,
        state=course.state,
        left_vi=left_vi,
        left_en=left_en,
        lines=tuple(_Teller(budget, calendar, articles).lines(intervals, limit, now)),
        bar=bar,
        articles=articles,
    )


def _day_over(at: datetime) -> datetime:
    """A plain day counts whole, though the office closes earlier (Civil Code Art. 148.6)."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _extended(course: Course) -> Budget:
    more = sum(e.amount for e in course.extensions)
    return msgspec.structs.replace(course.budget, amount=course.budget.amount + more) if more else course.budget


def bar_of(course: Course, calendar: WorkingCalendar, now: datetime) -> Bar:
    """The figures of a clock at `now`, without the days."""
    now = calendar.local(course.stopped_at or now)
    limit, budget = course.due(calendar, now), _extended(course)
    past = ledger(budget, course.start, course.pauses, calendar, now)
    used = sum((i.units for i in past if i.kind is Kind.COUNTED), Fraction(0))
    days_off = {i.start.date() for i in past if i.kind in (Kind.WEEKEND, Kind.HOLIDAY)}
    return Bar(
        total=float(budget.units),
        used=float(min(used, budget.units)),
        paused=float(sum((i.units for i in past if i.kind is Kind.PAUSED), Fraction(0))),
        left=float(counted_between(budget.unit, now, limit, calendar)),
        over=float(counted_between(budget.unit, limit, now, calendar)),
        days_off=len(days_off),
        holidays=tuple(dict.fromkeys(i.cause for i in past if i.kind is Kind.HOLIDAY)),
        paused_since=course.paused.start if course.paused else None,
    )


def _left(bar: Bar, budget: Budget, calendar: WorkingCalendar, now: datetime, limit: datetime) -> tuple[str, str]:
    """Còn 7 ngày 3 giờ làm việc."""
    hours = _day_hours(calendar, now.date())
    if now > limit:
        over = Fraction(bar.over).limit_denominator(10**6)
        vi, en = amount_vi(over, budget.unit, hours), amount_en(over, budget.unit, hours)
        return f"Quá hạn {vi}", f"Overdue by {en}"
    left = Fraction(bar.left).limit_denominator(10**6)
    return f"Còn {amount_vi(left, budget.unit, hours)}", f"{amount_en(left, budget.unit, hours)} left"


class _Teller:
    """Turns the intervals of a ledger into a line a day."""

    def __init__(self, budget: Budget, calendar: WorkingCalendar, articles: Articles) -> None:
        self.budget = budget
        self.calendar = calendar
        self.articles = articles

    def lines(self, intervals: Iterable[Interval], limit: datetime, now: datetime) -> Iterable[Line]:
        """One line for each day, the last one naming the end."""
        total, last_day = Fraction(0), (limit - timedelta.resolution).date()
        for day, group in groupby(intervals, key=lambda i: i.start.date()):
            pieces = tuple(group)
            counted = sum((i.units for i in pieces if i.kind is Kind.COUNTED), Fraction(0))
            kind = self._kind(pieces, counted, spent=total >= self.budget.units)
            total += counted
            vi, en, basis = self._tell(kind, day, pieces, counted)
            if day == last_day:
                vi += f" Hết thời hạn {budget_vi(self.budget.amount, self.budget.unit)}: {moment_vi(limit)}."
                en += f" The {budget_en(self.budget.amount, self.budget.unit)} end: {moment_en(limit)}."
            yield Line(
                day=day,
                kind=kind,
                counted=float(counted),
                total=float(min(total, self.budget.units)),
                vi=vi,
                en=en,
                basis=basis,
                past=day <= now.date(),
            )

    def _kind(self, pieces: tuple[Interval, ...], counted: Fraction, *, spent: bool) -> Kind:
        kinds = {i.kind for i in pieces}
        if spent and Kind.PAUSED not in kinds:
            return Kind.ROLLED
        for kind in (Kind.HOLIDAY, Kind.WEEKEND, Kind.FIRST_DAY, Kind.PAUSED):
            if kind in kinds:
                return kind
        return Kind.COUNTED if counted else Kind.OFF_HOURS

    def _tell(self, kind: Kind, day: date, pieces: tuple[Interval, ...], counted: Fraction) -> tuple[str, str, str]:
        """The sentence of a day in two languages, and its article."""
        hours = _day_hours(self.calendar, day)
        vi, en = amount_vi(counted, self.budget.unit, hours), amount_en(counted, self.budget.unit, hours)
        if kind is Kind.HOLIDAY:
            holiday = next(i for i in pieces if i.kind is Kind.HOLIDAY)
            basis = holiday.source or self.articles.holiday
            return f"{holiday.cause}: không tính.", f"Public holiday ({holiday.cause}): not counted.", basis
        if kind is Kind.PAUSED:
            return self._tell_pause(pieces, counted, vi, en)
        if kind is Kind.COUNTED:
            by_hours = self.budget.unit is Unit.WORKING_HOUR
            basis = self.budget.basis or (self.articles.off_hours if by_hours else "")
            return f"Tính {vi}.", f"Counted: {en}.", basis
        said_vi, said_en = _SAID[kind]
        basis = {
            Kind.WEEKEND: self.articles.weekend,
            Kind.FIRST_DAY: self.articles.first_day,
            Kind.ROLLED: self.articles.last_day_off,
        }.get(kind, self.articles.off_hours)
        return said_vi, said_en, basis

    def _tell_pause(self, pieces: tuple[Interval, ...], counted: Fraction, vi: str, en: str) -> tuple[str, str, str]:
        paused = [i for i in pieces if i.kind is Kind.PAUSED]
        first, last = paused[0], paused[-1]
        cause = f" ({first.cause})" if first.cause else ""
        head_vi = f"Tính {vi}; tạm dừng" if counted else "Tạm dừng"
        head_en = f"Counted: {en}; paused" if counted else "Paused"
        span = f"{first.start:%H:%M}–{last.end:%H:%M}"
        return f"{head_vi} {span}{cause}.", f"{head_en} {span}{cause}.", first.source or self.articles.pause


_SAID = {
    Kind.WEEKEND: ("Ngày nghỉ hằng tuần: không tính.", "Weekly day off: not counted."),
    Kind.FIRST_DAY: (
        "Ngày nhận hồ sơ: thời hạn tính từ ngày tiếp theo.",
        "The day of receipt: the count begins on the next one.",
    ),
    Kind.OFF_HOURS: ("Ngoài giờ làm việc: chưa tính.", "Outside office hours: not counted yet."),
    Kind.ROLLED: (
        "Ngày cuối của thời hạn là ngày nghỉ: chuyển đến hết ngày làm việc tiếp theo.",
        "The last day is a day off: moved to the end of the next working day.",
    ),
}


def _day_hours(calendar: WorkingCalendar, day: date) -> Fraction:
    """Hours of the ordinary working day in force."""
    return Fraction(calendar.full_day(day) // timedelta(minutes=1), 60)
