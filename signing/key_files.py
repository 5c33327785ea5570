"""Soft keys from files: PKCS#12, or PEM with the certificates beside the key."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import load_pem_x509_certificates

from signing.certs import Cert, load_cert
from signing.errors import KeyUnavailable
from signing.keys import SoftKey


def read_certificates(data: bytes) -> list[Cert]:
    """Every certificate of a PEM file, or the one of a DER file; raises KeyUnavailable."""
    try:
        if b"-----BEGIN" not in data:
            return [load_cert(data)]
        return [load_cert(each.public_bytes(Encoding.DER)) for each in load_pem_x509_certificates(data)]
    except ValueError as error:
        raise KeyUnavailable(f"the certificates cannot be read: {error}") from error


def read_key(data: bytes, password: str, beside: Sequence[Cert] = ()) -> SoftKey:
    """The key of a PKCS#12 or PEM file with its certificate; `beside`: certificates from elsewhere. Raises KeyUnavailable."""
    secret = password.encode() or None
    if b"-----BEGIN" in data:
        return _from_pem(data, secret, beside)
    try:
        private, own, above = pkcs12.load_key_and_certificates(data, secret)
    except (ValueError, TypeError) as error:
        raise KeyUnavailable(f"the PKCS#12 file cannot be opened: {error}") from error
    if private is None:
        raise KeyUnavailable("the PKCS#12 file holds no private key")
    held = [load_cert(each.public_bytes(Encoding.DER)) for each in ([own] if own else []) + above]
    certificate, chain = chosen(private.public_key(), [*held, *beside])
    return SoftKey(private, certificate, chain)


def _from_pem(data: bytes, secret: bytes | None, beside: Sequence[Cert]) -> SoftKey:
    held = read_certificates(data) if b"BEGIN CERTIFICATE" in data else []
    start = data.find(b"PRIVATE KEY-----")
    if start < 0:
        raise KeyUnavailable("the PEM file holds no private key")
    begin = data.rfind(b"-----BEGIN", 0, start)
    end = data.find(b"PRIVATE KEY-----", start + 1)
    private = SoftKey.private(data[begin : end + len(b"PRIVATE KEY-----")] + b"\n", secret)
    certificate, chain = chosen(private.public_key(), [*held, *beside])
    return SoftKey(private, certificate, chain)


def chosen(public: object, certs: Sequence[Cert]) -> tuple[Cert, list[Cert]]:
    """The certificate of this key, the newest if there are several, and those that lead up from it, nearest first."""
    own = [each for each in certs if each.public_key == public]
    if not own:
        raise KeyUnavailable("none of the certificates belongs to the key")
    certificate = max(own, key=lambda each: each.not_after)
    chain: list[Cert] = []
    last = certificate
    while not last.self_issued and len(chain) < 8:
        issuer = next((each for each in certs if each.subject == last.issuer and each not in chain), None)
        if issuer is None:
            break
        chain.append(issuer)
        last = issuer
    return certificate, chain
