"""Dates, money and times as people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.portal.speech import Speech, tidy

vi, en = Speech("vi"), Speech("en")
FRIDAY = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)


def test_moments_are_vietnamese_time() -> None:
    assert vi.moment(FRIDAY) == "16:30, thứ\u00a0Sáu\u00a004/12/2026"
    assert en.moment(FRIDAY) == "16:30, Friday\u00a004/12/2026"
    assert vi.day(datetime(2026, 12, 4, 18, 0, tzinfo=UTC)) == "05/12/2026"


def test_money_never_breaks() -> None:
    assert vi.money(150_000) == "150.000\u00a0đ"
    assert vi.money(0) == "0\u00a0đ"


@pytest.mark.parametrize(
    ("octets", "said"),
    [(0, "1\u00a0kB"), (214_000, "209\u00a0kB"), (1_258_291, "1,2\u00a0MB"), (20 * 1024 * 1024, "20\u00a0MB")],
)
def test_sizes(octets: int, said: str) -> None:
    assert vi.size(octets) == said


def test_how_long_something_waits() -> None:
    assert vi.ago(timedelta(minutes=14)) == "14 phút"
    assert vi.ago(timedelta(hours=5, minutes=59)) == "5 giờ"
    assert vi.ago(timedelta(days=3)) == "3 ngày"
    assert en.ago(timedelta(minutes=1)) == "1 minute"


def test_weekday_of_a_plain_date() -> None:
    assert vi.long_date(date(2026, 11, 22)) == "Chủ\u00a0nhật\u00a022/11/2026"


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("(3) Giấy chứng nhận đã cấp;", "Giấy chứng nhận đã cấp"),
        ("- Tờ khai.", "Tờ khai"),
        ("1) Đơn", "Đơn"),
        ("Tách thửa hoặc hợp thửa đất.", "Tách thửa hoặc hợp thửa đất"),
        ("01 bản vẽ", "01 bản vẽ"),
    ],
)
def test_names_lose_their_list_marks_and_nothing_else(published: str, shown: str) -> None:
    assert tidy(published) == shown
