"""Deadlines as budget plus ledger (DOS-01, DOS-12, DOS-13, DOS-15; REQUIREMENTS §4.1)."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.workflow.calendar import Holiday
from hub.workflow.deadline import (
    Budget,
    Counting,
    Extension,
    Kind,
    NeverEndsError,
    Pause,
    Unit,
    consumed,
    counting_start,
    due,
    ledger,
)
from tests.support.calendars import CULTURE_DAY, any_calendars, at, calendar, calendars, instants

CAL = calendar({date(2026, 11, 24): CULTURE_DAY})
ACCEPT = Budget(8, Unit.WORKING_HOUR)
TEN = Budget(10, Unit.WORKING_DAY)

budgets = st.builds(Budget, st.integers(1, 25), st.sampled_from(Unit), st.one_of(st.none(), st.sampled_from(Counting)))


@st.composite
def pause_lists(draw):
    starts = draw(st.lists(instants, max_size=4))
    return tuple(Pause(s, s + timedelta(minutes=draw(st.integers(0, 60 * 24 * 9)))) for s in starts)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-19 07:00", "2026-11-19 17:00"),
        ("2026-11-19 09:00", "2026-11-20 09:00"),
        ("2026-11-19 18:30", "2026-11-20 17:00"),
        ("2026-11-20 16:00", "2026-11-23 16:00"),
        ("2026-11-21 10:00", "2026-11-23 17:00"),
        ("2026-11-23 16:59", "2026-11-25 16:59"),
        ("2026-11-24 10:00", "2026-11-25 17:00"),
        ("2026-11-23 12:00", "2026-11-25 11:30"),
    ],
)
def test_dos_01_eight_working_hours_count_from_the_next_working_hour(start, expected):
    assert due(ACCEPT, at(start), (), CAL) == at(expected)


def test_dos_12_ten_working_days_begin_the_day_after_and_end_with_the_office():
    assert due(TEN, at("2026-11-19 08:12"), (), CAL) == at("2026-12-04 17:00")


def test_what_is_received_after_hours_is_received_on_the_next_working_day():
    assert due(TEN, at("2026-11-19 18:30"), (), CAL) == due(TEN, at("2026-11-20 08:00"), (), CAL)
    assert due(TEN, at("2026-11-21 09:00"), (), CAL) == due(TEN, at("2026-11-23 08:00"), (), CAL)


def test_pauses_that_overlap_are_counted_once():
    long = Pause(at("2026-11-23 10:05"), at("2026-11-26 09:00"))
    inside = Pause(at("2026-11-25 08:00"), at("2026-11-25 10:00"))
    beyond = Pause(at("2026-11-25 08:00"), at("2026-11-27 09:00"))
    start = at("2026-11-19 08:12")
    assert due(TEN, start, (inside, long), CAL) == due(TEN, start, (long,), CAL)
    whole = Pause(long.start, beyond.end)
    assert due(TEN, start, (beyond, long), CAL) == due(TEN, start, (whole,), CAL)


def test_a_pause_that_ends_before_it_begins_counts_for_nothing():
    backwards = Pause(at("2026-11-25 10:00"), at("2026-11-25 09:00"))
    start = at("2026-11-19 08:12")
    assert due(TEN, start, (backwards,), CAL) == due(TEN, start, (), CAL)
    assert ledger(TEN, start, (backwards,), CAL, at("2026-11-26 17:00")) == ledger(
        TEN, start, (), CAL, at("2026-11-26 17:00")
    )


def test_dos_12_the_same_can_be_counted_at_once():
    at_once = Budget(10, Unit.WORKING_DAY, Counting.AT_ONCE)
    assert due(at_once, at("2026-11-19 08:12"), (), CAL) == at("2026-12-04 08:12")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-20 08:00", "2026-11-20 14:00"),
        ("2026-11-20 15:30", "2026-11-23 09:30"),
        ("2026-11-21 09:00", "2026-11-23 11:00"),
    ],
)
def test_dos_13_half_a_working_day_to_hand_over(start, expected):
    half = Budget(0.5, Unit.WORKING_DAY, Counting.AT_ONCE)
    assert due(half, at(start), (), CAL) == at(expected)


def test_plain_days_count_every_day_and_a_last_day_off_moves_on():
    assert due(Budget(3, Unit.DAY), at("2026-11-17 10:00"), (), CAL) == at("2026-11-20 17:00")
    assert due(Budget(4, Unit.DAY), at("2026-11-17 10:00"), (), CAL) == at("2026-11-23 17:00")
    assert due(Budget(7, Unit.DAY), at("2026-11-17 10:00"), (), CAL) == at("2026-11-25 17:00")


def test_plain_hours_run_by_the_clock_on_the_wall():
    assert due(Budget(4, Unit.HOUR), at("2026-11-19 16:00"), (), CAL) == at("2026-11-19 20:00")
    assert due(Budget(24, Unit.HOUR), at("2026-11-20 16:00"), (), CAL) == at("2026-11-21 16:00")


def test_a_holiday_at_either_end_moves_the_count():
    cal = calendar({date(2026, 11, 20): CULTURE_DAY, date(2026, 12, 3): CULTURE_DAY})
    assert due(TEN, at("2026-11-19 08:12"), (), cal) == at("2026-12-07 17:00")


def test_a_holiday_decreed_late_is_only_another_calendar():
    late = CAL.with_decrees({date(2026, 11, 30): Holiday("Nghỉ phòng chống bão", "Công điện 12/CĐ-UBND")}, {})
    assert due(TEN, at("2026-11-19 08:12"), (), late) == at("2026-12-07 17:00")
    made_up = late.with_decrees({}, {date(2026, 12, 5): Holiday("Làm bù")})
    assert due(TEN, at("2026-11-19 08:12"), (), made_up) == at("2026-12-05 17:00")


def test_dos_12_waiting_for_a_supplement_is_given_back():
    pause = Pause(at("2026-11-23 10:05"), at("2026-11-26 09:00"), "chờ bổ sung")
    assert due(TEN, at("2026-11-19 08:12"), (pause,), CAL) == at("2026-12-08 17:00")


def test_a_pause_that_lasts_ends_now_or_never():
    pause = Pause(at("2026-11-23 10:05"))
    assert due(TEN, at("2026-11-19 08:12"), (pause,), CAL, now=at("2026-11-26 09:00")) == at("2026-12-08 17:00")
    with pytest.raises(NeverEndsError):
        due(TEN, at("2026-11-19 08:12"), (pause,), CAL)


def test_a_pause_on_the_promised_last_day_moves_it():
    start, plain = at("2026-11-17 10:00"), Budget(4, Unit.DAY)
    pause = Pause(at("2026-11-23 09:00"), at("2026-11-27 09:00"))
    assert due(plain, start, (), CAL) == at("2026-11-23 17:00")
    assert due(plain, start, (pause,), CAL) == at("2026-11-27 17:00")


def test_dos_15_an_extension_adds_to_the_budget():
    more = Extension(at("2026-12-01 08:00"), 5, "cần xác minh thực địa")
    assert due(TEN, at("2026-11-19 08:12"), (), CAL, extensions=(more,)) == at("2026-12-11 17:00")


@pytest.mark.parametrize("amount", [0, -1, 0.25, 1.4])
def test_a_budget_is_whole_or_half(amount):
    with pytest.raises(ValueError, match="half"):
        Budget(amount, Unit.WORKING_DAY)


@given(budgets, any_calendars, instants, pause_lists())
def test_due_is_never_before_start_plus_budget(budget, cal, start, pauses):
    limit = due(budget, start, pauses, cal)
    if budget.unit.of_days:
        assert limit.date() >= start.date() + timedelta(days=int(budget.amount) - (budget.begins is Counting.AT_ONCE))
    else:
        assert limit >= start + timedelta(hours=budget.amount)
    if budget.unit.worked:
        assert consumed(budget, start, pauses, cal, limit) >= budget.units - Fraction(1, 10**6)


@given(budgets, any_calendars, instants, pause_lists(), instants, st.integers(0, 60 * 24 * 9))
def test_pausing_never_moves_due_earlier(budget, cal, start, pauses, from_, minutes):
    more = (*pauses, Pause(from_, from_ + timedelta(minutes=minutes)))
    assert due(budget, start, more, cal) >= due(budget, start, pauses, cal)


@given(
    st.sampled_from([Unit.WORKING_HOUR, Unit.WORKING_DAY]),
    calendars,
    instants,
    pause_lists(),
    st.integers(1, 12),
    st.integers(1, 12),
)
def test_working_time_adds_up(unit, cal, start, pauses, one, two):
    def of(amount, since):
        return due(Budget(amount, unit, Counting.AT_ONCE), since, pauses, cal)

    assert of(two, of(one, start)) == of(one + two, start)


@given(budgets, calendars, instants, pause_lists(), instants)
def test_counting_in_steps_equals_counting_at_once(budget, cal, start, pauses, middle):
    end = max(start, middle) + timedelta(days=40)
    whole = consumed(budget, start, pauses, cal, end)
    first = consumed(budget, start, pauses, cal, middle)
    later = [i for i in ledger(budget, start, pauses, cal, end) if i.kind is Kind.COUNTED and i.end > middle]
    rest = sum(
        (
            i.units * Fraction((i.end - max(i.start, middle)) / (i.end - i.start)).limit_denominator(10**9)
            for i in later
        ),
        Fraction(0),
    )
    assert abs(first + rest - whole) < Fraction(1, 10**6)


@given(budgets, any_calendars, instants, pause_lists(), st.integers(0, 24 * 30))
def test_the_ledger_tells_every_moment_once(budget, cal, start, pauses, hours):
    until = start + timedelta(hours=hours)
    intervals = ledger(budget, start, pauses, cal, until)
    assert sum((i.end - i.start for i in intervals), timedelta(0)) == until - start
    edges = [edge for i in intervals for edge in (i.start, i.end)]
    assert edges == sorted(edges)
    assert all(i.units >= 0 for i in intervals)
    counted = sum((i.units for i in intervals if i.kind is Kind.COUNTED), Fraction(0))
    assert counted == consumed(budget, start, pauses, cal, until)


@given(budgets, calendars, instants, st.lists(st.dates(date(2026, 10, 1), date(2027, 1, 15)), max_size=5))
def test_a_later_holiday_never_moves_due_earlier(budget, cal, start, days):
    decreed = dict.fromkeys(days, CULTURE_DAY)
    without_make_up = calendar(cal.holidays, {d: h for d, h in cal.working_days.items() if d not in decreed})
    late = without_make_up.with_decrees(decreed, {})
    assert due(budget, start, (), late) >= due(budget, start, (), without_make_up)


@given(budgets, any_calendars, instants)
def test_counting_starts_at_or_after_the_event(budget, cal, start):
    assert counting_start(budget, start, cal) >= start
