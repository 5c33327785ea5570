"""The citizen's dossier page and the list that leads to it."""

from datetime import datetime
from typing import Literal

import msgspec
from markupsafe import Markup

from hub.portal.views.common import Bar, FactRow, FileLink, Link, Pages, State

DayKind = Literal["used", "rest", "paused", "left"]


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done, by whom, by when. `tone` waiting means that it is this person's turn."""

    title: str
    texts: tuple[Markup | str, ...]
    items: tuple[str, ...] = ()
    actions: tuple[Link, ...] = ()
    tone: Literal["waiting", "calm", "done"] = "waiting"


class WhyDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the explanation."""

    kind: DayKind
    day: str
    counted: str
    reason: str


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why it is this day: the rule in a sentence, then day by day."""

    rule: str
    days: tuple[WhyDay, ...]
    basis: str = ""


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """When the result comes."""

    title: str
    sentence: Markup | str
    bar: Bar | None = None
    why: Why | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the story: bold `title`, plain `rest`."""

    title: str
    state: Literal["done", "now", "ahead"]
    rest: str = ""
    when: str = ""
    at: datetime | None = None
    note: str = ""

    @property
    def machine_time(self) -> str:
        """ISO 8601."""
        return self.at.isoformat() if self.at else ""


class FeeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One fee and where it stands."""

    name: str
    amount: str
    state: State
    voucher: str = ""
    pay: str = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One component of the dossier."""

    name: str
    file: FileLink | None = None


class ResultLine(msgspec.Struct, frozen=True, kw_only=True):
    """One result and its doors; `proof` without an address: not yet."""

    name: str
    code: str
    download: str
    paper: str
    verify: str
    proof: Link | None = None


class AccessRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looked."""

    who: str
    unit: str
    what: str
    when: str


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Who saw my data: a number, a span, the rows."""

    count: str = ""
    span: str = ""
    rows: tuple[AccessRow, ...] = ()


class DossierPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the owner sees of a dossier."""

    title: str
    code: str
    submitted: str
    state: State
    next: Next
    story: tuple[Step, ...]
    facts: tuple[FactRow, ...]
    promise: Promise | None = None
    fees: tuple[FeeLine, ...] = ()
    papers: tuple[Paper, ...] = ()
    results: tuple[ResultLine, ...] = ()
    access: Access = Access()
    receipt: str = ""
    receipt_proof: Link | None = None
    withdraw: str = ""


class DossierRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of «Hồ sơ của tôi»."""

    title: str
    href: str
    code: str
    when: str
    state: State
    next: str
    promise: str = ""


class DossierList(msgspec.Struct, frozen=True, kw_only=True):
    """Mine: what waits for me stands first."""

    waiting: tuple[DossierRow, ...]
    others: tuple[DossierRow, ...]
    drafts: tuple[DossierRow, ...] = ()
    pages: Pages = Pages()
