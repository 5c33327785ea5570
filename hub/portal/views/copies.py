"""Digitised results and certified copies."""

import msgspec

from hub.portal.views.common import FactRow, FileLink


class CopyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One that was made."""

    title: str
    href: str
    what: str
    when: str


class CopyStart(msgspec.Struct, frozen=True, kw_only=True):
    """What can be made, and what this officer made."""

    digitise: str
    extract: str
    made: tuple[CopyRow, ...]


class CopyPage(msgspec.Struct, frozen=True, kw_only=True):
    """One copy. `check`: the public page that its code leads to."""

    title: str
    sentence: str
    facts: tuple[FactRow, ...]
    file: FileLink
    check: str
    warning: str = ""
