"""CRLs and OCSP answers: imported out of band or embedded, checked once, looked up by serial number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

import msgspec
from asn1crypto import algos
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from signing import crypto
from signing.certs import Cert, NameKey, load_certs, name_key
from signing.errors import OlderRevocation, TrustError

Source = Literal["crl", "ocsp"]
OCSP_SIGNING = ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string


class Status(StrEnum):
    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What one CRL or OCSP answer says of one certificate."""

    status: Status
    source: str
    sha256: str
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None = None
    reason: str | None = None
    signer_until: datetime
    known_since: datetime | None = None


class Crl:
    """A CRL parsed once; serial numbers are looked up in the parser's own index."""

    def __init__(self, der: bytes) -> None:
        self.sha256 = hashlib.sha256(der).hexdigest()
        self.x = x509.load_der_x509_crl(der)
        self.der = der
        self.issuer: NameKey = name_key(self.x.issuer)
        self.this_update: datetime = self.x.last_update_utc
        self.next_update: datetime | None = self.x.next_update_utc
        self.number: int | None = None
        self.partial = False
        for extension in self.x.extensions:
            if extension.oid == ExtensionOID.CRL_NUMBER:
                self.number = extension.value.crl_number
            elif extension.oid in (ExtensionOID.DELTA_CRL_INDICATOR, ExtensionOID.ISSUING_DISTRIBUTION_POINT):
                self.partial = self.partial or not _covers_all(extension.value)
            elif extension.critical and extension.oid != ExtensionOID.AUTHORITY_KEY_IDENTIFIER:
                self.partial = True
        self._signed_by: dict[str, bool] = {}
        self._table: dict[int, tuple[datetime, str | None]] | None = None

    def index(self) -> None:
        """Build the table serial number → (date, reason) once, for CRLs that stay."""
        if self._table is None:
            self._table = {entry.serial_number: (entry.revocation_date_utc, _reason(entry)) for entry in self.x}

    def entries(self) -> dict[int, tuple[datetime, str | None]]:
        """Serial number → when and why, of everything that is revoked."""
        self.index()
        return dict(self._table or {})

    def find(self, serial: int) -> tuple[datetime, str | None] | None:
        if self._table is not None:
            return self._table.get(serial)
        entry = self.x.get_revoked_certificate_by_serial_number(serial)
        return None if entry is None else (entry.revocation_date_utc, _reason(entry))

    def signed_by(self, issuer: Cert) -> bool:
        """Whether this issuer's key signed it; remembered, as the answer never changes."""
        known = self._signed_by.get(issuer.sha256)
        if known is None:
            known = issuer.subject == self.issuer and issuer.may_sign_crl() and self._verify(issuer)
            self._signed_by[issuer.sha256] = known
        return known

    def _verify(self, issuer: Cert) -> bool:
        try:
            algorithm = x509_algorithm(self.x, issuer.public_key)
            return crypto.check(issuer.public_key, self.x.signature, self.x.tbs_certlist_bytes, algorithm)
        except (crypto.Unsupported, ValueError, TypeError):
            return False

    def evidence(self, cert: Cert, issuer: Cert, known_since: datetime | None) -> Evidence:
        entry = self.find(cert.serial)
        removed = entry is not None and entry[1] == "removeFromCRL"
        return Evidence(
            status=Status.GOOD if entry is None or removed else Status.REVOKED,
            source="crl",
            sha256=self.sha256,
            this_update=self.this_update,
            next_update=self.next_update,
            revoked_at=entry[0] if entry and not removed else None,
            reason=entry[1] if entry else None,
            signer_until=issuer.not_after,
            known_since=known_since,
        )


def _covers_all(value: Any) -> bool:
    """A CRL limited to some reasons, to some kinds of certificate or to a delta is no proof of 'not revoked'."""
    if not isinstance(value, x509.IssuingDistributionPoint):
        return False
    limited = (
        value.only_contains_user_certs
        or value.only_contains_ca_certs
        or value.only_contains_attribute_certs
        or value.indirect_crl
        or value.only_some_reasons
    )
    return not limited


def _reason(entry: x509.RevokedCertificate) -> str | None:
    try:
        return str(entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value)
    except x509.ExtensionNotFound:
        return None


def x509_algorithm(signed: Any, key: Any) -> crypto.Algorithm:
    """Algorithm of a certificate, CRL or OCSP response, as `cryptography` presents it."""
    dotted = signed.signature_algorithm_oid.dotted_string
    identifier = algos.SignedDigestAlgorithm({"algorithm": dotted})
    if identifier["algorithm"].native == "rsassa_pss":
        pad = signed.signature_algorithm_parameters
        hash_name = signed.signature_hash_algorithm.name.replace("-", "_")
        return crypto.Algorithm("pss", hash_name, crypto.key_bits(key), pad.mgf._algorithm.name, pad._salt_length)  # noqa: SLF001  no public names
    return crypto.signature_algorithm(identifier, None, key)


@lru_cache(maxsize=128)
def _crl(der: bytes) -> Crl | None:
    try:
        return Crl(der)
    except (ValueError, TypeError):
        return None


class OcspAnswer:
    """An OCSP response parsed once."""

    def __init__(self, der: bytes) -> None:
        self.der = der
        self.sha256 = hashlib.sha256(der).hexdigest()
        self.x = ocsp.load_der_ocsp_response(der)
        if self.x.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise ValueError("OCSP response without an answer")
        self.certs = load_certs(c.public_bytes(Encoding.DER) for c in self.x.certificates)
        self.singles = list(self.x.responses)
        self._signed_by: dict[str, Cert | None] = {}

    def signer(self, issuer: Cert) -> Cert | None:
        """The responder: the issuer itself, or one that it delegated (RFC 6960 §4.2.2.2)."""
        if issuer.sha256 not in self._signed_by:
            self._signed_by[issuer.sha256] = self._find_signer(issuer)
        return self._signed_by[issuer.sha256]

    def _find_signer(self, issuer: Cert) -> Cert | None:
        for candidate in (issuer, *self.certs):
            delegated = candidate != issuer
            if delegated and not (
                OCSP_SIGNING in (candidate.extended_usage or ())
                and candidate.issuer == issuer.subject
                and signed_by(candidate, issuer)
            ):
                continue
            if self._matches(candidate) and self._verify(candidate):
                return candidate
        return None

    def _matches(self, candidate: Cert) -> bool:
        if self.x.responder_name is not None:
            return name_key(self.x.responder_name) == candidate.subject
        return True

    def _verify(self, candidate: Cert) -> bool:
        try:
            algorithm = x509_algorithm(self.x, candidate.public_key)
            return crypto.check(candidate.public_key, self.x.signature, self.x.tbs_response_bytes, algorithm)
        except (crypto.Unsupported, ValueError, TypeError):
            return False

    def evidence(self, cert: Cert, issuer: Cert, known_since: datetime | None) -> Evidence | None:
        for single in self.singles:
            if single.serial_number != cert.serial or not _same_issuer(single, issuer):
                continue
            responder = self.signer(issuer)
            if responder is None or not responder.valid_at(self.x.produced_at_utc):
                return None
            status = {
                ocsp.OCSPCertStatus.GOOD: Status.GOOD,
                ocsp.OCSPCertStatus.REVOKED: Status.REVOKED,
            }.get(single.certificate_status, Status.UNKNOWN)
            return Evidence(
                status=status,
                source="ocsp",
                sha256=self.sha256,
                this_update=single.this_update_utc,
                next_update=single.next_update_utc,
                revoked_at=single.revocation_time_utc,
                reason=str(single.revocation_reason.value) if single.revocation_reason else None,
                signer_until=responder.not_after,
                known_since=known_since,
            )
        return None


def _same_issuer(single: Any, issuer: Cert) -> bool:
    algorithm: hashes.HashAlgorithm = single.hash_algorithm
    name, key = _issuer_hashes(issuer, algorithm.name)
    return bool(single.issuer_name_hash == name and single.issuer_key_hash == key)


@lru_cache(maxsize=1024)
def _issuer_hashes(issuer: Cert, algorithm: str) -> tuple[bytes, bytes]:
    from asn1crypto import x509 as asn1_x509

    parsed = asn1_x509.Certificate.load(issuer.der)
    name = parsed.subject.dump()
    key = bytes(parsed.public_key["public_key"])
    return hashlib.new(algorithm, name).digest(), hashlib.new(algorithm, key).digest()


@lru_cache(maxsize=512)
def _ocsp(der: bytes) -> OcspAnswer | None:
    try:
        return OcspAnswer(der)
    except (ValueError, TypeError):
        return None


@lru_cache(maxsize=4096)
def issued_with(child: Cert, issuer: Cert) -> crypto.Algorithm:
    """What `issuer` signed `child` with."""
    return x509_algorithm(child.x, issuer.public_key)


@lru_cache(maxsize=4096)
def signed_by(child: Cert, issuer: Cert) -> bool:
    """Whether the issuer signed it."""
    try:
        algorithm = issued_with(child, issuer)
        return crypto.check(issuer.public_key, child.x.signature, child.x.tbs_certificate_bytes, algorithm)
    except (crypto.Unsupported, ValueError, TypeError, AttributeError):
        return False


class RevocationStore:
    """Revocation data taken over on purpose: verified against its issuer, newer numbers only."""

    def __init__(self) -> None:
        self._crls: dict[str, list[tuple[Crl, datetime]]] = {}
        self._ocsps: dict[tuple[str, int], list[tuple[OcspAnswer, datetime]]] = {}
        self._digest = hashlib.sha256()
        self._log: list[tuple[Source, bytes, datetime]] = []

    def log(self, start: int = 0) -> list[tuple[Source, bytes, datetime]]:
        """What was imported from the `start`-th on, in the order in which it can be imported again."""
        return self._log[start:]

    @property
    def state(self) -> str:
        """Changes with every import; part of every cache key."""
        return self._digest.hexdigest()

    def import_crl(self, der: bytes, issuers: Iterable[Cert], at: datetime) -> Crl:
        try:
            crl = Crl(der)
        except (ValueError, TypeError) as error:
            raise TrustError(f"not a CRL: {error}") from error
        issuer = next((c for c in issuers if crl.signed_by(c)), None)
        if issuer is None:
            raise TrustError("no known CA signed this CRL")
        if crl.partial:
            raise TrustError("a delta or partial CRL cannot prove that a certificate is good")
        held = self._crls.setdefault(issuer.sha256, [])
        if any(c.sha256 == crl.sha256 for c, _ in held):
            return crl
        if held:
            newest = held[-1][0]
            older_number = newest.number is not None and (crl.number is None or crl.number <= newest.number)
            if older_number or crl.this_update < newest.this_update:
                raise OlderRevocation(f"CRL number {crl.number} is not newer than {newest.number}")
        crl.index()
        held.append((crl, at))
        self._digest.update(bytes.fromhex(crl.sha256))
        self._log.append(("crl", der, at))
        return crl

    def newest_crl(self, issuer: Cert) -> Crl | None:
        """The CRL of this CA that counts now."""
        held = self._crls.get(issuer.sha256)
        return held[-1][0] if held else None

    def import_ocsp(self, der: bytes, issuers: Iterable[Cert], at: datetime) -> int:
        """Take over an OCSP response; the number of certificates it speaks of."""
        try:
            answer = OcspAnswer(der)
        except (ValueError, TypeError) as error:
            raise TrustError(f"not an OCSP response: {error}") from error
        taken = 0
        for issuer in issuers:
            for single in answer.singles:
                if _same_issuer(single, issuer) and answer.signer(issuer) is not None:
                    self._keep_ocsp((issuer.sha256, single.serial_number), answer, single.this_update_utc, at)
                    taken += 1
        if not taken:
            raise TrustError("no known CA stands behind this OCSP response")
        self._digest.update(bytes.fromhex(answer.sha256))
        self._log.append(("ocsp", der, at))
        return taken

    def _keep_ocsp(self, key: tuple[str, int], answer: OcspAnswer, issued: datetime, at: datetime) -> None:
        held = self._ocsps.setdefault(key, [])
        if any(a.sha256 == answer.sha256 for a, _ in held):
            return
        if held and max(s.this_update_utc for s in held[-1][0].singles) > issued:
            raise OlderRevocation("an OCSP answer newer than this one is already held")
        held.append((answer, at))

    def contents(self) -> tuple[list[tuple[bytes, datetime]], list[tuple[bytes, datetime]]]:
        """Everything held, with the time of its import, in an order in which it can be imported again."""
        crls = [(crl.der, at) for held in self._crls.values() for crl, at in held]
        answers = {answer.sha256: (answer.der, at) for held in self._ocsps.values() for answer, at in held}
        return crls, list(answers.values())

    def newest(self, cert: Cert, issuer: Cert) -> tuple[str, bytes | None]:
        """The newest answer about a certificate as bytes to embed: OCSP when held, else the CRL."""
        answers = self._ocsps.get((issuer.sha256, cert.serial))
        if answers:
            return "ocsp", answers[-1][0].der
        lists = self._crls.get(issuer.sha256)
        return "crl", lists[-1][0].der if lists else None

    def evidence(self, cert: Cert, issuer: Cert) -> list[Evidence]:
        found = [crl.evidence(cert, issuer, since) for crl, since in self._crls.get(issuer.sha256, ())]
        for answer, since in self._ocsps.get((issuer.sha256, cert.serial), ()):
            item = answer.evidence(cert, issuer, since)
            if item is not None:
                found.append(item)
        return found


def embedded_evidence(
    cert: Cert, issuer: Cert, crls: Iterable[bytes], ocsps: Iterable[bytes], since: Callable[[bytes], datetime | None]
) -> list[Evidence]:
    """What the document's own revocation data says; `since` tells from when a time-stamp proves it."""
    found: list[Evidence] = []
    for der in crls:
        crl = _crl(der)
        if crl is not None and not crl.partial and crl.signed_by(issuer):
            found.append(crl.evidence(cert, issuer, since(der)))
    for der in ocsps:
        answer = _ocsp(der)
        item = answer.evidence(cert, issuer, since(der)) if answer is not None else None
        if item is not None:
            found.append(item)
    return found


def speaks_for(evidence: Evidence, moment: datetime, freshness: timedelta) -> bool:
    """Whether the evidence tells the status at `moment`: issued after it, or still in force then."""
    if evidence.this_update >= moment:
        return True
    if evidence.next_update is not None and evidence.this_update <= moment <= evidence.next_update:
        return True
    return moment - evidence.this_update <= freshness


__all__ = [
    "Crl",
    "Evidence",
    "OcspAnswer",
    "RevocationStore",
    "Status",
    "embedded_evidence",
    "signed_by",
    "speaks_for",
]
