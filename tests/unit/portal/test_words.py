"""What pages say of the promised time, of a lookup, of a way back."""

import pytest

from hub.dossier import Lookup
from hub.portal.builders.dossier import lookup_page
from hub.portal.builders.promise import promise
from hub.portal.controllers.public import local
from hub.portal.speech import Speech
from hub.portal.views.common import Bar
from hub.workflow import Articles, Budget, Course, Event, Explanation, Step, Unit, explain, replay
from tests.support.calendars import CULTURE_DAY, at, calendar

vi = Speech("vi")
DAYS = calendar(holidays={at("2026-11-24 00:00").date(): CULTURE_DAY})


def told(*events: Event, now: str) -> Explanation:
    start = Event(step=Step.START, at=at("2026-11-19 08:12"), budget=Budget(10, Unit.WORKING_DAY))
    course: Course = replay([start, *events])
    return explain(course, DAYS, at(now), Articles())


def test_the_bar_is_whole_and_in_the_order_of_days() -> None:
    pause = Event(step=Step.PAUSE, at=at("2026-11-25 10:05"), cause="Chờ bổ sung")
    shown = promise(told(pause, now="2026-11-26 10:00"), at("2026-11-26 10:00"), vi)
    assert isinstance(shown.bar, Bar)
    assert sum(each.width for each in shown.bar.segments) == pytest.approx(100, abs=0.2)
    starts = [each.start for each in shown.bar.segments]
    assert starts == sorted(starts)
    assert [each.kind for each in shown.bar.segments][:2] == ["rest", "used"]
    assert "paused" in {each.kind for each in shown.bar.segments}
    assert any("tạm dừng từ 25/11" in each.text for each in shown.bar.legend)
    assert 0 < (shown.bar.now or 0) < 100


def test_why_this_day_names_the_holiday_and_folds_days_that_are_alike() -> None:
    shown = promise(told(now="2026-11-20 09:00"), at("2026-11-20 09:00"), vi)
    assert shown.why is not None
    reasons = [each.reason for each in shown.why.days]
    assert any("Ngày Văn hóa Việt Nam" in reason and CULTURE_DAY.source in reason for reason in reasons)
    assert "Ngày làm việc, tính đủ." in reasons
    assert shown.why.rule == "Thủ tục này có thời hạn 10 ngày làm việc."
    assert "tạm dừng" not in str(shown.sentence)


def test_a_late_dossier_says_so() -> None:
    shown = promise(told(now="2026-12-30 09:00"), at("2026-12-30 09:00"), vi)
    assert "Quá hạn" in str(shown.sentence)
    assert shown.bar is not None
    assert any("quá hạn" in each.text for each in shown.bar.legend)


def test_a_long_budget_is_drawn_by_its_figures() -> None:
    start = Event(step=Step.START, at=at("2026-11-19 08:12"), budget=Budget(90, Unit.WORKING_DAY))
    shown = promise(explain(replay([start]), DAYS, at("2026-12-01 09:00"), Articles()), at("2026-12-01 09:00"), vi)
    assert shown.bar is not None
    assert [each.kind for each in shown.bar.segments] == ["used", "rest", "left"]


def test_lookup_of_a_dossier_not_yet_valid_shows_only_a_b_d_e() -> None:
    """LOOK-02."""
    waiting = Lookup(code="A-1", status=1, agency="TTPVHCC", submitter="L*** Mẩu", received_at="2026-11-19T08:12+07:00")
    shown = lookup_page(waiting, vi)
    assert [each.label for each in shown.facts] == ["Cơ quan tiếp nhận", "Người nộp", "Ngày nhận"]
    assert shown.state is None


@pytest.mark.parametrize("foreign", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", ""])
def test_the_way_back_never_leaves_the_portal(foreign: str) -> None:
    assert local(foreign) == "/"


def test_the_way_back_is_kept() -> None:
    assert local("/nop/1.012784") == "/nop/1.012784"
