"""CMS SignedData (RFC 5652, CAdES): parsing, digests, signed attributes, signature value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from asn1crypto import cms as asn1_cms
from asn1crypto import core, tsp

from signing import crypto, oid_memory
from signing.certs import Cert, load_certs, utc
from signing.model import SubIndication

oid_memory.install()

# Digest of the content in the digest algorithm asked for; None when the content is not at hand.
ContentDigest = Callable[[str], bytes | None]

SINGLE_ATTRIBUTES = frozenset(
    {"content_type", "message_digest", "signing_time", "signing_certificate", "signing_certificate_v2"}
)


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
        try:
            info = asn1_cms.ContentInfo.load(data)
            if info["content_type"].native != "signed_data":
                raise CmsError("not SignedData")
            self.signed_data = info["content"]
            self.encapsulated_type = self.signed_data["encap_content_info"]["content_type"].native
            self.infos = list(self.signed_data["signer_infos"])
            certificates = self.signed_data["certificates"]
            ders = [c.chosen.dump() for c in certificates if c.name == "certificate"] if certificates else []
            self.certs = load_certs(ders)
            self.crls, self.ocsps = revocation_of(self.signed_data["crls"])
        except CmsError:
            raise
        except Exception as error:  # the ASN.1 library raises whatever it meets
            raise CmsError(f"{type(error).__name__}: {error}") from error
        self.known = list(known)

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
        try:
            return self._verify(self.infos[index], content_digest)
        except crypto.Unsupported as error:
            return SignerResult(problem=SubIndication.CRYPTO_CONSTRAINTS_FAILURE, detail=str(error))
        except Exception as error:  # the ASN.1 library raises whatever it meets
            return SignerResult(problem=SubIndication.FORMAT_FAILURE, detail=f"{type(error).__name__}: {error}")

    def _verify(self, info: Any, content_digest: ContentDigest | None) -> SignerResult:
        signed_octets = info["signed_attrs"].dump()  # before its parts are parsed: encoding them anew is slow
        digest_name = info["digest_algorithm"]["algorithm"].native
        result = SignerResult(signature=info["signature"].native)
        _unsigned(info, result)
        result.signer = self._find_signer(info["sid"])
        attributes, duplicate = _signed_attributes(info)
        if duplicate:
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, f"duplicate signed attribute {duplicate}"
            return result
        actual = (content_digest or self._own_digest)(digest_name)
        if not info["signed_attrs"]:
            self._verify_bare(info, actual, digest_name, result)
            return result
        _read_attributes(attributes, result)
        stamps = attributes.get("content_time_stamp")
        if stamps is not None:
            result.content_timestamps.append(stamps.dump())
        expected = attributes.get("message_digest")
        if expected is None:
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, "no message-digest attribute"
            return result
        declared = attributes.get("content_type")
        if declared is None or declared.native != self.encapsulated_type:
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, "content-type attribute missing or different"
        if actual is None:
            result.problem = SubIndication.SIGNED_DATA_NOT_FOUND
        else:
            result.hash_ok = expected.native == actual
        if result.signer is None:
            return result
        _bind_certificate(attributes, result)
        result.algorithm = crypto.signature_algorithm(
            info["signature_algorithm"], digest_name, result.signer.public_key
        )
        if _mismatch(info, digest_name, result.algorithm):
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, "digest and signature algorithms differ"
        result.sig_ok = _check_attributes(signed_octets, info, result)
        return result

    def _verify_bare(self, info: Any, actual: bytes | None, digest_name: str, result: SignerResult) -> None:
        """Without signed attributes the signature is over the content itself."""
        if self.encapsulated_type != "data":
            result.problem, result.detail = SubIndication.FORMAT_FAILURE, "signed attributes are missing"
        if actual is None:
            result.problem = SubIndication.SIGNED_DATA_NOT_FOUND
            return
        if result.signer is None:
            return
        result.algorithm = crypto.signature_algorithm(
            info["signature_algorithm"], digest_name, result.signer.public_key
        )
        ok = crypto.check(result.signer.public_key, result.signature, actual, result.algorithm, prehashed=True)
        result.sig_ok = result.hash_ok = ok
        if not ok:
            result.hash_ok = None

    def _own_digest(self, name: str) -> bytes | None:
        content = self.content
        return None if content is None else crypto.digest(name, content)

    def _find_signer(self, sid: Any) -> Cert | None:
        pool = [*self.certs, *self.known]
        if sid.name == "subject_key_identifier":
            return next((c for c in pool if c.key_id == sid.chosen.native), None)
        serial = sid.chosen["serial_number"].native
        matching = [c for c in pool if c.serial == serial]
        if len(matching) > 1:
            issuer = sid.chosen["issuer"].dump()
            exact = [c for c in matching if c.x.issuer.public_bytes() == issuer]
            matching = exact or matching
        return matching[0] if matching else None


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


def _signed_attributes(info: Any) -> tuple[dict[str, Any], str | None]:
    attributes: dict[str, Any] = {}
    for attribute in info["signed_attrs"] or ():
        name = attribute["type"].native
        if attribute["type"].dotted == CONTENT_TIMESTAMP:
            name = "content_time_stamp"
        if name in SINGLE_ATTRIBUTES and (name in attributes or len(attribute["values"]) != 1):
            return attributes, str(name)
        if len(attribute["values"]):
            attributes[name] = attribute["values"][0]
    return attributes, None


def _read_attributes(attributes: dict[str, Any], result: SignerResult) -> None:
    if "signing_time" in attributes:
        native = attributes["signing_time"].native
        result.claimed_time = utc(native) if native else None


def _bind_certificate(attributes: dict[str, Any], result: SignerResult) -> None:
    """The ESS attribute must name the very certificate whose key verifies (EN 319 102-1 §5.2.3)."""
    assert result.signer is not None
    for name, default in (("signing_certificate_v2", "sha256"), ("signing_certificate", "sha1")):
        value = attributes.get(name)
        if value is None:
            continue
        first = value["certs"][0]
        algorithm = default
        if name == "signing_certificate_v2" and first["hash_algorithm"]["algorithm"].native:
            algorithm = first["hash_algorithm"]["algorithm"].native
        expected = first["cert_hash"].native
        if crypto.digest(algorithm, result.signer.der) != expected:
            result.problem = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
            result.detail = "the signing-certificate attribute names another certificate"
            return
        result.cert_bound = True


def _mismatch(info: Any, digest_name: str, algorithm: crypto.Algorithm) -> bool:
    """An explicit digest in the signature algorithm must be the declared one (RFC 5652 §5.3, RFC 8933)."""
    if algorithm.scheme == "eddsa":
        return False
    return algorithm.digest != digest_name


def _check_attributes(encoded: bytes, info: Any, result: SignerResult) -> bool:
    assert result.signer is not None
    assert result.algorithm is not None
    as_sent = b"\x31" + encoded[1:]
    key = result.signer.public_key
    if crypto.check(key, result.signature, as_sent, result.algorithm):
        return True
    try:
        sorted_der = b"".join(sorted(a.dump() for a in info["signed_attrs"]))
        der = _set_header(len(sorted_der)) + sorted_der
    except (ValueError, TypeError):
        return False
    return crypto.check(key, result.signature, der, result.algorithm)


def _set_header(length: int) -> bytes:
    if length < 0x80:
        return bytes((0x31, length))
    size = (length.bit_length() + 7) // 8
    return bytes((0x31, 0x80 | size)) + length.to_bytes(size, "big")


def _unsigned(info: Any, result: SignerResult) -> None:
    names: set[str] = set()
    for attribute in info["unsigned_attrs"] or ():
        name = str(attribute["type"].native)
        names.add(attribute["type"].dotted)
        if name == "signature_time_stamp_token":
            result.timestamps.extend(v.dump() for v in attribute["values"])
        elif name == "counter_signature":
            result.counter_signatures += len(attribute["values"])
    result.unsigned_names = frozenset(names)


SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
CONTENT_TIMESTAMP = "1.2.840.113549.1.9.16.2.20"
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
