"""A province's calendar is its profile plus the national days (FACTS §11)."""

from datetime import date, timedelta

import pytest

from hub import profiles
from hub.profiles import DecreedDay
from hub.workflow.almanac import articles_of, budget_of, calendar_of, processing_budget
from hub.workflow.deadline import Counting, Unit

AN_GIANG = profiles.load("an_giang")
CAL = calendar_of(AN_GIANG)


@pytest.mark.parametrize(
    ("day", "source"),
    [
        (date(2026, 11, 24), "Nghị quyết 28/2026/QH16"),
        (date(2026, 2, 17), "Bộ luật Lao động 2019, Điều 112"),
        (date(2026, 4, 27), "Bộ luật Lao động 2019, Điều 111 khoản 3"),
        (date(2026, 8, 31), "Hoán đổi ngày làm việc theo thông báo của cơ quan có thẩm quyền"),
    ],
)
def test_each_national_day_off_names_its_text(day, source):
    assert CAL.closed(day).source == source


def test_culture_day_began_in_2026():
    assert CAL.works_on(date(2025, 11, 24))
    assert not CAL.works_on(date(2026, 11, 24))


def test_a_make_up_saturday_is_worked():
    assert CAL.day_length(date(2026, 8, 22)) == timedelta(hours=8)


def test_a_decree_of_the_province_wins():
    storm = DecreedDay(date=date(2026, 11, 27), name="Nghỉ tránh bão", source="Công điện 15/CĐ-UBND")
    back = DecreedDay(date=date(2026, 11, 24), name="Làm việc", source="Thông báo 9/TB-UBND")
    decreed = calendar_of(AN_GIANG, [storm], [back])
    assert decreed.closed(date(2026, 11, 27)).source == storm.source
    assert decreed.works_on(date(2026, 11, 24))
    assert calendar_of(AN_GIANG).version == CAL.version != decreed.version


def test_a_province_table_wins_over_the_national_days():
    text = (profiles._FOLDER / "an_giang.toml").read_text(encoding="utf-8")
    table = '\n[[holidays]]\ndate = 2027-02-11\nname = "Nghỉ Tết thêm"\nsource = "Thông báo 1/TB-UBND"\n'
    more = profiles.read(
        text + table, name="an_giang", national=(profiles._FOLDER / "national.toml").read_text("utf-8")
    )
    assert CAL.works_on(date(2027, 2, 11))
    assert calendar_of(more).closed(date(2027, 2, 11)).name == "Nghỉ Tết thêm"


def test_budgets_come_from_the_profile():
    terms = AN_GIANG.at(date(2026, 11, 23))
    assert budget_of(terms.deadlines.acceptance).unit is Unit.WORKING_HOUR
    half = profiles.load("quang_ngai").at(date(2018, 1, 1)).deadlines.hand_over
    assert budget_of(half).begins is Counting.AT_ONCE
    assert processing_budget(terms, 10, "working-day").begins is Counting.DAY_AFTER
    assert processing_budget(terms, 4, "hour").unit is Unit.WORKING_HOUR
    assert processing_budget(terms, 30, "day").unit is Unit.DAY
    assert "147" in articles_of(terms).first_day
