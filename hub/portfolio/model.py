"""What we believe, and what is verified again when that changes."""

from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec

from signing import Report


class ListState(StrEnum):
    """PROPOSED waits for a second person; TRUSTED counts; REPLACED by a newer version; WITHDRAWN counts no more."""

    PROPOSED = "proposed"
    TRUSTED = "trusted"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    """What changed."""

    CRL = "crl"
    OCSP = "ocsp"
    LIST_TRUSTED = "list-trusted"
    LIST_WITHDRAWN = "list-withdrawn"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A trust list as it is kept; `sha256` pins all its certificates."""

    id: UUID
    name: str
    version: str
    source: str
    sha256: str
    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    state: ListState
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime
    approved_by: str | None = None
    approved_by_name: str | None = None
    approved_at: datetime | None = None
    ended_by_name: str | None = None
    ended_at: datetime | None = None
    ended_because: str = ""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """A CRL or an OCSP answer that was taken over; `entries`: revoked certificates, or those it speaks of."""

    kind: str
    sha256: str
    issuer_sha256: str
    issuer: str
    number: int | None
    this_update: datetime
    next_update: datetime | None
    entries: int
    imported_at: datetime
    imported_by: str

    def lapsed(self, at: datetime) -> bool:
        """Whether its issuer should have issued another by now."""
        return self.next_update is not None and self.next_update < at


class TrustState(msgspec.Struct, frozen=True):
    """`version` grows with every change, `lists_version` with those of lists."""

    version: int
    lists_version: int


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of a list, as people tell certificates apart."""

    subject: str
    sha256: str
    valid_until: datetime
    anchor: bool


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How new what a CA said last is; `crl` None: nothing was ever imported for it."""

    issuer: str
    issuer_sha256: str
    crl: Imported | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is believed now. `version` is in every report that was made under it."""

    version: str
    lists: tuple[Listed, ...]
    freshness: tuple[Freshness, ...]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One round of verifying again. `done` and `changed` count documents, `told` people."""

    id: UUID
    cause: Cause
    subject: str
    total: int
    done: int
    changed: int
    told: int
    begun_by: str
    begun_at: datetime
    ended_at: datetime | None


class Taken(msgspec.Struct, frozen=True):
    """A document that a worker verifies now, for the `attempts`-th time."""

    run_id: UUID
    entry_id: UUID
    attempts: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict that changed; `told`: how many persons learned of it by name."""

    id: UUID
    run_id: UUID
    entry_id: UUID
    report_number: int
    document: str
    kind: str
    owner_id: UUID
    dossier_id: UUID | None
    agency_code: str
    from_indication: str
    from_sub_indication: str
    to_indication: str
    to_sub_indication: str
    at: datetime
    told: int
    cause: Cause = Cause.CRL
    subject: str = ""


class JobState(StrEnum):
    """How far a stranger's file is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who has its token may ask how far it is. `ahead`: files before it; `report` when it is done, until `ends_at`."""

    state: JobState
    name: str
    size: int
    ahead: int
    asked_at: datetime
    done_at: datetime | None
    ends_at: datetime
    report: Report | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a worker verifies now."""

    token_hash: bytes
    size: int
    salt: bytes
    password: bytes | None
    detached: bool
    attempts: int


class Outcome(StrEnum):
    """RENEWED is the end; REFUSED by the document's verdict and FAILED for any other reason are tried again."""

    RENEWED = "renewed"
    REFUSED = "refused"
    FAILED = "failed"


class Nearness(IntEnum):
    """How near a document that cannot be renewed is to the end of its evidence."""

    NOT_TOLD = 0
    BEGAN = 1
    MONTH = 2
    WEEK = 3
    LAPSED = 4


class Troubles(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents could not be renewed, and when the first of them ends."""

    number: int
    first: datetime | None


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a document whose evidence ends at `lapses_at`; renewed it holds until `holds_until`."""

    entry_id: UUID
    document_id: UUID
    owner_id: UUID
    dossier_id: UUID | None
    agency_code: str
    document: str
    lapses_at: datetime
    outcome: Outcome
    at: datetime
    why_vi: str = ""
    why_en: str = ""
    attempts: int = 1
    next_at: datetime | None = None
    renewed_id: UUID | None = None
    holds_until: datetime | None = None
    told: Nearness = Nearness.NOT_TOLD
