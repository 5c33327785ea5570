"""What is believed, and which verdicts changed."""

import msgspec

from hub.portal.views.common import FactRow, Link, State
from hub.portal.views.verification import VerdictBand


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """One round of checking again."""

    cause: str
    when: str
    progress: str
    changed: int
    told: int
    state: State


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One document whose verdict changed."""

    document: str
    code: str
    from_to: str
    state: State
    why: str
    told: str
    when: str
    href: str


class RenewalRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document whose long-term data could not be renewed."""

    document: str
    code: str
    state: State
    why: str
    when: str


class VerdictsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Rounds with progress, then what changed and what could not be renewed; `poll` while a round runs."""

    sentence: str
    runs: tuple[RunRow, ...]
    changes: tuple[ChangeRow, ...]
    renewals: tuple[RenewalRow, ...] = ()
    renewed: str = ""
    poll: str = ""


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """One report of a document's history."""

    title: str
    state: State
    sentence: str
    raw: str


class ChangePage(msgspec.Struct, frozen=True, kw_only=True):
    """One change: from what to what, why, and every report."""

    verdict: VerdictBand
    title: str
    facts: tuple[FactRow, ...]
    reports: tuple[ReportRow, ...]
    back: Link


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A trust list; `approve` is where the second person says yes."""

    name: str
    version: str
    state: State
    by: str
    source: str
    certificates: tuple[FactRow, ...]
    approve: str = ""


class FreshRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a CA said last."""

    issuer: str
    state: State
    sentence: str


class TrustPage(msgspec.Struct, frozen=True, kw_only=True):
    """Lists and freshness."""

    lists: tuple[ListRow, ...]
    fresh: tuple[FreshRow, ...]
    version: str
