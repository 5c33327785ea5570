"""CMS SignedData (RFC 5652, CAdES): parsing, digests, signed attributes, signature value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from asn1crypto import cms as asn1_cms
from asn1crypto import core, tsp

from signing import crypto, oid_memory
from signing.certs import Cert, load_certs
from signing.cms_plain import PlainSignedData, PlainSigner, read_signed_data
from signing.cms_signer import AsnSigner, Signer
from signing.model import SubIndication

oid_memory.install()

# Digest of the content in the digest algorithm asked for; None when the content is not at hand.
ContentDigest = Callable[[str], bytes | None]


class CmsError(Exception):
    """Bytes that are no usable CMS."""


class SignerResult(msgspec.Struct, kw_only=True):
    """What the bytes alone say of one SignerInfo, before trust and time."""

    signer: Cert | None = None
    hash_ok: bool | None = None
    sig_ok: bool | None = None
    algorithm: crypto.Algorithm | None = None
    claimed_time: datetime | None = None
    cert_bound: bool = False
    problem: SubIndication | None = None
    detail: str = ""
    signature: bytes = b""
    timestamps: list[bytes] = []
    content_timestamps: list[bytes] = []
    unsigned_names: frozenset[str] = frozenset()
    counter_signatures: int = 0

    @property
    def intact(self) -> bool:
        return bool(self.hash_ok and self.sig_ok)


class SignedCms:
    """A parsed SignedData with its certificates and revocation data."""

    def __init__(self, data: bytes, known: Iterable[Cert] = ()) -> None:
        self._data = data
        self.known = list(known)
        self.crls: list[bytes] = []
        self.ocsps: list[bytes] = []
        plain = read_signed_data(data)
        try:
            if plain is None:
                self._ask_the_library()
            else:
                self._take(plain)
        except CmsError:
            raise
        except Exception as error:  # the ASN.1 library raises whatever it meets
            raise CmsError(f"{type(error).__name__}: {error}") from error

    def _take(self, plain: PlainSignedData) -> None:
        self.encapsulated_type = plain.content_type
        self.content = plain.content
        self.signers: Sequence[Signer] = plain.signers
        self.certs = load_certs(plain.certificates)

    def _ask_the_library(self) -> None:
        self.encapsulated_type = self.signed_data["encap_content_info"]["content_type"].native
        self.signers = [AsnSigner(info) for info in self.infos]
        certificates = self.signed_data["certificates"]
        ders = [c.chosen.dump() for c in certificates if c.name == "certificate"] if certificates else []
        self.certs = load_certs(ders)
        self.crls, self.ocsps = revocation_of(self.signed_data["crls"])

    @cached_property
    def signed_data(self) -> Any:
        """The library's object, for what is asked seldom."""
        info = asn1_cms.ContentInfo.load(self._data)
        if info["content_type"].native != "signed_data":
            raise CmsError("not SignedData")
        return info["content"]

    @cached_property
    def infos(self) -> list[Any]:
        return list(self.signed_data["signer_infos"])

    @cached_property
    def content(self) -> bytes | None:
        """The octets of the OCTET STRING, whether or not something was parsed inside it."""
        content = self.signed_data["encap_content_info"]["content"]
        if isinstance(content, core.OctetString | core.ParsableOctetString):
            return bytes(content)
        if content is None or isinstance(content, core.Void) or content.native is None:
            return None
        return bytes(content) if hasattr(content, "__bytes__") else bytes(content.contents)

    def verify(self, index: int, content_digest: ContentDigest | None = None) -> SignerResult:
        """A signature that is not right over the octets as they stand may be so over what the library writes anew."""
        signer = self.signers[index]
        try:
            result = self._verify(signer, content_digest or self._own_digest)
            if result.sig_ok is False and isinstance(signer, PlainSigner):
                result = self._verify(AsnSigner(self.infos[index]), content_digest or self._own_digest)
            return result
        except crypto.Unsupported as error:
            return SignerResult(problem=SubIndication.CRYPTO_CONSTRAINTS_FAILURE, detail=str(error))
        except Exception as error:  # the ASN.1 library raises whatever it meets
            return SignerResult(problem=SubIndication.FORMAT_FAILURE, detail=f"{type(error).__name__}: {error}")

    def _verify(self, info: Signer, content_digest: ContentDigest) -> SignerResult:
        signed_octets = info.signed_octets  # before its parts are parsed: encoding them anew is slow
        digest_name = info.digest_name
        result = SignerResult(signature=info.signature)
        unsigned = info.unsigned
        result.timestamps.extend(unsigned.timestamps)
        result.counter_signatures = unsigned.counter_signatures
        result.unsigned_names = unsigned.names
        result.signer = info.among([*self.certs, *self.known])
        if info.duplicate:
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, f"duplicate signed attribute {info.duplicate}"
            return result
        actual = content_digest(digest_name)
        if not info.has_attributes:
            self._verify_bare(info, actual, result)
            return result
        result.claimed_time = info.claimed_time
        if info.content_timestamp is not None:
            result.content_timestamps.append(info.content_timestamp)
        expected = info.message_digest
        if expected is None:
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, "no message-digest attribute"
            return result
        if info.content_type != self.encapsulated_type:
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, "content-type attribute missing or different"
        if actual is None:
            result.problem = SubIndication.SIGNED_DATA_NOT_FOUND
        else:
            result.hash_ok = expected == actual
        if result.signer is None:
            return result
        _bind_certificate(info, result)
        result.algorithm = info.algorithm(result.signer.public_key)
        if _mismatch(digest_name, result.algorithm):
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, "digest and signature algorithms differ"
        result.sig_ok = _check_attributes(signed_octets, info, result)
        return result

    def _verify_bare(self, info: Signer, actual: bytes | None, result: SignerResult) -> None:
        """Without signed attributes the signature is over the content itself."""
        if self.encapsulated_type != "data":
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, "signed attributes are missing"
        if actual is None:
            result.problem = SubIndication.SIGNED_DATA_NOT_FOUND
            return
        if result.signer is None:
            return
        result.algorithm = info.algorithm(result.signer.public_key)
        ok = crypto.check(result.signer.public_key, result.signature, actual, result.algorithm, prehashed=True)
        result.sig_ok = result.hash_ok = ok
        if not ok:
            result.hash_ok = None

    def _own_digest(self, name: str) -> bytes | None:
        content = self.content
        return None if content is None else crypto.digest(name, content)


def revocation_of(choices: Any) -> tuple[list[bytes], list[bytes]]:
    """CRLs and OCSP answers among RevocationInfoChoices, each as DER."""
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    for choice in choices or ():
        if choice.name == "certificate_list":
            crls.append(choice.chosen.dump())
        elif choice.name == "other" and choice.chosen["other_rev_info_format"].native == "ocsp_response":
            ocsps.append(choice.chosen["other_rev_info"].dump())
    return crls, ocsps


def _bind_certificate(info: Signer, result: SignerResult) -> None:
    """The ESS attribute must name the very certificate whose key verifies (EN 319 102-1 §5.2.3)."""
    assert result.signer is not None
    for algorithm, expected in info.bound():
        if crypto.digest(algorithm, result.signer.der) != expected:
            result.problem = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
            result.detail = "the signing-certificate attribute names another certificate"
            return
        result.cert_bound = True


def _mismatch(digest_name: str, algorithm: crypto.Algorithm) -> bool:
    """An explicit digest in the signature algorithm must be the declared one (RFC 5652 §5.3, RFC 8933)."""
    if algorithm.scheme == "eddsa":
        return False
    return algorithm.digest != digest_name


def _check_attributes(encoded: bytes, info: Signer, result: SignerResult) -> bool:
    assert result.signer is not None
    assert result.algorithm is not None
    as_sent = b"\x31" + encoded[1:]
    key = result.signer.public_key
    if crypto.check(key, result.signature, as_sent, result.algorithm):
        return True
    try:
        each = info.each_attribute()
        if each is None:
            return False
        sorted_der = b"".join(sorted(each))
        der = _set_header(len(sorted_der)) + sorted_der
    except (ValueError, TypeError):
        return False
    return crypto.check(key, result.signature, der, result.algorithm)


def _set_header(length: int) -> bytes:
    if length < 0x80:
        return bytes((0x31, length))
    size = (length.bit_length() + 7) // 8
    return bytes((0x31, 0x80 | size)) + length.to_bytes(size, "big")


SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23"
REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24"
ADOBE_REVOCATION = "1.2.840.113583.1.1.8"
ARCHIVE_TIMESTAMPS = frozenset({"0.4.0.1733.2.4", "1.2.840.113549.1.9.16.2.48", "1.2.840.113549.1.9.16.2.27"})


def tst_info(data: bytes) -> tsp.TSTInfo:
    return tsp.TSTInfo.load(data)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class CertificateValues(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


class RevocationValues(core.Sequence):  # type: ignore[misc]
    """RFC 5126 §6.3.4; Adobe's attribute has the same first two fields."""

    _fields = [  # noqa: RUF012  the library's way
        ("crls", CertificateValues, {"explicit": 0, "optional": True}),
        ("ocsps", CertificateValues, {"explicit": 1, "optional": True}),
        ("other", core.Any, {"explicit": 2, "optional": True}),
    ]


def revocation_values(value: bytes) -> tuple[list[bytes], list[bytes]]:
    """CRLs and OCSP answers of a revocation-values attribute, each as it stands."""
    parsed = RevocationValues.load(value)
    return [i.dump() for i in parsed["crls"] or ()], [i.dump() for i in parsed["ocsps"] or ()]


def certificate_values(value: bytes) -> list[bytes]:
    return [item.dump() for item in CertificateValues.load(value)]
