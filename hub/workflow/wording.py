"""Dates and amounts of time as people say them. Pure."""

from datetime import date, datetime
from fractions import Fraction

from hub.workflow.deadline import Unit

WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_UNIT_VI = {Unit.WORKING_DAY: "ngày làm việc", Unit.DAY: "ngày", Unit.WORKING_HOUR: "giờ làm việc", Unit.HOUR: "giờ"}
_UNIT_EN = {Unit.WORKING_DAY: "working day", Unit.DAY: "day", Unit.WORKING_HOUR: "working hour", Unit.HOUR: "hour"}


def day_vi(day: date) -> str:
    """thứ Sáu 04/12/2026"""
    return f"{WEEKDAYS_VI[day.weekday()]} {day:%d/%m/%Y}"


def day_en(day: date) -> str:
    """Friday 4 December 2026"""
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {day:%B %Y}"


def moment_vi(at: datetime) -> str:
    """16:30, thứ Sáu 04/12/2026"""
    return f"{at:%H:%M}, {day_vi(at.date())}"


def moment_en(at: datetime) -> str:
    """16:30, Friday 4 December 2026"""
    return f"{at:%H:%M}, {day_en(at.date())}"


def budget_vi(amount: float, unit: Unit) -> str:
    """10 ngày làm việc; ½ ngày làm việc"""
    return f"{_number(amount)} {_UNIT_VI[unit]}"


def budget_en(amount: float, unit: Unit) -> str:
    """10 working days"""
    return f"{_number(amount)} {_UNIT_EN[unit]}{'' if amount in (0.5, 1) else 's'}"


def amount_vi(units: Fraction, unit: Unit, day_hours: Fraction) -> str:
    """7 ngày 3 giờ làm việc"""
    days, hours, minutes = _split(units, unit, day_hours)
    parts = [f"{n} {word}" for n, word in ((days, "ngày"), (hours, "giờ"), (minutes, "phút")) if n]
    return " ".join(parts or ["0 phút"]) + (" làm việc" if unit.worked else "")


def amount_en(units: Fraction, unit: Unit, day_hours: Fraction) -> str:
    """7 working days 3 hours"""
    days, hours, minutes = _split(units, unit, day_hours)
    named = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    parts = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in named if n] or ["0 minutes"]
    return " ".join(parts) + (" of working time" if unit.worked else "")


def _split(units: Fraction, unit: Unit, day_hours: Fraction) -> tuple[int, int, int]:
    hours_a_day = day_hours if unit.worked else Fraction(24)
    hours = units * hours_a_day if unit.of_days else units
    minutes = int(hours * 60)
    if not unit.of_days:
        return (0, *divmod(minutes, 60))
    days, rest = divmod(minutes, int(hours_a_day * 60))
    return (days, *divmod(rest, 60))


def _number(amount: float) -> str:
    whole, half = int(amount), amount != int(amount)
    return f"{whole or ''}½" if half else str(whole)
