"""COSE_Sign1 (RFC 9052) with ES256 over deterministic CBOR: the smallest signed thing that fits into a QR code.

`{1: -7, 4: kid}` is the whole protected header; the unprotected one is empty. `kid` is the beginning of the SHA-256 of
the signer's certificate. Whether that certificate is trusted is asked where there is a trust store: a phone without
network has a list of keys instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import cbor2
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from signing import cbor, crypto
from signing.errors import BadSignature, KeyUnavailable, SigningError

if TYPE_CHECKING:
    from signing.certs import Cert
    from signing.keys import SigningKey

SIGN1 = 18
ES256 = -7
KID = 8
"""Bytes of a key's name."""
MAX = 2048
"""Bytes of a message: no QR code holds more."""


class NotCose(SigningError):
    """Not a COSE_Sign1 of this form."""


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it was read; nothing in it is believed before `holds`."""

    kid: bytes
    claims: dict[int, Any]
    protected: bytes
    payload: bytes
    signature: bytes

    def holds(self, key: object) -> bool:
        """Whether this key signed it. Only P-256 can."""
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            return False
        value = crypto.concatenated_to_der(self.signature)
        return crypto.check(
            key, value, _to_be_signed(self.protected, self.payload), crypto.Algorithm("ecdsa", "sha256")
        )


def key_id(certificate: Cert) -> bytes:
    """A key's name in messages."""
    return sha256(certificate.der).digest()[:KID]


async def sign1(claims: Mapping[int, Any], key: SigningKey) -> bytes:
    """The signed message; raises KeyUnavailable for a key that is not P-256."""
    public = key.certificate.public_key
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise KeyUnavailable("COSE messages are signed with a P-256 key")
    payload = cbor2.dumps(dict(claims), canonical=True)
    protected = cbor2.dumps({1: ES256, 4: key_id(key.certificate)}, canonical=True)
    r, s = decode_dss_signature(await key.sign(_to_be_signed(protected, payload), "sha256"))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    message = cbor2.dumps(cbor2.CBORTag(SIGN1, [protected, {}, payload, signature]), canonical=True)
    if not read(message).holds(public):
        raise BadSignature("the key returned a signature that does not verify")
    return message


def read(data: bytes) -> Signed:
    """A message apart; raises NotCose, whatever the bytes are."""
    if len(data) > MAX:
        raise NotCose("too long")
    try:
        match cbor.read(data):
            case cbor.Tagged(tag=18, value=[bytes(protected), dict(unprotected), bytes(payload), bytes(signature)]):
                pass
            case _:
                raise NotCose("not a COSE_Sign1")
        header, claims = cbor.read(protected), cbor.read(payload)
    except cbor.NotCbor as error:
        raise NotCose(str(error)) from error
    if unprotected or len(signature) != 64:
        raise NotCose("unprotected headers, or a signature of another size")
    if not isinstance(header, dict) or set(header) != {1, 4} or header[1] != ES256:
        raise NotCose("another algorithm or unknown headers")
    kid = header[4]
    if not isinstance(kid, bytes) or len(kid) != KID:
        raise NotCose("a key name of another size")
    if not isinstance(claims, dict) or not all(isinstance(name, int) for name in claims):
        raise NotCose("no claims")
    return Signed(kid=kid, claims=claims, protected=protected, payload=payload, signature=signature)


def digits(message: bytes) -> str:
    """As a decimal number: a QR code packs three digits into ten bits, which base64 cannot match.

    Messages begin with the tag's byte and never with zero, so that nothing is lost.
    """
    return str(int.from_bytes(message, "big"))


def from_digits(text: str) -> bytes:
    """The way back; raises NotCose."""
    if not (text.isascii() and text.isdecimal()) or text.startswith("0") or len(text) > 4000:
        raise NotCose("not a number")
    number = int(text)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052 §4.4."""
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
