"""Facts about a dossier. Each status-log row has exactly one."""

from datetime import datetime
from uuid import UUID

from hub.kernel.events import Fact
from schemas.messages.dossier import Status


class DossierFact(Fact, frozen=True, kw_only=True):
    """What every fact here carries. `revision` is the log row's version."""

    dossier_id: UUID
    code: str | None
    revision: int
    status: Status
    at: datetime
    cause: str


class Submitted(DossierFact, frozen=True, kw_only=True):
    """The citizen has sent it (SUB-05)."""


class Accepted(DossierFact, frozen=True, kw_only=True):
    """Taken in: code, due date, receipt (DOS-02, DOS-04)."""


class Refused(DossierFact, frozen=True, kw_only=True):
    """Not taken in, with reasons (DOS-14)."""


class HandedOver(DossierFact, frozen=True, kw_only=True):
    """With the department that decides (DOS-13)."""


class Progressed(DossierFact, frozen=True, kw_only=True):
    """An inner step; the status stays."""


class SupplementRequested(DossierFact, frozen=True, kw_only=True):
    """The citizen must add papers (DOS-07, DOS-11)."""


class Supplemented(DossierFact, frozen=True, kw_only=True):
    """The citizen has added them (DOS-09)."""


class PaymentRequired(DossierFact, frozen=True, kw_only=True):
    """Money is due (DOS-08)."""


class PaymentMet(DossierFact, frozen=True, kw_only=True):
    """Money has come (PAY-04)."""


class Resolved(DossierFact, frozen=True, kw_only=True):
    """The result is there (RES-01)."""


class Returned(DossierFact, frozen=True, kw_only=True):
    """The result is in the citizen's hands; `at` is the real time (DOS-19)."""


class WithdrawalRequested(DossierFact, frozen=True, kw_only=True):
    """The citizen wants it back (DOS-17)."""


class Stopped(DossierFact, frozen=True, kw_only=True):
    """Ended without a result."""


class ReceiptIssued(Fact, frozen=True, kw_only=True):
    """The signed receipt is in the owner's vault (DOS-04)."""

    dossier_id: UUID
    code: str
    entry_id: UUID
    owner_id: UUID


BY_NAME: dict[str, type[DossierFact]] = {
    kind.__name__: kind
    for kind in (
        Submitted, Accepted, Refused, HandedOver, Progressed, SupplementRequested, Supplemented,
        PaymentRequired, PaymentMet, Resolved, Returned, WithdrawalRequested, Stopped,
    )
}  # fmt: skip
