"""The code on a paper copy that anyone checks without network: claims, and the list of keys that speak (RES-09, RES-10).

Claims are COSE over CBOR with whole numbers for names; there is no personal data of the owner among them.
"""

import base64
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from hub.kernel import seals
from hub.kernel.clock import VN
from hub.result.model import Result
from signing import Cert, SigningKey, cose, seal_jws

VERSION = 1
KEYS = "mot-cua.paper-keys/1"
GOOD_FOR = timedelta(days=30)
"""How long a checker without network may take the list for complete."""
ISSUED = 1
LONGEST = 80
"""Characters of a name: the code must stay readable on 38 mm of paper."""
_DAY = date(1970, 1, 1)


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """What makes paper copies: `verify_at`, the address to which a copy's token is added; the key of its code."""

    verify_at: str
    key: SigningKey

    @property
    def public_key(self) -> "PaperKey":
        """The key in use, as the checker's page pins it."""
        return _paper_key(self.key.certificate)


class PaperKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key whose codes are ours. `kid`, `x` and `y` are base64url; moments are seconds since 1970."""

    kid: str
    x: str
    y: str
    since: int
    until: int
    holder: str
    organisation: str


class PaperKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What the checker keeps for when there is no network; after `expires` it says that its list is old."""

    format: str
    at: int
    expires: int
    keys: tuple[PaperKey, ...]


def claims_of(result: Result, number: str, at: datetime) -> dict[int, Any]:
    """0 version · 1 result · 2 SHA-256 · 3 signer · 4 organisation · 5 day signed · 6 number · 7 converted at · 8 status.

    Days and seconds are counted from 1970; a day is one in Vietnam. 8 is 1: only what counts is converted.
    """
    claims: dict[int, Any] = {
        0: VERSION,
        1: result.code,
        2: bytes.fromhex(result.sha256),
        3: result.signer[:LONGEST],
        4: result.organisation[:LONGEST],
        6: number,
        7: int(at.timestamp()),
        8: ISSUED,
    }
    if result.signed_at is not None:
        claims[5] = (result.signed_at.astimezone(VN).date() - _DAY).days
    return claims


async def offline_address(result: Result, number: str, token: str, at: datetime, press: Press) -> str:
    """What the QR code holds: the address of the online page and, behind `#`, which no browser sends, the claims."""
    with seals.answering():
        message = await cose.sign1(claims_of(result, number, at), press.key)
    return f"{press.verify_at}{token}#{cose.digits(message)}"


async def key_list(certificates: tuple[Cert, ...], press: Press, at: datetime) -> bytes:
    """The keys of all paper copies so far as a JWS by the newest of them."""
    keys = PaperKeys(
        format=KEYS,
        at=int(at.timestamp()),
        expires=int((at + GOOD_FOR).timestamp()),
        keys=tuple(_paper_key(each) for each in certificates),
    )
    with seals.answering():
        return await seal_jws(msgspec.json.encode(keys), press.key, at=at)


def _paper_key(certificate: Cert) -> PaperKey:
    public = certificate.public_key
    assert isinstance(public, ec.EllipticCurvePublicKey)
    numbers = public.public_numbers()
    return PaperKey(
        kid=_text(cose.key_id(certificate)),
        x=_text(numbers.x.to_bytes(32, "big")),
        y=_text(numbers.y.to_bytes(32, "big")),
        since=int(certificate.not_before.timestamp()),
        until=int(certificate.not_after.timestamp()),
        holder=certificate.subject_text,
        organisation=certificate.organisation or "",
    )


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
