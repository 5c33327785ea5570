"""A certificate as the verifier needs it: parsed once, compared by SHA-256."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtensionOID, NameOID

NameKey = tuple[tuple[tuple[str, str], ...], ...]

HANDLED_CRITICAL = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.OCSP_NO_CHECK,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    }
)


def name_key(name: x509.Name) -> NameKey:
    """A name for comparison: string types, case and runs of blanks do not count (RFC 5280 §7.1)."""
    return tuple(
        tuple(sorted((a.oid.dotted_string, " ".join(str(a.value).split()).casefold()) for a in rdn))
        for rdn in name.rdns
    )


warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning, module=r"signing\..*")
warnings.filterwarnings("ignore", message=r"Attribute's length must be", module=r"signing\..*")


def _lenient_key(name: Any) -> NameKey:
    return tuple(
        tuple(sorted((a["type"].dotted, " ".join(str(a["value"].native).split()).casefold()) for a in rdn))
        for rdn in name.chosen
    )


def _extensions(certificate: x509.Certificate) -> x509.Extensions | None:
    """All extensions, or None when one of them cannot be read: then nothing is granted by any."""
    try:
        return certificate.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


class Cert:
    """An X.509 certificate with its often-used parts computed once.

    The strict parser refuses names and extensions that some authorities did write; `lenient` holds a second
    reading of those, for words and comparison only: an unreadable extension never grants anything.
    """

    def __init__(self, der: bytes) -> None:
        self.der = der
        self.x = x509.load_der_x509_certificate(der)
        self.sha256 = hashlib.sha256(der).hexdigest()
        self._extensions = _extensions(self.x)

    @cached_property
    def lenient(self) -> Any:
        return asn1_x509.Certificate.load(self.der)

    def __repr__(self) -> str:
        return f"Cert({self.subject_text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cert) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.sha256)

    @cached_property
    def subject(self) -> NameKey:
        try:
            return name_key(self.x.subject)
        except ValueError:
            return _lenient_key(self.lenient.subject)

    @cached_property
    def issuer(self) -> NameKey:
        try:
            return name_key(self.x.issuer)
        except ValueError:
            return _lenient_key(self.lenient.issuer)

    @cached_property
    def serial(self) -> int:
        return self.x.serial_number

    @cached_property
    def not_before(self) -> datetime:
        return self.x.not_valid_before_utc

    @cached_property
    def not_after(self) -> datetime:
        return self.x.not_valid_after_utc

    @cached_property
    def public_key(self) -> Any:
        return self.x.public_key()

    @cached_property
    def subject_text(self) -> str:
        return self._attribute(NameOID.COMMON_NAME) or str(self.lenient.subject.human_friendly)

    @cached_property
    def issuer_text(self) -> str:
        try:
            found = self.x.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
            if found:
                return str(found[0].value)
        except ValueError:
            pass
        return str(self.lenient.issuer.human_friendly)

    @cached_property
    def organisation(self) -> str | None:
        return self._attribute(NameOID.ORGANIZATION_NAME) or self._attribute(NameOID.ORGANIZATIONAL_UNIT_NAME)

    def _attribute(self, oid: x509.ObjectIdentifier) -> str | None:
        try:
            found = self.x.subject.get_attributes_for_oid(oid)
        except ValueError:
            values = [v for rdn in self.subject for o, v in rdn if o == oid.dotted_string]
            return values[-1] if values else None
        return str(found[-1].value) if found else None

    def _extension(self, kind: Any) -> Any:
        try:
            return self._extensions.get_extension_for_class(kind).value if self._extensions is not None else None
        except x509.ExtensionNotFound:
            return None

    @cached_property
    def is_ca(self) -> bool:
        basic = self._extension(x509.BasicConstraints)
        return bool(basic and basic.ca)

    @cached_property
    def path_length(self) -> int | None:
        basic = self._extension(x509.BasicConstraints)
        return basic.path_length if basic else None

    @cached_property
    def usage(self) -> x509.KeyUsage | None:
        found: x509.KeyUsage | None = self._extension(x509.KeyUsage)
        return found

    @cached_property
    def extended_usage(self) -> frozenset[str] | None:
        found = self._extension(x509.ExtendedKeyUsage)
        return frozenset(o.dotted_string for o in found) if found is not None else None

    @cached_property
    def key_id(self) -> bytes | None:
        found = self._extension(x509.SubjectKeyIdentifier)
        return found.digest if found else None

    @cached_property
    def authority_key_id(self) -> bytes | None:
        found = self._extension(x509.AuthorityKeyIdentifier)
        return found.key_identifier if found else None

    @cached_property
    def ocsp_no_check(self) -> bool:
        return self._extension(x509.OCSPNoCheck) is not None

    @cached_property
    def has_name_constraints(self) -> bool:
        return self._extension(x509.NameConstraints) is not None

    @cached_property
    def unknown_critical(self) -> bool:
        if self._extensions is None:
            return True
        return any(e.critical and e.oid not in HANDLED_CRITICAL for e in self._extensions)

    @cached_property
    def self_issued(self) -> bool:
        return self.subject == self.issuer

    def valid_at(self, moment: datetime) -> bool:
        return self.not_before <= moment <= self.not_after

    def may_certify(self) -> bool:
        return self.is_ca and (self.usage is None or self.usage.key_cert_sign)

    def may_sign_crl(self) -> bool:
        return self.usage is None or self.usage.crl_sign

    def may_sign_documents(self) -> bool:
        return self._extensions is not None and (
            self.usage is None or self.usage.digital_signature or self.usage.content_commitment
        )


@lru_cache(maxsize=4096)
def _load(der: bytes) -> Cert:
    return Cert(der)


def load_cert(data: bytes) -> Cert:
    """A certificate from DER or PEM; the same object for the same bytes."""
    if data.lstrip().startswith(b"-----"):
        data = x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER)
    return _load(data)


def load_certs(items: Iterable[bytes]) -> list[Cert]:
    """Those of `items` that can be parsed; an unreadable certificate is as good as none."""
    found: list[Cert] = []
    for item in items:
        try:
            found.append(load_cert(item))
        except (ValueError, TypeError, x509.InvalidVersion, x509.UnsupportedGeneralNameType):
            continue
    return found


def utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
