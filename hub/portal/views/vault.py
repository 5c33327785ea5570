"""The citizen's vault, and the paper version of a result."""

import msgspec

from hub.portal.views.common import FactRow, Link
from hub.portal.views.dossier import AccessRow


class VaultRow(msgspec.Struct, frozen=True, kw_only=True):
    """One document kept for its owner."""

    name: str
    href: str
    detail: str
    when: str
    origin: str
    links: tuple[Link, ...] = ()
    proof: Link | None = None


class VaultGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Results, accepted papers, vouchers."""

    title: str
    rows: tuple[VaultRow, ...]


class VaultPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the province keeps for this person, and who looked."""

    groups: tuple[VaultGroup, ...]
    access: tuple[AccessRow, ...] = ()


class PaperPage(msgspec.Struct, frozen=True, kw_only=True):
    """Before a paper version is made: what it is, what it carries."""

    title: str
    facts: tuple[FactRow, ...]
    action: str
    back: Link
