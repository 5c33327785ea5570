"""One place where a signature value is checked, whatever it came in."""

from __future__ import annotations

from typing import Any

import msgspec
from asn1crypto import algos
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303  known so that it can be judged
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_224": hashes.SHA3_224(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
    "sha3_512": hashes.SHA3_512(),
}

# asn1crypto does not name the SHA-3 signature identifiers
SHA3_SIGNATURES = {
    "2.16.840.1.101.3.4.3.9": ("sha3_224", "ecdsa"),
    "2.16.840.1.101.3.4.3.10": ("sha3_256", "ecdsa"),
    "2.16.840.1.101.3.4.3.11": ("sha3_384", "ecdsa"),
    "2.16.840.1.101.3.4.3.12": ("sha3_512", "ecdsa"),
    "2.16.840.1.101.3.4.3.13": ("sha3_224", "rsa"),
    "2.16.840.1.101.3.4.3.14": ("sha3_256", "rsa"),
    "2.16.840.1.101.3.4.3.15": ("sha3_384", "rsa"),
    "2.16.840.1.101.3.4.3.16": ("sha3_512", "rsa"),
}


class Algorithm(msgspec.Struct, frozen=True):
    """What a signature value was made with."""

    scheme: str
    digest: str
    bits: int = 0
    mgf_digest: str | None = None
    salt: int | None = None

    def __str__(self) -> str:
        names = {"rsa": "RSA PKCS#1 v1.5", "pss": "RSASSA-PSS", "ecdsa": "ECDSA", "dsa": "DSA", "eddsa": "EdDSA"}
        size = f" {self.bits}" if self.bits else ""
        return f"{names.get(self.scheme, self.scheme)}{size} / {self.digest.upper().replace('_', '-')}"


class Unsupported(Exception):
    """An algorithm that this verifier does not know."""


def key_bits(key: Any) -> int:
    if isinstance(key, ed25519.Ed25519PublicKey):
        return 256
    if isinstance(key, ed448.Ed448PublicKey):
        return 456
    return int(getattr(key, "key_size", 0))


def hash_by_name(name: str) -> hashes.HashAlgorithm:
    try:
        return HASHES[name]
    except KeyError:
        raise Unsupported(f"digest {name}") from None


def digest(name: str, *parts: bytes | memoryview) -> bytes:
    h = hashes.Hash(hash_by_name(name))
    for part in parts:
        h.update(part)
    return h.finalize()


def signature_algorithm(identifier: algos.SignedDigestAlgorithm, digest_hint: str | None, key: Any) -> Algorithm:
    """Scheme and digest of a CMS or X.509 algorithm identifier."""
    oid = identifier["algorithm"].dotted
    if oid in SHA3_SIGNATURES:
        digest_name, family = SHA3_SIGNATURES[oid]
        return Algorithm(family, digest_name, key_bits(key))
    native = identifier["algorithm"].native
    if native in ("ed25519", "ed448"):
        return Algorithm("eddsa", "sha512", key_bits(key))
    if native == "rsassa_pss":
        params = identifier["parameters"]
        mgf = params["mask_gen_algorithm"]["parameters"]["algorithm"].native
        return Algorithm(
            "pss", params["hash_algorithm"]["algorithm"].native, key_bits(key), mgf, params["salt_length"].native
        )
    scheme = {"rsassa_pkcs1v15": "rsa", "ecdsa": "ecdsa", "dsa": "dsa"}.get(identifier.signature_algo)
    if scheme is None:
        raise Unsupported(f"signature algorithm {native}")
    try:
        found: str | None = identifier.hash_algo
    except ValueError:
        found = digest_hint
    if not found:
        raise Unsupported(f"signature algorithm {native} without a digest")
    return Algorithm(scheme, found, key_bits(key))


def check(key: Any, signature: bytes, message: bytes, algorithm: Algorithm, *, prehashed: bool = False) -> bool:
    """Whether `signature` over `message` (or over its digest) is right for `key`."""
    kind: Any = hash_by_name(algorithm.digest)
    if prehashed:
        kind = Prehashed(kind)
    try:
        match algorithm.scheme, key:
            case "rsa", rsa.RSAPublicKey():
                key.verify(signature, message, padding.PKCS1v15(), kind)
            case "pss", rsa.RSAPublicKey():
                mgf = padding.MGF1(hash_by_name(algorithm.mgf_digest or algorithm.digest))
                key.verify(signature, message, padding.PSS(mgf, algorithm.salt or 0), kind)
            case "ecdsa", ec.EllipticCurvePublicKey():
                key.verify(signature, message, ec.ECDSA(kind))
            case "dsa", dsa.DSAPublicKey():
                key.verify(signature, message, kind)
            case "eddsa", ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
                key.verify(signature, message)
            case _:
                return False
    except (InvalidSignature, ValueError):
        return False
    except UnsupportedAlgorithm as error:
        raise Unsupported(str(error)) from error
    return True


def concatenated_to_der(signature: bytes) -> bytes:
    """The r || s of XML and JWS as the DER that the library wants."""
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
