"""The events of a clock (DOS-12, DOS-15, DOS-16)."""

import pytest

from hub.workflow.course import Event, OutOfOrderError, Step, Timing, replay
from hub.workflow.deadline import Budget, Unit
from tests.support.calendars import at, calendar

CAL = calendar()
START = Event(step=Step.START, at=at("2026-11-19 08:12"), budget=Budget(10, Unit.WORKING_DAY))


def event(step: Step, when: str, **more) -> Event:
    return Event(step=step, at=at(when), **more)


def test_a_pause_stops_the_clock_until_it_is_resumed():
    paused = replay([START, event(Step.PAUSE, "2026-11-23 10:05", cause="bổ sung")])
    assert paused.state == "paused"
    assert paused.due(CAL, at("2026-11-23 10:05")) < paused.due(CAL, at("2026-11-27 10:05"))
    resumed = paused.after(event(Step.RESUME, "2026-11-25 10:05"))
    assert resumed.due(CAL, at("2027-01-01 10:05")) == paused.due(CAL, at("2026-11-25 10:05"))


def test_dos_15_an_extension_keeps_the_original_date_for_statistics():
    more = event(Step.EXTEND, "2026-12-02 09:00", amount=5, cause="xác minh", approver="Giám đốc Sở")
    course = replay([START, more])
    assert course.original_due(CAL, at("2026-12-02 09:00")) == at("2026-12-03 17:00")
    assert course.due(CAL, at("2026-12-02 09:00")) == at("2026-12-10 17:00")
    assert course.after(event(Step.STOP, "2026-12-08 09:00")).timing(CAL) is Timing.LATE


def test_dos_16_an_apology_promises_a_date_and_changes_no_deadline():
    sorry = event(Step.PROMISE, "2026-12-04 09:00", until=at("2026-12-08 17:00"), cause="quá tải")
    course = replay([START, sorry])
    assert course.promises[0].until == at("2026-12-08 17:00")
    assert course.due(CAL, at("2026-12-04 09:00")) == replay([START]).due(CAL, at("2026-12-04 09:00"))
    assert course.state == "running"


@pytest.mark.parametrize(
    ("stopped", "timing"),
    [("2026-12-02 16:00", Timing.EARLY), ("2026-12-03 16:59", Timing.ON_TIME), ("2026-12-04 07:00", Timing.LATE)],
)
def test_the_control_slip_says_early_on_time_or_late(stopped, timing):
    assert replay([START]).timing(CAL) is None
    assert replay([START, event(Step.STOP, stopped)]).timing(CAL) is timing


def test_a_stopped_clock_stands_still_for_ever():
    course = replay([START, event(Step.PAUSE, "2026-11-23 10:00"), event(Step.STOP, "2026-11-25 09:00")])
    assert course.state == "stopped"
    assert course.paused is None
    assert course.due(CAL, at("2026-12-25 09:00")) == course.due(CAL, at("2027-06-25 09:00"))


@pytest.mark.parametrize(
    "steps",
    [
        [Step.RESUME],
        [Step.START],
        [Step.PAUSE, Step.PAUSE],
        [Step.STOP, Step.RESUME],
        [Step.STOP, Step.EXTEND],
        [Step.STOP, Step.STOP],
    ],
)
def test_a_step_out_of_order_is_refused(steps):
    with pytest.raises(OutOfOrderError):
        replay([START, *(event(s, "2026-11-23 10:00", budget=START.budget) for s in steps)])


def test_a_clock_begins_with_its_start():
    with pytest.raises(OutOfOrderError, match="not started"):
        replay([event(Step.PAUSE, "2026-11-23 10:00")])
