"""Results of dossiers: signed documents, and what may be said of them in public."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Status(StrEnum):
    """ISSUED counts; SUPERSEDED has been replaced; REVOKED was taken back."""

    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """A file as the deciding agency delivered it."""

    name: str
    content: bytes


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One result. `code` is `<dossier code>-KQ<n>` (RES-11); times are aware."""

    id: UUID
    dossier_id: UUID
    dossier_code: str
    code: str
    owner_id: UUID
    name: str
    entry_id: UUID
    sha256: str
    token: str
    status: Status
    version: int
    signer: str
    organisation: str
    issuer: str
    signed_at: datetime | None
    verdict_vi: str
    verdict_en: str
    received_at: datetime
    updated_at: datetime
    replaced_by: UUID | None = None


class PublicVerification(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever holds a copy may check. Nothing about the owner: what the document says stands on the document.

    `paper_…`, `converted_…`: of the paper copy, when the token is one of a paper copy. `converted_by` is a unit, empty
    when the owner printed it; `paper_copies`: how many were made of the result. `renewed_…`: of the file as it stands,
    when its long-term data were renewed; `sha256` stays that of the file that was issued, which is its beginning.
    """

    code: str
    status: Status
    sha256: str
    signer: str
    organisation: str
    issuer: str
    signed_at: datetime | None
    verdict_vi: str
    verdict_en: str
    received_at: datetime
    ended_at: datetime | None = None
    ended_because: str = ""
    replaced_by: str = ""
    paper_number: str = ""
    converted_at: datetime | None = None
    converted_by: str = ""
    paper_copies: int = 0
    renewed_at: datetime | None = None
    renewed_sha256: str = ""


class SealState(StrEnum):
    """PROPOSED waits for a second person; REGISTERED counts on its days; ENDED never counted."""

    PROPOSED = "proposed"
    REGISTERED = "registered"
    ENDED = "ended"


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """Whose signature counts for a unit's results: one certificate by SHA-256, else a holder's by name and issuer."""

    unit_code: str
    certificate_sha256: str = ""
    subject: str = ""
    organisation: str = ""
    issuer: str = ""
    valid_from: date
    valid_until: date | None = None


class RegisteredSeal(Seal, frozen=True, kw_only=True):
    """A seal that one person proposed and another approved."""

    id: UUID
    basis: str
    state: SealState
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime
    approved_by: str | None = None
    approved_by_name: str | None = None
    approved_at: datetime | None = None
    ended_by_name: str | None = None
    ended_at: datetime | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a result with what identifies it, for the log of proofs. `replacement`: the newer file's SHA-256."""

    code: str
    version: int
    trigger: str
    cause: str
    at: datetime
    logged_at: datetime
    dossier_id: UUID
    owner_id: UUID
    sha256: str
    replacement: str
