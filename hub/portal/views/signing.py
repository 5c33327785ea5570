"""Documents that wait for a person's signature."""

import msgspec

from hub.portal.views.common import FactRow, FileLink, State
from hub.portal.views.dossier import Step


class SigningRow(msgspec.Struct, frozen=True, kw_only=True):
    """One document. `what`: who signs it and how; `until`: what one must know of the time."""

    title: str
    href: str
    state: State
    what: str
    until: str


class SigningListPage(msgspec.Struct, frozen=True, kw_only=True):
    """Mine to sign first, then what others sign for me, then what is over."""

    mine: tuple[SigningRow, ...]
    others: tuple[SigningRow, ...]
    over: tuple[SigningRow, ...]
    ask: str
    credentials: str


class SigningPage(msgspec.Struct, frozen=True, kw_only=True):
    """One request: where it stands, what to do and until when. `poll` asks again while it waits."""

    title: str
    heading: str
    sentence: str
    state: State
    calm: bool
    facts: tuple[FactRow, ...]
    story: tuple[Step, ...]
    file: FileLink
    steps: tuple[str, ...] = ()
    trouble: str = ""
    cancel: str = ""
    again: str = ""
    poll: str = ""
