"""The working calendar of a province: its profile, the national holidays, later decrees. The latest word wins."""

from collections.abc import Iterable
from datetime import date, time
from functools import cache
from zoneinfo import ZoneInfo

import holidays as national
import msgspec

from hub.profiles import WEEKDAYS, DecreedDay, HolidaySource, Profile, Terms, Time
from hub.workflow.calendar import Holiday, Hours, Session, WorkingCalendar
from hub.workflow.deadline import Budget, Counting, Unit
from hub.workflow.explanation import Articles

_YEARS = range(2016, 2046)


def calendar_of(profile: Profile, off: Iterable[DecreedDay] = (), on: Iterable[DecreedDay] = ()) -> WorkingCalendar:
    """National days, then the province's table, then decrees made since (`off`: not worked, `on`: worked)."""
    days_off, days_on = _national(profile.holiday_sources)
    hours = tuple(_hours(terms) for terms in profile.terms)
    calendar = WorkingCalendar(hours, days_off, days_on, ZoneInfo(profile.zone))
    if profile.holidays or profile.working_days:
        calendar = calendar.with_decrees(_table(profile.holidays), _table(profile.working_days))
    off, on = tuple(off), tuple(on)
    return calendar.with_decrees(_table(off), _table(on)) if off or on else calendar


@cache
def _national(sources: tuple[HolidaySource, ...]) -> tuple[dict[date, Holiday], dict[date, Holiday]]:
    """Vietnam by the `holidays` package, each day with the text behind it; make-up Saturdays are worked."""
    found = national.country_holidays("VN", years=_YEARS, language="vi")
    off = {day: Holiday(name, _source(name, sources)) for day, name in found.items()}
    on = {
        day: Holiday("Làm bù", _source("thay cho", sources))
        for day in found.weekend_workdays
        if day.year in _YEARS and day not in off
    }
    return off, on


def _source(name: str, sources: tuple[HolidaySource, ...]) -> str:
    return next((s.source for s in sources if s.contains in name), "")


def _table(days: Iterable[DecreedDay]) -> dict[date, Holiday]:
    return {d.date: Holiday(d.name, d.source) for d in days}


def _hours(terms: Terms) -> Hours:
    return Hours(terms.since, tuple(tuple(_session(span) for span in terms.hours.get(d, ())) for d in WEEKDAYS))


def _session(span: str) -> Session:
    start, end = span.split("-")
    return Session(time.fromisoformat(start), time.fromisoformat(end))


def budget_of(allowed: Time) -> Budget:
    """A profile's time as a budget."""
    counting = None if allowed.counting is None else Counting(allowed.counting)
    return Budget(allowed.amount, Unit(allowed.unit), counting, allowed.basis)


def processing_budget(terms: Terms, amount: float, unit: str, basis: str = "") -> Budget:
    """A procedure's time limit, counted as the province counts; the catalogue's "hour" is an hour of work."""
    known = Unit.WORKING_HOUR if unit == "hour" else Unit(unit)
    counting = Counting(terms.deadlines.processing_counting) if known is Unit.WORKING_DAY else None
    return Budget(amount, known, counting, basis)


def articles_of(terms: Terms) -> Articles:
    """The texts that the count rests on."""
    return msgspec.convert(msgspec.structs.asdict(terms.deadlines.articles), Articles)
