"""The operator's pages: connectors in words, parked messages, parity. No personal data."""

import msgspec

from hub.portal.forms.field import Field
from hub.portal.views.common import Pages, State
from hub.portal.views.verification import VerdictBand


class ConnectorRow(msgspec.Struct, frozen=True, kw_only=True):
    """One partner. `oldest`: how long its oldest unsent message waits; `citizens`: dossiers with something unsent."""

    name: str
    title: str
    state: State
    oldest: str
    citizens: int
    parked: int
    advice: str
    parked_href: str


class ConnectorsPage(msgspec.Struct, frozen=True, kw_only=True):
    """All partners; `poll` asks again."""

    rows: tuple[ConnectorRow, ...]
    sentence: str
    poll: str = ""


class ParkedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A message that the partner refused, in the partner's words."""

    id: str
    partner: str
    what: str
    code: str
    words: str
    reason: str
    since: str
    attempts: str
    retry: str
    skip: str
    skip_field: Field
    skip_open: bool = False


class ParkedPage(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for the operator's decision."""

    title: str
    rows: tuple[ParkedRow, ...]
    pages: Pages = Pages()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Hub and partner do not tell the same of a dossier."""

    code: str
    partner: str
    kind: str
    ours: str
    theirs: str
    since: str


class ParityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One partner's count."""

    partner: str
    compared: int
    lost: int
    different: int
    state: State


class ParityPage(msgspec.Struct, frozen=True, kw_only=True):
    """Does every partner hold what we hold?"""

    verdict: VerdictBand
    rows: tuple[ParityRow, ...]
    differences: tuple[Difference, ...]
    start: str = ""
