"""Calendars and instants for the tests of time."""

from datetime import date, datetime, time

from hypothesis import strategies as st

from hub.workflow.calendar import VN, Holiday, Hours, Session, WorkingCalendar

MORNING = Session(time(7), time(11, 30))
AFTERNOON = Session(time(13, 30), time(17))
WEEK = ((MORNING, AFTERNOON),) * 5 + ((), ())
CULTURE_DAY = Holiday("Ngày Văn hóa Việt Nam", "Nghị quyết 28/2026/QH16")


def calendar(holidays=None, working_days=None, week=WEEK):
    """An Giang's hours, with these decreed days."""
    return WorkingCalendar([Hours(date(2025, 7, 1), week)], holidays or {}, working_days or {})


def at(text: str) -> datetime:
    """'2026-11-19 08:12' in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=VN)


_days = st.dates(date(2026, 10, 1), date(2027, 3, 1))
instants = st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 31), timezones=st.just(VN)).map(  # noqa: DTZ001
    lambda t: t.replace(microsecond=0)
)
_sessions = st.lists(st.integers(0, 47), min_size=2, max_size=4, unique=True).map(
    lambda ns: tuple(
        Session(time(a // 2, a % 2 * 30), time(b // 2, b % 2 * 30))
        for a, b in zip(sorted(ns)[::2], sorted(ns)[1::2], strict=False)
    )
)
weeks = st.tuples(*[st.one_of(st.just(()), _sessions) for _ in range(7)]).filter(any)
holidays = st.dictionaries(_days, st.just(CULTURE_DAY), max_size=12)
working_days = st.dictionaries(_days, st.just(Holiday("Làm bù")), max_size=4)
calendars = st.builds(calendar, holidays, working_days)
any_calendars = st.builds(calendar, holidays, working_days, weeks)
