"""CAdES signatures taken apart and put together by hand, so that nothing under test made its own proof."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Self

import msgspec

from signing import der
from signing.test_pki import Pki

ATS_HASH_INDEX_V3 = bytes.fromhex("060704008195320105")
ARCHIVE_TIMESTAMP_V3 = bytes.fromhex("060604008d450204")
REVOCATION_VALUES = bytes.fromhex("060b2a864886f70d0109100218")
RI_OCSP_RESPONSE = bytes.fromhex("06082b06010505071002")
IDENTIFIERS = {"sha256": der.SHA256_IDENTIFIER, "sha1": bytes.fromhex("300906052b0e03021a0500")}
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1


def children(encoded: bytes) -> list[bytes]:
    """The elements inside one DER element, each with its tag and length."""
    found, at = [], _start(encoded, 0)[0]
    while at < len(encoded):
        start, length = _start(encoded, at)
        found.append(encoded[at : start + length])
        at = start + length
    return found


def _start(encoded: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins, and its length."""
    first = encoded[at + 1]
    if first < 0x80:
        return at + 2, first
    size = first & 0x7F
    return at + 2 + size, int.from_bytes(encoded[at + 2 : at + 2 + size], "big")


class Cades(msgspec.Struct, kw_only=True):
    """A SignedData with one SignerInfo, in its parts."""

    version: bytes
    digests: bytes
    content: bytes
    certificates: list[bytes]
    revocation: list[bytes] = []
    signer: list[bytes]
    unsigned: list[bytes] = []

    @classmethod
    def of(cls, cms: bytes) -> Self:
        parts = children(children(children(cms)[1])[0])
        signer = children(children(parts[-1])[0])
        unsigned = children(signer.pop()) if signer[-1][0] == CONTEXT_1 else []
        found = {part[0]: part for part in parts[3:-1]}
        return cls(
            version=parts[0],
            digests=parts[1],
            content=parts[2],
            certificates=children(found[CONTEXT_0]),
            revocation=children(found[CONTEXT_1]) if CONTEXT_1 in found else [],
            signer=signer,
            unsigned=unsigned,
        )

    def dump(self) -> bytes:
        unsigned = [der.tlv(CONTEXT_1, *self.unsigned)] if self.unsigned else []
        revocation = [der.tlv(CONTEXT_1, *self.revocation)] if self.revocation else []
        data = der.tlv(
            der.SEQUENCE,
            self.version,
            self.digests,
            self.content,
            der.tlv(CONTEXT_0, *self.certificates),
            *revocation,
            der.tlv(der.SET, der.tlv(der.SEQUENCE, *self.signer, *unsigned)),
        )
        return der.tlv(der.SEQUENCE, der.OID_SIGNED_DATA, der.tlv(CONTEXT_0, data))

    @property
    def value(self) -> bytes:
        """The signature value, which a signature time-stamp stamps."""
        return content_of(self.signer[5])


def content_of(encoded: bytes) -> bytes:
    return encoded[_start(encoded, 0)[0] :]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def stamp(signed: Cades, pki: Pki, at: datetime) -> None:
    """Level B-T: a signature time-stamp."""
    token = pki.tsa(lambda: at).token(sha256(signed.value), "sha256")
    signed.unsigned.append(der.attribute(der.OID_SIGNATURE_TIME_STAMP, token))


def hold(signed: Cades, answers: list[bytes]) -> None:
    """Level B-LT: OCSP answers in the SignedData (RFC 5940)."""
    signed.revocation += [der.tlv(CONTEXT_1, RI_OCSP_RESPONSE, each) for each in answers]


def hold_as_attribute(signed: Cades, lists: list[bytes]) -> None:
    """Level B-LT: CRLs in the unsigned attribute revocation-values."""
    value = der.tlv(der.SEQUENCE, der.tlv(CONTEXT_0, der.tlv(der.SEQUENCE, *lists)))
    signed.unsigned.append(der.attribute(REVOCATION_VALUES, value))


def hash_index(signed: Cades, algorithm: str = "sha256") -> bytes:
    """ETSI EN 319 122-1 §5.5.2, over everything that is there."""

    def digest(data: bytes) -> bytes:
        return hashlib.new(algorithm, data).digest()

    pairs = [(oid, value) for oid, values in map(children, signed.unsigned) for value in children(values)]
    listed = (
        [digest(each) for each in signed.certificates],
        [digest(each) for each in signed.revocation],
        [digest(oid + value) for oid, value in pairs],
    )
    digests = (der.tlv(der.SEQUENCE, *(der.tlv(der.OCTETS, each) for each in group)) for group in listed)
    return der.tlv(der.SEQUENCE, IDENTIFIERS[algorithm], *digests)


def archive(signed: Cades, content: bytes, token: Callable[[bytes], bytes], *, index: bytes | None = None) -> None:
    """Level B-LTA (§5.5.3): `token` stamps a SHA-256 digest; `index` lists something else than everything."""
    index = hash_index(signed) if index is None else index
    kind = children(signed.content)[0]
    imprint = sha256(kind + sha256(content) + b"".join(signed.signer) + index)
    stamped = Cades.of(token(imprint))
    stamped.unsigned.append(der.attribute(ATS_HASH_INDEX_V3, index))
    signed.unsigned.append(der.attribute(ARCHIVE_TIMESTAMP_V3, stamped.dump()))
