"""Signing keys behind one port: soft, PKCS#11 and remote keys all look like this."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import msgspec
from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import crypto
from signing.certs import Cert
from signing.errors import BadSignature, KeyUnavailable


@runtime_checkable
class SigningKey(Protocol):
    """Whatever can sign: its certificate, the chain to embed, and one coroutine."""

    @property
    def certificate(self) -> Cert: ...

    @property
    def chain(self) -> Sequence[Cert]: ...

    @property
    def pss(self) -> bool: ...

    async def sign(self, data: bytes, digest: str) -> bytes:
        """The signature value over `data`: PKCS#1 v1.5 or PSS for RSA, DER for ECDSA."""
        ...


class RemoteKey(Protocol):
    """A key at a remote service whose owner confirms in an app: the wait is a state, not a blocked call.

    `start` is idempotent for a transaction; `result` gives the signature values, or raises `Waiting` or `Declined`.
    """

    @property
    def certificate(self) -> Cert: ...

    @property
    def chain(self) -> Sequence[Cert]: ...

    async def start(self, transaction: str, digests: Sequence[bytes], digest: str, text: str) -> None: ...

    async def result(self, transaction: str) -> list[bytes]: ...


class SoftKey:
    """A private key in memory: development, tests and small installations."""

    def __init__(self, private: Any, certificate: Cert, chain: Sequence[Cert] = (), *, pss: bool = False) -> None:
        if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise KeyUnavailable("only RSA and EC keys can seal")
        if private.public_key() != certificate.public_key:
            raise KeyUnavailable("the private key does not belong to the certificate")
        self._private = private
        self._certificate = certificate
        self._chain = tuple(chain)
        self._pss = pss and isinstance(private, rsa.RSAPrivateKey)

    def __repr__(self) -> str:
        return f"SoftKey({self._certificate.subject_text!r})"

    @classmethod
    def load(
        cls, key: bytes, certificate: Cert, chain: Sequence[Cert] = (), *, password: bytes | None = None
    ) -> SoftKey:
        reader = load_pem_private_key if key.lstrip().startswith(b"-----") else load_der_private_key
        try:
            return cls(reader(key, password), certificate, chain)
        except (ValueError, TypeError) as error:
            raise KeyUnavailable(f"the private key cannot be read: {error}") from error

    @property
    def certificate(self) -> Cert:
        return self._certificate

    @property
    def chain(self) -> Sequence[Cert]:
        return self._chain

    @property
    def pss(self) -> bool:
        return self._pss

    def with_pss(self) -> SoftKey:
        return SoftKey(self._private, self._certificate, self._chain, pss=True)

    def sign_now(self, data: bytes, digest: str) -> bytes:
        kind = crypto.hash_by_name(digest)
        if isinstance(self._private, rsa.RSAPrivateKey):
            if self._pss:
                return self._private.sign(data, padding.PSS(padding.MGF1(kind), kind.digest_size), kind)
            return self._private.sign(data, padding.PKCS1v15(), kind)
        return self._private.sign(data, ec.ECDSA(kind))

    async def sign(self, data: bytes, digest: str) -> bytes:
        return self.sign_now(data, digest)


def algorithm_of(certificate: Cert, digest: str, *, pss: bool) -> crypto.Algorithm:
    key = certificate.public_key
    bits = crypto.key_bits(key)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return crypto.Algorithm("ecdsa", digest, bits)
    if pss:
        return crypto.Algorithm("pss", digest, bits, digest, crypto.hash_by_name(digest).digest_size)
    return crypto.Algorithm("rsa", digest, bits)


def mechanism_of(algorithm: crypto.Algorithm) -> algos.SignedDigestAlgorithm:
    """The CMS algorithm identifier."""
    if algorithm.scheme == "ecdsa":
        return algos.SignedDigestAlgorithm({"algorithm": f"{algorithm.digest}_ecdsa"})
    if algorithm.scheme == "rsa":
        return algos.SignedDigestAlgorithm({"algorithm": f"{algorithm.digest}_rsa"})
    inner = algos.DigestAlgorithm({"algorithm": algorithm.digest})
    params = algos.RSASSAPSSParams(
        {
            "hash_algorithm": inner,
            "mask_gen_algorithm": algos.MaskGenAlgorithm({"algorithm": "mgf1", "parameters": inner}),
            "salt_length": algorithm.salt,
        }
    )
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": params})


class KeySigner(Signer):
    """pyHanko's signer over our port; the key and certificate are parsed once, and what comes back is verified."""

    def __init__(self, key: SigningKey, digest: str = "sha256") -> None:
        self.key = key
        self.algorithm = algorithm_of(key.certificate, digest, pss=key.pss)
        store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(asn1_x509.Certificate.load(c.der) for c in (key.certificate, *key.chain))
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(key.certificate.der),
            cert_registry=store,
            signature_mechanism=mechanism_of(self.algorithm),
            embed_roots=False,
            prefer_pss=key.pss,
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(max(256, self.algorithm.bits // 8 + 16))
        value = await self.key.sign(data, digest_algorithm)
        if not crypto.check(self.key.certificate.public_key, value, data, self.algorithm):
            raise BadSignature("the key returned a signature that does not verify")
        return value


class Transaction(msgspec.Struct, kw_only=True):
    """A remote signature that is under way."""

    id: str
    digests: tuple[bytes, ...]
    digest: str


class PolledKey:
    """A remote key used like a local one: waits for the person, asking again at intervals, up to a limit."""

    def __init__(self, remote: RemoteKey, transaction: str, *, every: float = 2.0, limit: float = 300.0) -> None:
        self.remote = remote
        self.transaction = transaction
        self.every = every
        self.limit = limit

    @property
    def certificate(self) -> Cert:
        return self.remote.certificate

    @property
    def chain(self) -> Sequence[Cert]:
        return self.remote.chain

    @property
    def pss(self) -> bool:
        return False

    async def sign(self, data: bytes, digest: str) -> bytes:
        from signing.errors import Waiting

        hashed = crypto.digest(digest, data)
        await self.remote.start(self.transaction, [hashed], digest, "")
        deadline = asyncio.get_running_loop().time() + self.limit
        while True:
            try:
                return (await self.remote.result(self.transaction))[0]
            except Waiting:
                if asyncio.get_running_loop().time() >= deadline:
                    raise
                await asyncio.sleep(self.every)
