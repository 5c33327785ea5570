"""The installation's keys and trust. A demonstration has its own PKI in its data folder; nothing there is worth trust."""

import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from hub.kernel.clock import Clock
from signing import Cert, SigningKey, Timestamper, TrustStore
from signing.test_pki import Pki


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """`trust`: anchors and revocation data; `receiver`: the counter officer's key; `tsa`: time-stamps.

    `hub`: the P-256 key that signs the log's roots and the codes on paper copies; `agency`: the one-stop centre's seal;
    `seals`: certificates of the demonstration's agency and leader; `next_crl`: what a CA of the demonstration issues now,
    after the CRL (DER) before.
    """

    trust: TrustStore
    receiver: SigningKey
    hub: SigningKey
    agency: SigningKey
    tsa: Timestamper
    link_secret: bytes
    seals: tuple[bytes, ...]
    next_crl: Callable[[Cert, bytes | None], bytes]
    folder: Path

    @classmethod
    def open(cls, folder: Path, clock: Clock) -> "Keys":
        """Load or make the demonstration's keys."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        pki = Pki.load_or_create(folder, clock())
        return cls(
            trust=pki.trust(clock()),
            receiver=pki.key("receiver"),
            hub=pki.key("hub"),
            agency=pki.key("center"),
            tsa=pki.tsa(clock),
            link_secret=_secret(folder / "link.key"),
            seals=tuple(pki.certificate(name).der for name in ("agency", "leader")),
            next_crl=partial(_next_crl, pki, clock),
            folder=folder,
        )


def _next_crl(pki: Pki, clock: Clock, issuer: Cert, before: bytes | None) -> bytes:
    name = pki.by_serial(issuer.serial)
    assert name is not None
    return pki.crl(name, clock(), before=before)


def _secret(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()
