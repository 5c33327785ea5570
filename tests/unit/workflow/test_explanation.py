"""Why this day: told day by day with its article (PEERS §4.2)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import profiles
from hub.profiles import DecreedDay
from hub.workflow.almanac import articles_of, calendar_of
from hub.workflow.course import Event, Step, replay
from hub.workflow.deadline import Budget, Kind, Unit
from hub.workflow.explanation import explain
from hub.workflow.wording import budget_en, budget_vi, moment_en, moment_vi
from tests.support.calendars import any_calendars, at, instants

AN_GIANG = profiles.load("an_giang")
CAL = calendar_of(AN_GIANG)
ARTICLES = articles_of(AN_GIANG.at(date(2026, 11, 23)))


def course(budget: Budget, start: str, *steps: tuple[Step, str]):
    events = [Event(step=Step.START, at=at(start), budget=budget)]
    return replay([*events, *(Event(step=s, at=at(when), cause="chờ bổ sung giấy tờ") for s, when in steps)])


LAND = course(
    Budget(10, Unit.WORKING_DAY, basis="Quyết định công bố TTHC"),
    "2026-11-19 08:12",
    (Step.PAUSE, "2026-11-23 10:05"),
    (Step.RESUME, "2026-11-26 09:00"),
)


def test_every_day_from_receipt_to_due_is_told_once():
    told = explain(LAND, CAL, at("2026-11-26 10:00"), ARTICLES)
    assert [line.day for line in told.lines] == [
        date(2026, 11, 19 + n) if n < 12 else date(2026, 12, n - 11) for n in range(20)
    ]
    by_day = {line.day.isoformat(): line for line in told.lines}
    assert by_day["2026-11-19"].basis == "Bộ luật Dân sự 2015, Điều 147 khoản 2"
    assert by_day["2026-11-20"].vi == "Tính 1 ngày làm việc."
    assert by_day["2026-11-21"].kind is Kind.WEEKEND
    assert by_day["2026-11-23"].vi == "Tính 3 giờ 5 phút làm việc; tạm dừng 10:05–17:00 (chờ bổ sung giấy tờ)."
    assert by_day["2026-11-24"].vi == "Ngày Văn hóa Việt Nam: không tính."
    assert by_day["2026-11-24"].basis == "Nghị quyết 28/2026/QH16"
    assert by_day["2026-12-08"].vi.endswith("Hết thời hạn 10 ngày làm việc: 17:00, thứ Ba 08/12/2026.")
    assert [line.past for line in told.lines].count(True) == 8


def test_the_bar_has_its_four_figures():
    bar = explain(LAND, CAL, at("2026-11-26 10:00"), ARTICLES).bar
    assert bar.used == pytest.approx(1 + 185 / 480 + 60 / 480)
    assert bar.paused == pytest.approx((295 - 120 + 480 + 120 + 120) / 480)
    assert bar.days_off == 3
    assert bar.holidays == ("Ngày Văn hóa Việt Nam",)
    assert bar.left > 8
    assert sum(bar.widths) == pytest.approx(100, abs=0.05)


def test_what_is_left_is_said_in_days_and_hours():
    told = explain(course(Budget(10, Unit.WORKING_DAY), "2026-11-16 08:12"), CAL, at("2026-11-20 14:00"), ARTICLES)
    assert told.left_vi == "Còn 6 ngày 3 giờ làm việc"
    assert told.left_en == "6 days 3 hours of working time left"


def test_a_paused_clock_says_since_when():
    waiting = course(Budget(10, Unit.WORKING_DAY), "2026-11-19 08:12", (Step.PAUSE, "2026-11-23 10:05"))
    told = explain(waiting, CAL, at("2026-11-26 10:00"), ARTICLES)
    assert told.bar.paused_since == at("2026-11-23 10:05")
    assert told.state == "paused"
    assert told.due > explain(waiting, CAL, at("2026-11-23 10:05"), ARTICLES).due


def test_a_late_clock_says_how_late_in_working_time():
    told = explain(course(Budget(8, Unit.WORKING_HOUR), "2026-11-19 18:30"), CAL, at("2026-11-23 09:00"), ARTICLES)
    assert (told.due, told.left_vi) == (at("2026-11-20 17:00"), "Quá hạn 2 giờ làm việc")
    assert told.bar.over == 2
    assert told.bar.left == 0


def test_dos_01_hours_outside_the_office_cite_the_next_working_hour():
    told = explain(
        course(Budget(8, Unit.WORKING_HOUR, basis="NĐ 45"), "2026-11-20 18:30"), CAL, at("2026-11-23 09:00"), ARTICLES
    )
    assert [line.kind for line in told.lines] == [Kind.OFF_HOURS, Kind.WEEKEND, Kind.WEEKEND, Kind.COUNTED]
    assert "giờ làm việc kế tiếp" in told.lines[0].basis


def test_a_last_day_off_is_moved_with_the_civil_code():
    told = explain(course(Budget(4, Unit.DAY), "2026-11-17 10:00"), CAL, at("2026-11-18 10:00"), ARTICLES)
    assert told.lines[-1].kind is Kind.ROLLED
    assert told.lines[-1].basis == "Bộ luật Dân sự 2015, Điều 148 khoản 5"


def test_a_holiday_decreed_late_is_told_with_its_decree():
    storm = DecreedDay(date=date(2026, 11, 30), name="Nghỉ tránh bão số 15", source="Công điện 15/CĐ-UBND")
    before = explain(LAND, CAL, at("2026-11-26 10:00"), ARTICLES)
    after = explain(LAND, calendar_of(AN_GIANG, [storm]), at("2026-11-26 10:00"), ARTICLES)
    assert after.due == at("2026-12-09 17:00") > before.due
    assert next(line for line in after.lines if line.day == storm.date).basis == storm.source


def test_times_are_spoken_as_the_design_says():
    assert moment_vi(at("2026-12-04 16:30")) == "16:30, thứ Sáu 04/12/2026"
    assert moment_en(at("2026-12-04 16:30")) == "16:30, Friday 4 December 2026"
    assert budget_vi(0.5, Unit.WORKING_DAY) == "½ ngày làm việc"
    assert budget_en(8, Unit.WORKING_HOUR) == "8 working hours"


@given(st.integers(1, 30), st.sampled_from(Unit), any_calendars, instants)
def test_the_total_of_the_lines_is_the_budget(amount, unit, cal, start):
    clock = replay([Event(step=Step.START, at=start, budget=Budget(amount, unit))])
    told = explain(clock, cal, start, ARTICLES)
    assert told.lines[-1].total == pytest.approx(amount)
    assert told.lines[-1].day == (told.due - timedelta.resolution).date()
    assert all(line.vi and line.en for line in told.lines)
