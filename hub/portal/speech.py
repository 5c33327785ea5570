"""How the portal speaks: texts from the catalogue; dates, money and durations by the rules of speech (DESIGN.md)."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from markupsafe import Markup

from hub.kernel.clock import VN
from hub.portal.language import LANGUAGES, Language, catalogue, text

NO_BREAK = "\u00a0"
_MINUTES_A_DAY = 8 * 60


class Speech(msgspec.Struct, frozen=True):
    """One language's voice."""

    language: Language = "vi"

    def __call__(self, key: str, **values: Any) -> str:
        """A plain text with its values filled in."""
        found = text(self.language, key)
        return found.format(**values) if values else found

    def html(self, key: str, **values: Any) -> Markup:
        """A text whose own markup is kept; values are escaped."""
        return Markup(text(self.language, key)).format(**values)  # noqa: S704 (the catalogue is ours)

    def count(self, key: str, number: int, **values: Any) -> str:
        """`key.one` or `key.other`; Vietnamese has only `other`."""
        form = "one" if number == 1 and f"{key}.one" in catalogue(self.language) else "other"
        return self(f"{key}.{form}", n=number, **values)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows this text."""
        return key in catalogue(self.language)

    @property
    def other(self) -> Language:
        """The language that the switch offers."""
        return next(each for each in LANGUAGES if each != self.language)

    def moment(self, at: datetime) -> str:
        """16:30, thứ Sáu 04/12/2026."""
        local = at.astimezone(VN)
        return f"{local:%H:%M}, {self.weekday(local)}{NO_BREAK}{local:%d/%m/%Y}"

    def short_moment(self, at: datetime) -> str:
        """08:12, 19/11/2026."""
        return f"{at.astimezone(VN):%H:%M, %d/%m/%Y}"

    def long_date(self, day: date) -> str:
        """Thứ Sáu 04/12/2026, without a capital."""
        return f"{self.weekday(day)}{NO_BREAK}{day:%d/%m/%Y}"

    def day(self, at: date | datetime) -> str:
        """04/12/2026."""
        return f"{_local(at):%d/%m/%Y}"

    def short_day(self, at: date | datetime) -> str:
        """04/12."""
        return f"{_local(at):%d/%m}"

    def clock(self, at: datetime) -> str:
        """08:12."""
        return f"{at.astimezone(VN):%H:%M}"

    def weekday(self, day: date) -> str:
        """Thứ Sáu, without a capital."""
        return self(f"weekday.{day.isoweekday()}").replace(" ", NO_BREAK)

    def money(self, amount: int) -> str:
        """150.000 đ."""
        return f"{amount:,}".replace(",", ".") + f"{NO_BREAK}đ"

    def size(self, octets: int) -> str:
        """1,2 MB: a comma in Vietnamese."""
        if octets < 1024 * 1024:
            return f"{max(1, round(octets / 1024))}{NO_BREAK}kB"
        number = f"{octets / 1024 / 1024:.1f}".removesuffix(".0")
        return f"{number if self.language == 'en' else number.replace('.', ',')}{NO_BREAK}MB"

    def working_time(self, minutes: int) -> str:
        """7 ngày 3 giờ làm việc (8 hours a day)."""
        days, rest = divmod(max(0, minutes), _MINUTES_A_DAY)
        hours, odd = divmod(rest, 60)
        parts = [self.count("time.day", days)] if days else []
        if hours:
            parts.append(self.count("time.hour", hours))
        if not days and odd:
            parts.append(self.count("time.minute", odd))
        return self("time.working", span=" ".join(parts or [self.count("time.minute", 0)])).replace(" ", NO_BREAK)

    def ago(self, span: timedelta) -> str:
        """12 phút: how long something has waited."""
        minutes = max(0, int(span.total_seconds() // 60))
        if minutes < 60:
            return self.count("time.minute", minutes)
        if minutes < 48 * 60:
            return self.count("time.hour", minutes // 60)
        return self.count("time.day", minutes // (24 * 60))


def tidy(name: str) -> str:
    """A published name without its list mark and its closing full stop or semicolon; not a letter of it changes."""
    return re.sub(r"^(?:[-+•*]|\(\d+\)|\d+[.)])\s*", "", name.strip()).rstrip(" .;,")


def _local(at: date | datetime) -> date:
    return at.astimezone(VN).date() if isinstance(at, datetime) else at
