"""Pages that ask: one question group each."""

import msgspec

from hub.portal.forms.field import Field, FormError
from hub.portal.views.common import FactRow, FileLink, Link, State


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where one is in a flow."""

    step: int
    steps: int

    @property
    def percent(self) -> int:
        """For the line."""
        return round(100 * self.step / self.steps)


class FormPage(msgspec.Struct, frozen=True, kw_only=True):
    """One group of questions."""

    title: str
    action: str
    fields: tuple[Field, ...]
    button: str
    caption: str = ""
    lead: str = ""
    errors: tuple[FormError, ...] = ()
    back: Link | None = None
    progress: Progress | None = None
    hidden: tuple[tuple[str, str], ...] = ()
    uploads: bool = False
    present: FileLink | None = None
    skip: Link | None = None
    items: tuple[str, ...] = ()


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a submission and whether it is done."""

    name: str
    href: str
    state: State
    hint: str = ""


class TaskGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Parts that belong together."""

    title: str
    rows: tuple[TaskRow, ...]


class TaskPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission still needs."""

    title: str
    caption: str
    said: str
    groups: tuple[TaskGroup, ...]
    go_on: Link
    discard: str = ""


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, and where to change it."""

    label: str
    value: str
    change: str
    file: FileLink | None = None


class CheckGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of one page."""

    title: str
    rows: tuple[CheckRow, ...]
    papers: bool = False


class CheckPage(msgspec.Struct, frozen=True, kw_only=True):
    """Check answers, then declare."""

    title: str
    caption: str
    groups: tuple[CheckGroup, ...]
    action: str
    back: Link
    declaration: str
    errors: tuple[FormError, ...] = ()
    key: str = ""
    summary: tuple[FactRow, ...] = ()


class DonePage(msgspec.Struct, frozen=True, kw_only=True):
    """It has been sent: when it counts as received at the latest, and what happens next."""

    title: str
    reference: str
    promise: str
    steps: tuple[str, ...]
    dossier: str
