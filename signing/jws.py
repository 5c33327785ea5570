"""JWS (RFC 7515) and the parts of JAdES that bind a signer: x5c, x5t#S256, sigT."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from signing import crypto
from signing.certs import Cert, load_certs, utc
from signing.cms import SignerResult
from signing.errors import BadSignature
from signing.findings import failed, signature_report
from signing.judge import Judge, Material, TokenVerdict
from signing.model import Level, SubIndication
from signing.report import SignatureReport

if TYPE_CHECKING:
    from signing.keys import SigningKey

ALGORITHMS: dict[str, tuple[str, str, int]] = {
    "RS256": ("rsa", "sha256", 0),
    "RS384": ("rsa", "sha384", 0),
    "RS512": ("rsa", "sha512", 0),
    "PS256": ("pss", "sha256", 0),
    "PS384": ("pss", "sha384", 0),
    "PS512": ("pss", "sha512", 0),
    "ES256": ("ecdsa", "sha256", 256),
    "ES384": ("ecdsa", "sha384", 384),
    "ES512": ("ecdsa", "sha512", 521),
    "EdDSA": ("eddsa", "sha512", 0),
}
UNDERSTOOD = frozenset({"sigT", "sigD", "x5t#S256", "b64", "iat"})


class Refused(Exception):
    def __init__(self, sub: SubIndication, detail: str) -> None:
        super().__init__(detail)
        self.sub = sub
        self.detail = detail


class OneSignature(msgspec.Struct, kw_only=True):
    protected: str
    signature: str


def verify_jws(
    data: bytes, judge: Judge, *, detached: bytes | None = None, tokens: Sequence[TokenVerdict] = ()
) -> tuple[SignatureReport, ...]:
    """Every signature of a compact or JSON serialisation; `tokens` are judged time-stamps over the whole of `data`."""
    try:
        payload, signatures = _read(data)
    except Refused as error:
        return (
            ()
            if error.sub is SubIndication.SIGNED_DATA_NOT_FOUND
            else (failed("JWS", error.sub, "format", error.detail),)
        )
    return tuple(_one(payload, s, n, judge, detached, tokens) for n, s in enumerate(signatures, start=1))


def decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(SubIndication.FORMAT_FAILURE, "base64url") from error


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _read(data: bytes) -> tuple[str, list[OneSignature]]:
    text = data.strip()
    if not text.startswith(b"{"):
        parts = text.decode("ascii", "replace").split(".")
        if len(parts) != 3:
            raise Refused(SubIndication.FORMAT_FAILURE, "not three parts")
        return parts[1], [OneSignature(protected=parts[0], signature=parts[2])]
    value = _json(text)
    if "signatures" in value or "signature" in value:
        return _read_json(value)
    raise Refused(SubIndication.SIGNED_DATA_NOT_FOUND, "no JWS")


def _read_json(value: dict[str, Any]) -> tuple[str, list[OneSignature]]:
    items = value.get("signatures", [value])
    if not isinstance(items, list) or not items or len(items) > 50 or ("signatures" in value and "signature" in value):
        raise Refused(SubIndication.FORMAT_FAILURE, "signatures")
    found = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("protected"), str):
            raise Refused(SubIndication.FORMAT_FAILURE, "a signature without a protected header")
        if not isinstance(item.get("signature"), str):
            raise Refused(SubIndication.FORMAT_FAILURE, "a signature without its value")
        found.append(OneSignature(protected=item["protected"], signature=item["signature"]))
    payload = value.get("payload", "")
    if not isinstance(payload, str):
        raise Refused(SubIndication.FORMAT_FAILURE, "payload")
    return payload, found


def _json(data: bytes) -> dict[str, Any]:
    """A JSON object in which no name occurs twice: which of two would count is anybody's guess."""
    import json

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise Refused(SubIndication.FORMAT_FAILURE, "a name occurs twice")
        return dict(pairs)

    try:
        value = json.loads(data, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Refused(SubIndication.FORMAT_FAILURE, "JSON") from error
    if not isinstance(value, dict):
        raise Refused(SubIndication.FORMAT_FAILURE, "not a JSON object")
    return value


def payload_of(data: bytes) -> bytes:
    """What a compact or JSON serialisation says, signed well or not; raises Refused."""
    return decode(_read(data)[0])


def _one(
    payload: str,
    item: OneSignature,
    number: int,
    judge: Judge,
    detached: bytes | None,
    tokens: Sequence[TokenVerdict],
) -> SignatureReport:
    name = f"JWS {number}"
    try:
        result, certs = _check(payload, item, detached)
    except Refused as error:
        return failed(name, error.sub, "format", error.detail)
    except crypto.Unsupported as error:
        return failed(name, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "format", str(error))
    verdict = judge.signature(result, Material(certs=certs), list(tokens), judge.at)
    if verdict.sub is SubIndication.SIGNED_DATA_NOT_FOUND:
        verdict.why = "data-missing"
    level = Level.B_B if result.cert_bound and result.claimed_time else Level.JWS
    report = signature_report(name, result, verdict, level=level, at=judge.at)
    return msgspec.structs.replace(report, covers="payload" if payload else "detached")


def _check(payload: str, item: OneSignature, detached: bytes | None) -> tuple[SignerResult, list[Cert]]:
    header = _json(decode(item.protected))
    critical = header.get("crit", [])
    if not isinstance(critical, list) or not set(map(str, critical)) <= UNDERSTOOD:
        raise Refused(SubIndication.FORMAT_FAILURE, "crit names what is not understood")
    if header.get("b64", True) is not True or "sigD" in header:
        raise Refused(SubIndication.SIG_CONSTRAINTS_FAILURE, "unencoded or indirect payload")
    certs = _certificates(header)
    result = SignerResult(signature=decode(item.signature), signer=certs[0] if certs else None)
    result.claimed_time = _time(header)
    if not payload:
        if detached is None:
            result.problem = SubIndication.SIGNED_DATA_NOT_FOUND
            return result, certs
        payload = encode(detached)
    elif detached is not None and decode(payload) != detached:
        result.hash_ok = False
        return result, certs
    if result.signer is None:
        return result, certs
    result.algorithm, value = _algorithm(str(header.get("alg")), result.signer, result.signature)
    message = f"{item.protected}.{payload}".encode()
    result.sig_ok = value is not None and crypto.check(result.signer.public_key, value, message, result.algorithm)
    result.hash_ok = True
    thumb = header.get("x5t#S256")
    if thumb is not None:
        result.cert_bound = decode(str(thumb)) == crypto.digest("sha256", result.signer.der)
        if not result.cert_bound:
            result.problem = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    return result, certs


def _certificates(header: dict[str, Any]) -> list[Cert]:
    items = header.get("x5c", [])
    if not isinstance(items, list) or len(items) > 20 or not all(isinstance(i, str) for i in items):
        raise Refused(SubIndication.FORMAT_FAILURE, "x5c")
    try:
        return load_certs(base64.b64decode(i, validate=True) for i in items)
    except (binascii.Error, ValueError) as error:
        raise Refused(SubIndication.FORMAT_FAILURE, "x5c") from error


def _algorithm(name: str, signer: Cert, value: bytes) -> tuple[crypto.Algorithm, bytes | None]:
    """The algorithm of an allow list; `none` and the HMACs are not on it (key confusion)."""
    if name not in ALGORITHMS:
        raise Refused(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"algorithm {name[:40]}")
    scheme, digest, bits = ALGORITHMS[name]
    key_bits = crypto.key_bits(signer.public_key)
    if scheme == "pss":
        return crypto.Algorithm(scheme, digest, key_bits, digest, crypto.hash_by_name(digest).digest_size), value
    if scheme == "ecdsa":
        right = key_bits == bits and len(value) == 2 * ((bits + 7) // 8)
        return crypto.Algorithm(scheme, digest, key_bits), crypto.concatenated_to_der(value) if right else None
    return crypto.Algorithm(scheme, digest, key_bits), value


def _time(header: dict[str, Any]) -> datetime | None:
    stated = header.get("sigT")
    if isinstance(stated, str):
        try:
            return utc(datetime.fromisoformat(stated))
        except ValueError:
            return None
    issued = header.get("iat")
    try:
        return datetime.fromtimestamp(issued, UTC) if isinstance(issued, int) else None
    except (OverflowError, OSError, ValueError):
        return None


async def seal_jws(payload: bytes, key: SigningKey, *, at: datetime | None = None, detached: bool = False) -> bytes:
    """A compact JWS with the signer's chain, bound by x5t#S256 (JAdES B-B)."""
    from signing.keys import algorithm_of

    moment = (utc(at) if at else datetime.now(UTC)).replace(microsecond=0)
    algorithm = algorithm_of(key.certificate, "sha256", pss=key.pss)
    names = {"rsa": "RS256", "pss": "PS256", "ecdsa": "ES256"}
    header = {
        "alg": names[algorithm.scheme],
        "x5t#S256": encode(crypto.digest("sha256", key.certificate.der)),
        "x5c": [base64.b64encode(c.der).decode() for c in (key.certificate, *key.chain)],
        "sigT": moment.isoformat().replace("+00:00", "Z"),
        "crit": ["sigT"],
    }
    protected = encode(msgspec.json.encode(header))
    message = f"{protected}.{encode(payload)}".encode()
    value = await key.sign(message, "sha256")
    if not crypto.check(key.certificate.public_key, value, message, algorithm):
        raise BadSignature("the key returned a signature that does not verify")
    if algorithm.scheme == "ecdsa":
        size = (algorithm.bits + 7) // 8
        r, s = decode_dss_signature(value)
        value = r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return f"{protected}.{'' if detached else encode(payload)}.{encode(value)}".encode()
