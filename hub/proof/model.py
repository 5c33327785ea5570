"""The log of what was issued and changed: facts, numbered entries, signed roots."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Kind(StrEnum):
    """What can be proved. Dossier kinds are `dossier-<trigger>`: see `sources.LEGAL`."""

    RECEIPT_ISSUED = "receipt-issued"
    RESULT_ISSUED = "result-issued"
    RESULT_SUPERSEDED = "result-superseded"
    RESULT_REVOKED = "result-revoked"
    PAPER_COPY = "paper-copy"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A module's row as the log tells it. `cause` and the person are bound by a commitment, never written.

    `person`: name and identity number where the row brings them, None where the dossier must be asked.
    """

    kind: str
    subject: str
    revision: int
    at: datetime
    digests: dict[str, str]
    dossier_id: UUID | None
    owner_id: UUID
    cause: str = ""
    person: tuple[str, str] | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it was recorded."""

    id: UUID
    kind: str
    subject: str
    revision: int
    at: datetime
    digests: dict[str, str]
    private: str
    salt: bytes
    dossier_id: UUID | None
    owner_id: UUID
    recorded_at: datetime


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """Which log, how long it is, and the hash of its last leaf (None while empty)."""

    id: UUID
    begun_at: datetime
    size: int
    last: bytes | None


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the log."""

    sequence: int
    fact_id: UUID
    leaf: str
    hash: bytes


class SignedRoot(msgspec.Struct, frozen=True, kw_only=True):
    """A root over the first `size` entries; `timestamp` is empty where no authority was at hand."""

    size: int
    hash: bytes
    signed_at: datetime
    jws: str
    timestamp: bytes


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner can get a proof of; `proved` once a signed root covers it."""

    fact_id: UUID
    kind: str
    subject: str
    revision: int
    at: datetime
    digests: dict[str, str]
    owner_id: UUID
    proved: bool
