"""What the portfolio tells the rest of the hub."""

from datetime import datetime
from uuid import UUID

from hub.kernel.events import Fact


class TrustChanged(Fact, frozen=True, kw_only=True):
    """A list, a CRL or an OCSP answer was taken over or withdrawn; `documents` are verified again."""

    cause: str
    subject: str
    run_id: UUID
    documents: int


class VerdictChanged(Fact, frozen=True, kw_only=True):
    """A stored document's signatures are judged otherwise than before; its holder was told."""

    entry_id: UUID
    owner_id: UUID
    dossier_id: UUID | None
    run_id: UUID
    from_indication: str
    to_indication: str
    to_sub_indication: str


class LongTermRenewed(Fact, frozen=True, kw_only=True):
    """A document's long-term data were renewed; it stands as its next version, the one before stays."""

    document_id: UUID
    entry_id: UUID
    renewed_id: UUID
    owner_id: UUID
    dossier_id: UUID | None
    holds_until: datetime
