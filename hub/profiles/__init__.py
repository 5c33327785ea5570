"""What a province does differently, as effective-dated data: one file per province over `national.toml`.

`load` reads and checks a file, `Profile.at` gives the terms in force on a day, `active` the province of this process.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from hub.profiles.terms import WEEKDAYS, DecreedDay, HolidaySource, Profile, ProfileError, Terms, Time, Unit

__all__ = [
    "WEEKDAYS",
    "DecreedDay",
    "HolidaySource",
    "Profile",
    "ProfileError",
    "Terms",
    "Time",
    "Unit",
    "activate",
    "active",
    "available",
    "load",
    "read",
    "terms_on",
]

_FOLDER = Path(__file__).parent
_NATIONAL = "national"
_DEFAULT = "an_giang"


class _Choice:
    """The province of this process; `main` sets it once from the settings."""

    name = _DEFAULT


def available() -> tuple[str, ...]:
    """The provinces that have a file."""
    return tuple(sorted(p.stem for p in _FOLDER.glob("*.toml") if p.stem != _NATIONAL))


@cache
def load(name: str) -> Profile:
    """The profile of a province by its file name; raises ProfileError saying what is wrong, and where."""
    if name not in available():
        raise ProfileError(name, f"không có tệp này / no such file; có / there are: {', '.join(available())}")
    texts = [(_FOLDER / f"{n}.toml").read_text(encoding="utf-8") for n in (_NATIONAL, name)]
    return read(texts[1], name=name, national=texts[0])


def read(text: str, *, name: str, national: str = "") -> Profile:
    """A profile from its text; each `[[terms]]` stands on the one before it, the first on the national ones."""
    whole, base = _parse(text, name), _parse(national, _NATIONAL)
    terms: list[dict[str, Any]] = []
    ground: Mapping[str, Any] = base.get("terms", {})
    for change in whole.get("terms", []):
        repealed = change.pop("without", [])
        ground = _without(_over(ground, change), repealed, name)
        terms.append(dict(ground))
    for key in ("holidays", "working_days", "holiday_sources"):
        whole[key] = [*base.get(key, []), *whole.get(key, [])]
    return _convert({**whole, "terms": terms}, name)


def activate(name: str) -> Profile:
    """Make this the province of the process."""
    profile = load(name)
    _Choice.name = name
    return profile


def active() -> Profile:
    """The province of the process."""
    return load(_Choice.name)


def terms_on(day: date) -> Terms:
    """The active province's terms in force on that day."""
    return active().at(day)


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise ProfileError(name, f"không phải TOML / not TOML: {wrong}") from None


def _over(ground: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged, everything else is replaced."""
    merged = dict(ground)
    for key, value in change.items():
        below = ground.get(key)
        both_tables = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _over(below, value) if both_tables else value  # type: ignore[arg-type]
    return merged


def _without(ground: dict[str, Any], repealed: list[str], name: str) -> dict[str, Any]:
    """Earlier terms that no longer hold, named by their dotted place."""
    for place in repealed:
        *tables, key = place.split(".")
        table = ground
        for step in tables:
            table[step] = dict(table.get(step, {}))
            table = table[step]
        if key not in table:
            raise ProfileError(name, f"without = [{place!r}]: không có điều này để bãi bỏ / there is no such term")
        del table[key]
    return ground


def _convert(content: Mapping[str, Any], name: str) -> Profile:
    try:
        return msgspec.convert(content, Profile, strict=True)
    except msgspec.ValidationError as wrong:
        raise ProfileError(name, str(wrong)) from None
