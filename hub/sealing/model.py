"""Signing requests: what is to be signed, by whom, in which look, and how far it is."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Status(StrEnum):
    """ASKED: noted here. PREPARED: only the signature value is missing. WAITING: the person has it in the app."""

    ASKED = "asked"
    PREPARED = "prepared"
    WAITING = "waiting"
    SIGNED = "signed"
    DECLINED = "declined"
    EXPIRED = "expired"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (Status.ASKED, Status.PREPARED, Status.WAITING)


class Face(StrEnum):
    """How the signature shows (NĐ 30/2020, Phụ lục I): NUMBER and DATE are the clerk's stamps, signatures too."""

    LEADER = "leader"
    AGENCY = "agency"
    OFFICER = "officer"
    NUMBER = "number"
    DATE = "date"


STAMPS = (Face.NUMBER, Face.DATE)
"""What they show must be said with them."""


class Service(StrEnum):
    """Who keeps the key: VNPT SmartCA; a service of the Cloud Signature Consortium's API, version 1 (MySign) or 2;
    the national gateway of NEAC, which signs whole files.
    """

    SMARTCA = "smartca"
    CSC1 = "csc1"
    CSC2 = "csc2"
    NEAC = "neac"

    def shows(self, face: Face) -> bool:
        """Whether a signature of this service can look like that: the gateway has a look of its own, without our words."""
        return self is not Service.NEAC or face not in STAMPS

    @property
    def holds_the_line(self) -> bool:
        """Whether asking it for a signature waits for the person."""
        return self is Service.NEAC


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that an officer answers for. `account`: whose it is at the service; `holder`: as people say.

    `provider`: the CA at NEAC; `key`: what the service calls the certificate, empty: its only or newest one. What the
    certificate says (`subject` to `valid_until`) is empty when an operator entered the account without asking.
    """

    id: UUID
    officer_id: UUID
    agency_code: str
    holder: str
    service: Service
    account: str
    active: bool
    added_at: datetime
    added_by: str
    provider: str = ""
    key: str = ""
    subject: str = ""
    issuer: str = ""
    serial: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The row. `words`: the number or date that a clerk's stamp shows; `trouble`: why the last look brought nothing."""

    id: UUID
    transaction: str
    document_id: UUID
    entry_id: UUID
    dossier_id: UUID | None
    title: str
    face: Face
    words: str
    credential_id: UUID
    officer_id: UUID
    holder: str
    asked_by_id: str
    asked_by: str
    status: Status
    version: int
    asked_at: datetime
    until: datetime
    updated_at: datetime
    prepared: str
    signer: str
    remote: bytes | None
    trouble: str
    polls: int
    next_poll_at: datetime
    signed_entry: UUID | None
    ended_at: datetime | None
    cause: str
    previous_id: UUID | None

    @property
    def open(self) -> bool:
        """Still to be decided."""
        return self.status in OPEN


class CopyKind(StrEnum):
    """DIGITISED: of a paper result, compared by an officer. EXTRACT: a certified copy of an electronic original."""

    DIGITISED = "digitised"
    EXTRACT = "extract"


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """An electronic copy that the agency answers for. `original_code`: of the result that it is or copies, if any.

    `source_sha256`: of the scan, or of the electronic original; `dpi` of the coarsest scanned page.
    """

    id: UUID
    kind: CopyKind
    code: str
    token: str
    entry_id: UUID
    sha256: str
    owner_id: UUID
    dossier_id: UUID | None
    original_code: str
    source_sha256: str
    name: str
    symbol: str
    issued_on: date | None
    authority: str
    signer: str
    pages: int
    dpi: int | None
    made_at: datetime
    made_by_id: str
    made_by: str
    unit: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer reads on a paper result. `pages` as counted; `declared`: compared, and answers for it."""

    name: str
    symbol: str
    issued_on: date | None
    authority: str
    signer: str
    pages: int
    declared: bool
