"""A SignedData and its signer read at once when both are plain DER, as nearly all are.

The ASN.1 library takes a third of the time of a verification for it. What is not plain, and what it reads by rules of
its own (counter signatures, ESS certificate identifiers of the first version, times with fractions …), is left to it:
`None` means so. What is read here is read as it reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from asn1crypto import algos, tsp
from asn1crypto import cms as asn1_cms

from signing import crypto
from signing.certs import Cert
from signing.cms_signer import CONTENT_TIMESTAMP, SINGLE_ATTRIBUTES, Unsigned, by_serial
from signing.der_reading import (
    Element,
    NotPlain,
    content,
    element,
    generalized_time,
    inside,
    integer,
    only,
    utc_time,
    whole,
)
from signing.oid_memory import dotted_of

SEQUENCE, SET, OCTETS, OID, INTEGER, BOOLEAN, UTC_TIME, GENERALIZED_TIME = 0x30, 0x31, 4, 6, 2, 1, 0x17, 0x18
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
LONGEST_IDENTIFIER = 128
MOST_SIGNERS = 16
Found = TypeVar("Found")


class PlainSigner(msgspec.Struct, frozen=True, kw_only=True):
    """`cms_signer.Signer`, read at once."""

    signed_octets: bytes
    digest_name: str
    signature: bytes
    unsigned: Unsigned
    claimed_time: datetime | None
    message_digest: bytes | None
    content_type: str | None
    issuer: bytes
    serial: int
    certificate: tuple[str, bytes] | None
    mechanism: bytes
    others: dict[str, bytes]
    duplicate: None = None
    has_attributes: bool = True
    content_timestamp: None = None

    def among(self, pool: list[Cert]) -> Cert | None:
        return by_serial(pool, self.serial, lambda: self.issuer)

    def bound(self) -> Iterable[tuple[str, bytes]]:
        return () if self.certificate is None else (self.certificate,)

    def algorithm(self, key: Any) -> crypto.Algorithm:
        return msgspec.structs.replace(_algorithm(self.mechanism, self.digest_name), bits=crypto.key_bits(key))

    def each_attribute(self) -> None:
        """Only the library writes them anew."""

    def first_value(self, dotted: str) -> bytes | None:
        return self.others.get(dotted)


class PlainSignedData(msgspec.Struct, frozen=True, kw_only=True):
    """What verification asks of a SignedData without revocation data."""

    content_type: str
    content: bytes | None
    certificates: list[bytes]
    signers: list[PlainSigner]


class Stamped(msgspec.Struct, frozen=True):
    """What a TSTInfo says: digest algorithm, digest, moment."""

    algorithm: str
    imprint: bytes
    moment: datetime


def _or_none(read: Callable[[bytes], Found]) -> Callable[[bytes], Found | None]:
    def attempt(data: bytes) -> Found | None:
        try:
            return read(data)
        except (ValueError, IndexError):
            return None

    return attempt


@_or_none
def read_signed_data(data: bytes) -> PlainSignedData:
    """A ContentInfo with SignedData; what follows it (room that was kept for it) does not count."""
    kind, wrapped = _exactly(inside(data, _of(element(data, 0, len(data)), SEQUENCE)), 2)
    if content(data, kind, OID) != SIGNED_DATA:
        raise NotPlain("not SignedData")
    version, digests, encapsulated, *rest = inside(data, only(data, _of(wrapped, 0xA0), SEQUENCE))
    _of(digests, SET)
    certificates = inside(data, rest.pop(0)) if rest and rest[0][0] == 0xA0 else []
    signers = inside(data, _of(_exactly(rest, 1)[0], SET))
    if len(signers) > MOST_SIGNERS:
        raise NotPlain("many signers")
    name, held = _encapsulated(data, encapsulated, integer(data, version))
    return PlainSignedData(
        content_type=name,
        content=held,
        certificates=[_kept(data, _of(one, SEQUENCE)) for one in certificates],
        signers=[_signer(data, one) for one in signers],
    )


@_or_none
def read_stamped(data: bytes) -> Stamped:
    """A TSTInfo."""
    outer = _of(element(data, 0, len(data)), SEQUENCE)
    _, policy, imprint, serial, moment, *rest = inside(data, outer)
    optional = [SEQUENCE, BOOLEAN, INTEGER, 0xA0, 0xA1]
    order = [optional.index(one[0]) if one[0] in optional else -1 for one in rest]
    if outer[3] != len(data) or -1 in order or order != sorted(set(order)):
        raise NotPlain("more than a TSTInfo")
    content(data, policy, OID)
    integer(data, serial)
    algorithm, digest = _exactly(inside(data, _of(imprint, SEQUENCE)), 2)
    return Stamped(
        _digest_name(_identifier(data, algorithm)),
        content(data, digest, OCTETS),
        generalized_time(content(data, moment, GENERALIZED_TIME)),
    )


def _encapsulated(data: bytes, one: Element, version: int) -> tuple[str, bytes | None]:
    kind, *rest = inside(data, _of(one, SEQUENCE))
    name = _content_type(data, kind)
    if not rest:
        return name, None
    (wrapped,) = _exactly(rest, 1)
    # the library takes version 1 for PKCS #7, and looks into what is neither data nor a time-stamp
    if version == 1 or name not in ("data", "tst_info"):
        raise NotPlain("content of another kind")
    held = content(data, only(data, _of(wrapped, 0xA0), OCTETS), OCTETS)
    if name == "tst_info" and _of(element(held, 0, len(held)), SEQUENCE)[3] != len(held):
        raise NotPlain("more than a TSTInfo")
    return name, held


def _signer(data: bytes, one: Element) -> PlainSigner:
    version, sid, digest, signed, mechanism, signature, *rest = inside(data, _of(one, SEQUENCE))
    integer(data, version)
    issuer, serial = _exactly(inside(data, _of(sid, SEQUENCE)), 2)
    unsigned = inside(data, _of(_exactly(rest, 1)[0], 0xA1)) if rest else []
    attributes = inside(data, _of(signed, 0xA0))
    known, others = _signed(data, attributes)
    stated = known.get("message_digest")
    named = known.get("signing_certificate_v2")
    kind = known.get("content_type")
    time = known.get("signing_time")
    if not attributes:
        raise NotPlain("no signed attributes")
    return PlainSigner(
        signed_octets=_kept(data, signed),
        digest_name=_digest_name(_identifier(data, digest)),
        signature=content(data, signature, OCTETS),
        unsigned=_unsigned(data, unsigned),
        claimed_time=utc_time(content(data, time, UTC_TIME)) if time else None,
        message_digest=content(data, stated, OCTETS) if stated else None,
        content_type=_content_type(data, kind) if kind else None,
        issuer=_kept(data, _of(issuer, SEQUENCE)),
        serial=integer(data, serial),
        certificate=_bound(data, named) if named else None,
        mechanism=_identifier(data, mechanism),
        others=others,
    )


def _signed(data: bytes, attributes: list[Element]) -> tuple[dict[str, Element], dict[str, bytes]]:
    """Those that the verdict rests on, each once, and the first values of what the library knows nothing of."""
    known: dict[str, Element] = {}
    others: dict[str, bytes] = {}
    for attribute in attributes:
        dotted, name, values = _attribute(data, attribute)
        if name in SINGLE_ATTRIBUTES:
            if name == "signing_certificate" or name in known:
                raise NotPlain("an attribute twice, or of the first version")
            (known[name],) = _exactly(values, 1)
        elif name in asn1_cms.CMSAttribute._oid_specs or dotted == CONTENT_TIMESTAMP:  # noqa: SLF001  no public name
            raise NotPlain("an attribute that the library looks into")
        elif values:
            others.setdefault(dotted, _kept(data, values[0]))
    return known, others


def _unsigned(data: bytes, attributes: list[Element]) -> Unsigned:
    names: set[str] = set()
    stamps: list[bytes] = []
    for attribute in attributes:
        dotted, name, values = _attribute(data, attribute)
        if name == "counter_signature":
            raise NotPlain("a counter signature")
        if name == "signature_time_stamp_token":
            stamps.extend(_kept(data, _of(value, SEQUENCE)) for value in values)
        names.add(dotted)
    return Unsigned(frozenset(names), tuple(stamps))


def _attribute(data: bytes, attribute: Element) -> tuple[str, str, list[Element]]:
    kind, values = _exactly(inside(data, _of(attribute, SEQUENCE)), 2)
    dotted = _dotted(content(data, kind, OID))
    return dotted, asn1_cms.CMSAttributeType._map.get(dotted, dotted), inside(data, _of(values, SET))  # noqa: SLF001


def _bound(data: bytes, value: Element) -> tuple[str, bytes]:
    """The first certificate of SigningCertificateV2; SHA-256 where no algorithm is written (RFC 5035)."""
    certificates, *policies = inside(data, _of(value, SEQUENCE))
    first, *_ = inside(data, _of(certificates, SEQUENCE))
    parts = inside(data, _of(first, SEQUENCE))
    algorithm = _digest_name(_identifier(data, parts.pop(0))) if parts[0][0] == SEQUENCE else "sha256"
    digest, *issuer = parts
    for one in (*policies, *issuer):
        _of(one, SEQUENCE)
    if len(policies) > 1 or len(issuer) > 1:
        raise NotPlain("more than RFC 5035 knows")
    return algorithm, content(data, digest, OCTETS)


def _content_type(data: bytes, one: Element) -> str:
    dotted = _dotted(content(data, one, OID))
    return str(tsp.ContentType._map.get(dotted, dotted))  # noqa: SLF001  no public name


def _dotted(held: bytes) -> str:
    try:
        if not 1 <= len(held) <= LONGEST_IDENTIFIER:
            raise NotPlain("an empty identifier, or a long one")
        return dotted_of(held)
    except (ValueError, IndexError, TypeError) as error:
        raise NotPlain(str(error)) from error


def _identifier(data: bytes, one: Element) -> bytes:
    """An AlgorithmIdentifier, short enough to be remembered."""
    if one[0] != SEQUENCE or one[3] - one[1] > LONGEST_IDENTIFIER:
        raise NotPlain("no algorithm identifier, or a long one")
    return whole(data, one)


@lru_cache(maxsize=256)
def _digest_name(identifier: bytes) -> str:
    try:
        name = str(algos.DigestAlgorithm.load(identifier)["algorithm"].native)
    except (ValueError, TypeError, KeyError) as error:
        raise NotPlain(str(error)) from error
    if not name:
        raise NotPlain("an empty identifier")
    return name


@lru_cache(maxsize=256)
def _algorithm(identifier: bytes, digest_name: str) -> crypto.Algorithm:
    return crypto.signature_algorithm(algos.SignedDigestAlgorithm.load(identifier), digest_name, None)


def _kept(data: bytes, one: Element) -> bytes:
    """An element as it stands. The library takes a length that ends in 80 for an indefinite one and writes it anew."""
    if data[one[2] - 1] == 0x80:
        raise NotPlain("a length that looks indefinite")
    return whole(data, one)


def _of(one: Element, tag: int) -> Element:
    if one[0] != tag:
        raise NotPlain(f"tag {one[0]:02x} instead of {tag:02x}")
    return one


def _exactly(found: list[Element], count: int) -> list[Element]:
    if len(found) != count:
        raise NotPlain(f"{len(found)} elements instead of {count}")
    return found
