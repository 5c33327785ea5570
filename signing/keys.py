"""Signing keys behind one port: soft, PKCS#11 and remote keys all look like this."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from asn1crypto import algos
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import crypto, der
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


class Certified(Protocol):
    """A certificate with the chain to embed."""

    @property
    def certificate(self) -> Cert: ...

    @property
    def chain(self) -> Sequence[Cert]: ...


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
        return cls(cls.private(key, password), certificate, chain)

    @staticmethod
    def private(key: bytes, password: bytes | None = None) -> Any:
        """The private key of a PEM or DER file; raises KeyUnavailable."""
        reader = load_pem_private_key if key.lstrip().startswith(b"-----") else load_der_private_key
        try:
            return reader(key, password)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
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

        self._parts = CmsParts(key, self.algorithm)

    async def async_sign(  # type: ignore[override]
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
        use_pades: bool = False,
        timestamper: Any = None,
        **others: Any,
    ) -> asn1_cms.ContentInfo:
        """The PAdES signature, built from ready parts; pyHanko's own way takes ten times as long."""
        if dry_run or not use_pades or digest_algorithm != "sha256" or others.get("encap_content_info") is not None:
            return await super().async_sign(
                data_digest, digest_algorithm, dry_run, use_pades, timestamper=timestamper, **others
            )
        attributes = self._parts.signed_attributes(data_digest)
        value = await self.async_sign_raw(der.tlv(der.SET, attributes), digest_algorithm)
        token = b""
        if timestamper is not None:
            stamped = await timestamper.async_timestamp(crypto.digest("sha256", value), "sha256")
            token = stamped.dump()
        return asn1_cms.ContentInfo.load(self._parts.signed_data(attributes, value, token))

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(max(256, self.algorithm.bits // 8 + 16))
        value = await self.key.sign(data, digest_algorithm)
        if not crypto.check(self.key.certificate.public_key, value, data, self.algorithm):
            raise BadSignature("the key returned a signature that does not verify")
        return value


class CmsParts:
    """Everything of a SignedData that does not change from one content of this type to the next."""

    def __init__(self, key: Certified, algorithm: crypto.Algorithm, content_type: bytes = der.OID_DATA) -> None:
        certificate = key.certificate
        # SigningCertificateV2 { certs { ESSCertIDv2 { hash } } }: SHA-256 is the default and not written
        ess = der.tlv(der.SEQUENCE, der.tlv(der.OCTETS, crypto.digest("sha256", certificate.der)))
        self._fixed_attributes = [
            der.attribute(der.OID_CONTENT_TYPE, content_type),
            der.attribute(der.OID_SIGNING_CERTIFICATE_V2, der.tlv(der.SEQUENCE, der.tlv(der.SEQUENCE, ess))),
        ]
        issuer = der.tlv(der.SEQUENCE, certificate.x.issuer.public_bytes(), der.integer(certificate.serial))
        self._start = der.integer(1) + issuer + der.SHA256_IDENTIFIER
        self._mechanism = mechanism_of(algorithm).dump()
        embedded = {c.der for c in (certificate, *key.chain) if c is certificate or not c.self_issued}
        version = 1 if content_type == der.OID_DATA else 3  # RFC 5652 §5.1
        self._head = der.integer(version) + der.tlv(der.SET, der.SHA256_IDENTIFIER)
        self._content_type = content_type
        self._certificates = der.tlv(0xA0, der.set_of(list(embedded)))

    def signed_attributes(self, digest: bytes, *more: bytes) -> bytes:
        """The content of the SET OF signed attributes."""
        own = der.attribute(der.OID_MESSAGE_DIGEST, der.tlv(der.OCTETS, digest))
        return der.set_of([*self._fixed_attributes, own, *more])

    def signed_data(self, attributes: bytes, value: bytes, token: bytes = b"", content: bytes = b"") -> bytes:
        """A ContentInfo; without `content` it is detached."""
        held = der.tlv(0xA0, der.tlv(der.OCTETS, content)) if content else b""
        unsigned = der.tlv(0xA1, der.attribute(der.OID_SIGNATURE_TIME_STAMP, token)) if token else b""
        signer = der.tlv(
            der.SEQUENCE,
            self._start,
            der.tlv(0xA0, attributes),
            self._mechanism,
            der.tlv(der.OCTETS, value),
            unsigned,
        )
        encapsulated = der.tlv(der.SEQUENCE, self._content_type, held)
        data = der.tlv(der.SEQUENCE, self._head, encapsulated, self._certificates, der.tlv(der.SET, signer))
        return der.tlv(der.SEQUENCE, der.OID_SIGNED_DATA, der.tlv(0xA0, data))


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
