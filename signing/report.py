"""The one report type, the same for PDF, XML, CMS and JWS."""

from __future__ import annotations

from datetime import datetime

import msgspec

from signing.model import Indication, Kind, LaterChanges, Level, Policy, Role, SubIndication


class ChainLink(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate of the validated path, signer first."""

    subject: str
    sha256: str
    valid_from: datetime
    valid_until: datetime
    serial: str = ""
    anchor: bool = False
    trust_list: str | None = None


class RevocationReport(msgspec.Struct, frozen=True, kw_only=True):
    """One CRL or OCSP answer that was used."""

    certificate: str
    status: str
    source: str
    sha256: str
    this_update: datetime
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    reason: str | None = None


class TimestampReport(msgspec.Struct, frozen=True, kw_only=True):
    """One time-stamp, checked as a signature of its own."""

    kind: str
    gen_time: datetime | None
    tsa: str | None
    intact: bool
    indication: Indication
    sub_indication: SubIndication | None = None
    sentence_vi: str = ""
    sentence_en: str = ""
    chain: tuple[ChainLink, ...] = ()
    revocation: tuple[RevocationReport, ...] = ()


class SignatureReport(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    role: Role
    signer: str | None = None
    organisation: str | None = None
    issuer: str | None = None
    serial: str | None = None
    intact: bool = False
    indication: Indication = Indication.INDETERMINATE
    sub_indication: SubIndication | None = None
    sentence_vi: str = ""
    sentence_en: str = ""
    level: Level = Level.NONE
    algorithm: str = ""
    signature_sha256: str | None = None
    signing_time: datetime | None = None
    best_time: datetime | None = None
    control_time: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    timestamp: TimestampReport | None = None
    timestamps: tuple[TimestampReport, ...] = ()
    coverage: str = ""
    covers: str | None = None
    docmdp: int | None = None
    revision: int | None = None
    later_changes: LaterChanges = LaterChanges.NONE
    added_by_later_revisions: tuple[str, ...] = ()
    forbidden_changes: tuple[str, ...] = ()
    chain: tuple[ChainLink, ...] = ()
    revocation: tuple[RevocationReport, ...] = ()
    notes_vi: tuple[str, ...] = ()
    notes_en: tuple[str, ...] = ()
    reason: str | None = None
    location: str | None = None
    empty_field: bool = False


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`msgspec.json.encode(report)` is the JSON report."""

    indication: Indication
    sub_indication: SubIndication | None
    later_changes: LaterChanges
    sentence_vi: str
    sentence_en: str
    kind: Kind
    sha256: str
    size: int
    policy: Policy
    policy_id: str
    trust: str
    at: datetime
    verifier: str
    signatures: tuple[SignatureReport, ...] = ()
    empty_fields: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.indication is Indication.TOTAL_PASSED

    def to_json(self) -> bytes:
        return msgspec.json.encode(self)
