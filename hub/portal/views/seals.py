"""Seals whose signatures count for a unit's results."""

import msgspec

from hub.portal.views.common import FactRow, State


class SealRow(msgspec.Struct, frozen=True, kw_only=True):
    """One seal; `approve`, `end` and `hint` are empty where there is nothing to do or to say."""

    title: str
    unit: str
    state: State
    facts: tuple[FactRow, ...]
    approve: str = ""
    end: str = ""
    end_word: str = ""
    hint: str = ""


class SealsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Those that wait first."""

    propose: str
    rows: tuple[SealRow, ...]
