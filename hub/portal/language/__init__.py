"""What the portal says: one catalogue a language, Vietnamese first. Pages name a text, never write one."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class MissingTextError(KeyError):
    """A page asks for a text that no catalogue has."""


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Dotted key → text."""
    tree = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flat("", tree))


def text(language: Language, key: str) -> str:
    """The text of a key; raises MissingTextError."""
    try:
        return catalogue(language)[key]
    except KeyError:
        raise MissingTextError(f"{language}: {key}") from None


def _flat(prefix: str, tree: dict[str, Any]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}.{name}" if prefix else name
        rows += _flat(key, value) if isinstance(value, dict) else [(key, value)]
    return rows
