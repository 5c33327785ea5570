"""The signature value of an XML signature, and the bare keys that KeyInfo may hold."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from signing import crypto
from signing.model import SubIndication
from signing.xmldsig import (
    DIGESTS,
    DS11,
    NEW,
    SIGNATURES,
    XmlRefused,
    b64,
    canonical,
    only,
    plain_text,
    prefixes_of,
    tag,
)


def signature_algorithm(signed_info: Any, key: Any) -> crypto.Algorithm:
    method = only(signed_info, "SignatureMethod")
    uri = method.get("Algorithm") or ""
    bits = crypto.key_bits(key)
    if uri == NEW + "rsa-pss":
        return _pss(method, bits)
    if uri not in SIGNATURES:
        raise XmlRefused(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"signature algorithm {uri}")
    scheme, digest = SIGNATURES[uri]
    if scheme == "pss":
        return crypto.Algorithm("pss", digest, bits, digest, crypto.hash_by_name(digest).digest_size)
    return crypto.Algorithm(scheme, digest, bits)


def _pss(method: Any, bits: int) -> crypto.Algorithm:
    params = method.find(f"{{{NEW}}}RSAPSSParams")
    digest, salt = "sha256", None
    if params is not None:
        inner = params.find(tag("DigestMethod"))
        if inner is not None:
            digest = DIGESTS.get(inner.get("Algorithm") or "", "")
        length = params.find(f"{{{NEW}}}SaltLength")
        salt = int(plain_text(length)) if length is not None else None
    size = crypto.hash_by_name(digest).digest_size
    return crypto.Algorithm("pss", digest, bits, digest, salt if salt is not None else size)


def check_value(signature: Any, key: Any) -> tuple[bool, crypto.Algorithm]:
    """Whether SignatureValue is right over SignedInfo for `key`."""
    signed_info = only(signature, "SignedInfo")
    method = only(signed_info, "CanonicalizationMethod")
    octets = canonical(signed_info, method.get("Algorithm") or "", prefixes_of(method))
    algorithm = signature_algorithm(signed_info, key)
    value = b64(only(signature, "SignatureValue"))
    if algorithm.scheme == "ecdsa":
        size = (crypto.key_bits(key) + 7) // 8
        if len(value) != 2 * size:
            return False, algorithm
        value = crypto.concatenated_to_der(value)
    elif algorithm.scheme == "dsa":
        value = crypto.concatenated_to_der(value)
    return crypto.check(key, value, octets, algorithm), algorithm


def key_values(signature: Any) -> list[Any]:
    """Bare public keys of KeyInfo: enough to see that the bytes hold, never enough to trust."""
    info = signature.find(tag("KeyInfo"))
    found: list[Any] = []
    if info is None:
        return found
    for value in info.findall(tag("KeyValue")):
        try:
            found.append(_key_value(value))
        except (XmlRefused, ValueError, TypeError):
            continue
    return [k for k in found if k is not None]


def _number(parent: Any, name: str) -> int:
    return int.from_bytes(b64(only(parent, name)), "big")


def _key_value(value: Any) -> Any:
    rsa_value, dsa_value = value.find(tag("RSAKeyValue")), value.find(tag("DSAKeyValue"))
    if rsa_value is not None:
        return rsa.RSAPublicNumbers(_number(rsa_value, "Exponent"), _number(rsa_value, "Modulus")).public_key()
    if dsa_value is not None:
        p, q, g, y = (_number(dsa_value, n) for n in "PQGY")
        return dsa.DSAPublicNumbers(y, dsa.DSAParameterNumbers(p, q, g)).public_key()
    ec_value = value.find(f"{{{DS11}}}ECKeyValue")
    if ec_value is None:
        return None
    curve = (ec_value.find(f"{{{DS11}}}NamedCurve").get("URI") or "").removeprefix("urn:oid:")
    point = b64(ec_value.find(f"{{{DS11}}}PublicKey"))
    kind: Any = {"1.2.840.10045.3.1.7": ec.SECP256R1, "1.3.132.0.34": ec.SECP384R1, "1.3.132.0.35": ec.SECP521R1}[curve]
    return ec.EllipticCurvePublicKey.from_encoded_point(kind(), point)
