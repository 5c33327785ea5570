"""Facts of the hub's own schedule: it is time to ask a partner something."""

from hub.kernel.events import Fact


class CatalogSyncDue(Fact, frozen=True, kw_only=True):
    """Ask which procedures there are."""


class ProcedureNeeded(Fact, frozen=True, kw_only=True):
    """Ask for this one."""

    code: str


class TrackingDue(Fact, frozen=True, kw_only=True):
    """Ask the post for scans after this cursor."""

    after: str


class PaymentCheckDue(Fact, frozen=True, kw_only=True):
    """Ask the platform about an order without an answer."""

    reference: str


class ParityCheckDue(Fact, frozen=True, kw_only=True):
    """Ask the national portal what it holds of this dossier."""

    code: str
