"""The working calendar (FACTS §11)."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.workflow.calendar import BadCalendarError, Holiday, Hours, Off, WorkingCalendar
from tests.support.calendars import CULTURE_DAY, WEEK, any_calendars, at, calendar, instants

PLAIN = calendar({date(2026, 11, 24): CULTURE_DAY}, {date(2026, 11, 28): Holiday("Làm bù")})
amounts = st.integers(1, 60 * 80).map(lambda n: timedelta(minutes=n))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-23 09:10", "2026-11-23 09:10"),
        ("2026-11-23 06:59", "2026-11-23 07:00"),
        ("2026-11-23 11:30", "2026-11-23 13:30"),
        ("2026-11-23 12:00", "2026-11-23 13:30"),
        ("2026-11-23 17:00", "2026-11-25 07:00"),
        ("2026-11-24 08:00", "2026-11-25 07:00"),
        ("2026-11-21 10:00", "2026-11-23 07:00"),
        ("2026-11-27 20:00", "2026-11-28 07:00"),
    ],
)
def test_the_next_working_instant_skips_noon_nights_and_days_off(start, expected):
    assert PLAIN.next_instant(at(start)) == at(expected)


def test_a_day_off_tells_its_reason_and_source():
    closed = PLAIN.closed(date(2026, 11, 24))
    assert (closed.kind, closed.name, closed.source) == (Off.HOLIDAY, CULTURE_DAY.name, CULTURE_DAY.source)
    assert PLAIN.closed(date(2026, 11, 22)).kind is Off.WEEKEND
    assert PLAIN.closed(date(2026, 11, 23)) is None


def test_a_make_up_saturday_keeps_a_mondays_hours():
    assert PLAIN.day_length(date(2026, 11, 28)) == timedelta(hours=8)


def test_working_days_are_added_over_weekend_and_holiday():
    assert PLAIN.add_working_days(date(2026, 11, 19), 10) == date(2026, 12, 3)


def test_time_that_fills_a_session_ends_with_it():
    assert PLAIN.add(at("2026-11-23 07:00"), timedelta(hours=4.5)) == at("2026-11-23 11:30")
    assert PLAIN.add(at("2026-11-23 07:00"), timedelta(hours=8)) == at("2026-11-23 17:00")


def test_hours_change_from_their_date():
    short = tuple(tuple(day[:1]) for day in WEEK)
    changing = WorkingCalendar([Hours(date(2027, 1, 1), short), Hours(date(2025, 7, 1), WEEK)], {}, {})
    assert changing.day_length(date(2026, 12, 31)) == timedelta(hours=8)
    assert changing.day_length(date(2027, 1, 4)) == timedelta(hours=4.5)


def test_a_later_decree_wins_over_an_earlier_one():
    moved = PLAIN.with_decrees(
        {date(2026, 11, 28): Holiday("Lũ lụt")}, {date(2026, 11, 24): Holiday("Làm bình thường")}
    )
    assert moved.works_on(date(2026, 11, 24))
    assert not moved.works_on(date(2026, 11, 28))
    assert moved.version != PLAIN.version
    assert calendar(PLAIN.holidays, PLAIN.working_days).version == PLAIN.version


def test_a_zone_with_daylight_saving_is_refused():
    with pytest.raises(BadCalendarError, match="offset"):
        WorkingCalendar([Hours(date(2025, 7, 1), WEEK)], {}, {}, ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("week", [((),) * 7, WEEK[:6], (WEEK[0][::-1],) * 7, (WEEK[0] + WEEK[0],) * 7])
def test_hours_that_make_no_sense_are_refused(week):
    with pytest.raises(BadCalendarError):
        WorkingCalendar([Hours(date(2025, 7, 1), week)], {}, {})


@given(any_calendars, instants, amounts)
def test_adding_time_is_the_inverse_of_counting_it(cal, start, amount):
    assert cal.worked(start, cal.add(start, amount)) == amount


@given(any_calendars, instants, amounts, amounts)
def test_adding_twice_is_adding_the_sum(cal, start, one, two):
    assert cal.add(cal.add(start, one), two) == cal.add(start, one + two)


@given(any_calendars, instants)
def test_the_next_instant_is_open_and_nothing_was_worked_before_it(cal, start):
    following = cal.next_instant(start)
    assert following >= start
    assert cal.is_open(following)
    assert cal.worked(start, following) == timedelta(0)


@given(any_calendars, instants, st.integers(0, 90), st.integers(0, 90))
def test_counting_is_additive(cal, start, one, two):
    middle, end = start + timedelta(hours=one), start + timedelta(hours=one + two)
    assert cal.worked(start, middle) + cal.worked(middle, end) == cal.worked(start, end)
    assert cal.minutes_between(start, end) == cal.worked(start, end) // timedelta(minutes=1)
