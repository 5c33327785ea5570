"""Keys on a PKCS#11 token or HSM. The library blocks, so it works in a thread, one call at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from signing import crypto
from signing.certs import Cert
from signing.errors import KeyUnavailable


class TokenKey:
    """A private key that never leaves its token; found by its label."""

    def __init__(
        self,
        library: str,
        token: str,
        pin: str,
        label: str,
        certificate: Cert,
        chain: Sequence[Cert] = (),
        *,
        pss: bool = False,
    ) -> None:
        self._library, self._token, self._pin, self._label = library, token, pin, label
        self._certificate = certificate
        self._chain = tuple(chain)
        self._ec = isinstance(certificate.public_key, ec.EllipticCurvePublicKey)
        self._pss = pss and not self._ec
        self._session: Any = None
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"TokenKey({self._label!r} on {self._token!r})"

    @property
    def certificate(self) -> Cert:
        return self._certificate

    @property
    def chain(self) -> Sequence[Cert]:
        return self._chain

    @property
    def pss(self) -> bool:
        return self._pss

    async def sign(self, data: bytes, digest: str) -> bytes:
        async with self._lock:
            return await asyncio.to_thread(self._sign, data, digest)

    def _open(self) -> Any:
        import pkcs11
        import pkcs11.exceptions

        if self._session is None:
            token = pkcs11.lib(self._library).get_token(token_label=self._token)
            try:
                self._session = token.open(user_pin=self._pin)
            except pkcs11.exceptions.UserAlreadyLoggedIn:  # another key of this process on the same token
                self._session = token.open()
        return self._session

    def _sign(self, data: bytes, digest: str) -> bytes:
        import pkcs11
        from pkcs11.exceptions import PKCS11Error

        if digest != "sha256":
            raise KeyUnavailable(f"this token signs with SHA-256, not {digest}")
        try:
            key = self._open().get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._label)
            if self._ec:
                raw = key.sign(crypto.digest("sha256", data), mechanism=pkcs11.Mechanism.ECDSA)
                half = len(raw) // 2
                return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
            if self._pss:
                options = (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, 32)
                mechanism = pkcs11.Mechanism.SHA256_RSA_PKCS_PSS
                return bytes(key.sign(data, mechanism=mechanism, mechanism_param=options))
            return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
        except PKCS11Error as error:
            self.close()
            raise KeyUnavailable(f"the token gave no signature: {type(error).__name__} {error}") from error

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
