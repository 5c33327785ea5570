"""Procedures: the search and the page of one."""

import msgspec

from hub.portal.views.common import FactRow, Link, Pages


class ProcedureRow(msgspec.Struct, frozen=True, kw_only=True):
    """One found procedure; `time` and `fee` in words."""

    name: str
    href: str
    field: str
    time: str
    fee: str
    online: bool


class FieldChip(msgspec.Struct, frozen=True, kw_only=True):
    """A field (lĩnh vực) to narrow the search by."""

    name: str
    href: str
    current: bool = False


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, what was found."""

    asked: str
    found: int
    rows: tuple[ProcedureRow, ...]
    fields: tuple[FieldChip, ...] = ()
    pages: Pages = Pages()
    said: str = ""


class HomePage(msgspec.Struct, frozen=True, kw_only=True):
    """The first page: one question, the fields, what waits."""

    frequent: tuple[ProcedureRow, ...]
    fields: tuple[FieldChip, ...]
    waiting: int = 0


class ComponentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that the procedure asks for; `copies` in words."""

    name: str
    copies: str = ""
    form: Link | None = None


class ComponentGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Papers of one case; `case` empty when there is only one."""

    case: str
    rows: tuple[ComponentRow, ...]


class ChannelRow(msgspec.Struct, frozen=True, kw_only=True):
    """One way of doing it: how long, how much."""

    way: str
    time: str
    fee: str
    note: str = ""


class ProcedurePage(msgspec.Struct, frozen=True, kw_only=True):
    """All components of a procedure (PRO-02); the legal text stays verbatim."""

    name: str
    code: str
    field: str
    online: bool
    start: str
    summary: tuple[FactRow, ...]
    components: tuple[ComponentGroup, ...]
    channels: tuple[ChannelRow, ...]
    steps: tuple[str, ...]
    results: tuple[str, ...]
    bases: tuple[FactRow, ...]
    conditions: str = ""
    facts: tuple[FactRow, ...] = ()
