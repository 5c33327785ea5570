"""Keys on a PKCS#11 token or HSM. The library blocks, so it works in a thread, one call at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from signing import crypto
from signing.certs import Cert, load_certs
from signing.errors import KeyUnavailable
from signing.key_files import chosen
from signing.keys import algorithm_of

_PROBE = b"whose certificate is it"
_ONE_CALL = Lock()
"""Of all keys of the process: not every library takes two calls at a time."""


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

    @classmethod
    def open(cls, library: str, token: str, pin: str, label: str, beside: Sequence[Cert] = ()) -> TokenKey:
        """With its certificate, from the token or from `beside`: the one against which its signature verifies.

        Blocks while the library works. Raises KeyUnavailable.
        """
        certs = [*_certificates(library, token, pin), *beside]
        kinds = {isinstance(each.public_key, ec.EllipticCurvePublicKey): each for each in certs}
        for candidate in kinds.values():
            key = cls(library, token, pin, label, candidate)
            own = key._belonging(certs)
            if own is not None:
                key._certificate, chain = chosen(own.public_key, certs)
                key._chain = tuple(chain)
                return key
        raise KeyUnavailable(f"no certificate belongs to a key {label!r}, neither on the token nor beside it")

    def _belonging(self, certs: Sequence[Cert]) -> Cert | None:
        """None when this is a key of another kind."""
        try:
            value = self._sign(_PROBE, "sha256")
        except KeyUnavailable:
            return None
        made = algorithm_of(self._certificate, "sha256", pss=False)
        return next((each for each in certs if crypto.check(each.public_key, value, _PROBE, made)), None)

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

    def _sign(self, data: bytes, digest: str) -> bytes:
        """Once more on a new session when an old one is not valid any more: HSMs restart, networks come and go."""
        from pkcs11.exceptions import PKCS11Error

        if digest != "sha256":
            raise KeyUnavailable(f"this token signs with SHA-256, not {digest}")
        used = self._session is not None
        try:
            with _ONE_CALL:
                return self._signed(data)
        except PKCS11Error as error:
            self.close()
            if not used:
                raise KeyUnavailable(f"the token gave no signature: {_told(error)}") from error
        return self._sign(data, digest)

    def _signed(self, data: bytes) -> bytes:
        import pkcs11

        if self._session is None:
            self._session = _session(self._library, self._token, self._pin)
        key = self._session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._label)
        if self._ec:
            raw = key.sign(crypto.digest("sha256", data), mechanism=pkcs11.Mechanism.ECDSA)
            half = len(raw) // 2
            return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
        if self._pss:
            options = (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, 32)
            mechanism = pkcs11.Mechanism.SHA256_RSA_PKCS_PSS
            return bytes(key.sign(data, mechanism=mechanism, mechanism_param=options))
        return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))

    def close(self) -> None:
        """A session that is gone already is no error."""
        from pkcs11.exceptions import PKCS11Error

        session, self._session = self._session, None
        if session is not None:
            with suppress(PKCS11Error):
                session.close()


def _certificates(library: str, token: str, pin: str) -> list[Cert]:
    """Those that the token holds; raises KeyUnavailable."""
    import pkcs11
    from pkcs11.exceptions import PKCS11Error

    try:
        with _ONE_CALL, _session(library, token, pin) as session:
            held = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})
            return load_certs([bytes(each[pkcs11.Attribute.VALUE]) for each in held])
    except PKCS11Error as error:
        raise KeyUnavailable(f"the token cannot be used: {_told(error)}") from error


def _session(library: str, token: str, pin: str) -> Any:
    import pkcs11
    import pkcs11.exceptions

    found = pkcs11.lib(library).get_token(token_label=token)
    try:
        return found.open(user_pin=pin)
    except pkcs11.exceptions.UserAlreadyLoggedIn:  # another key of this process on the same token
        return found.open()


def _told(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
