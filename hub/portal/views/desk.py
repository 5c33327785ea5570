"""The officer's desk: one queue by time left, one dossier with its papers and the decision."""

from typing import Literal

import msgspec
from markupsafe import Markup

from hub.portal.forms.field import Field, FormError
from hub.portal.views.common import Bar, FactRow, FileLink, Link, Pages, State
from hub.portal.views.dossier import AccessRow, Step

Urgency = Literal["calm", "soon", "late", "paused"]


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """Person, procedure, why it is here, the one next action."""

    person: str
    procedure: str
    code: str
    why: str
    href: str
    action: str
    left: str
    due: str
    urgency: Urgency = "calm"
    bar: Bar | None = None


class QueueTab(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the queue; `count` where it is known."""

    name: str
    href: str
    count: int | None = None
    current: bool = False


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """One list, sorted by time left. `search`: where a code or a name is looked for; empty for nowhere."""

    title: str
    caption: str
    tabs: tuple[QueueTab, ...]
    rows: tuple[QueueRow, ...]
    asked: str = ""
    search: str = ""
    pages: Pages = Pages()


class DeskPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A component at the officer's desk."""

    name: str
    href: str
    current: bool
    file: FileLink | None = None
    note: str = ""
    checks: tuple[State, ...] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the list of papers."""

    kind: Literal["pdf", "image", "none"]
    href: str = ""
    title: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What the officer may do now. The first is the usual one and stands open."""

    kind: str
    title: str
    text: str
    button: str
    action: str
    fields: tuple[Field, ...] = ()
    open: bool = False
    heavy: bool = False
    uploads: bool = False
    hidden: tuple[tuple[str, str], ...] = ()


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """What was last drafted and waits for approval or issue."""

    title: str
    note: str = ""
    papers: tuple[str, ...] = ()
    file: FileLink | None = None


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that somebody is asked for in the app; `follow` and `cancel` for whom it concerns."""

    title: str
    text: str
    follow: str = ""
    cancel: str = ""


class DeskPage(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier at the desk: papers left with preview, decision right, history below."""

    title: str
    code: str
    state: State
    person: tuple[FactRow, ...]
    form: tuple[FactRow, ...]
    papers: tuple[DeskPaper, ...]
    preview: Preview
    decisions: tuple[Decision, ...]
    history: tuple[Step, ...]
    sentence: Markup | str = ""
    bar: Bar | None = None
    warnings: tuple[str, ...] = ()
    errors: tuple[FormError, ...] = ()
    receipt: str = ""
    results: tuple[FileLink, ...] = ()
    access: tuple[AccessRow, ...] = ()
    next_in_queue: Link | None = None
    version: str = ""
    back: Link
    directions: str = ""
    urgings: tuple[str, ...] = ()
    proposed: Proposed | None = None
    circulation: tuple[Step, ...] = ()
    awaited: Awaited | None = None
