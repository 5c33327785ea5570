"""The citizen's vault, and the paper version of a result."""

import msgspec

from hub.portal.views.common import FactRow, Link, State
from hub.portal.views.dossier import AccessRow


class VaultRow(msgspec.Struct, frozen=True, kw_only=True):
    """One document kept for its owner."""

    name: str
    href: str
    detail: str
    when: str
    origin: str
    kept: str = ""
    code: str = ""
    renewed: str = ""
    links: tuple[Link, ...] = ()
    proof: Link | None = None


class VaultGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Results, accepted papers, vouchers."""

    title: str
    rows: tuple[VaultRow, ...]


class ShareRow(msgspec.Struct, frozen=True, kw_only=True):
    """One document that somebody else may see. `revoke` empty: it opens no more."""

    name: str
    to: str
    purpose: str
    until: str
    state: State
    revoke: str = ""


class ReceivedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One document of somebody else's."""

    name: str
    href: str
    purpose: str
    until: str


class VaultPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the province keeps for this person, and who looked."""

    groups: tuple[VaultGroup, ...]
    access: tuple[AccessRow, ...] = ()
    shares: tuple[ShareRow, ...] = ()
    received: tuple[ReceivedRow, ...] = ()


class SharedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A share that has just been made. `link` is shown this once; empty for a named citizen."""

    title: str
    sentence: str
    facts: tuple[FactRow, ...]
    back: Link
    link: str = ""


class OpenedPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver of a share sees before taking the file."""

    title: str
    facts: tuple[FactRow, ...]
    action: str
    told: tuple[str, ...]


class PaperPage(msgspec.Struct, frozen=True, kw_only=True):
    """Before a paper version is made: what it is, what it carries."""

    title: str
    facts: tuple[FactRow, ...]
    action: str
    back: Link
