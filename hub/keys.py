"""The installation's keys. What no setting names, a demonstration makes for itself; nothing of that is worth trust."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec

from hub.kernel.clock import Clock
from hub.key_loading import open_key, open_point_key
from hub.settings import Secret, SettingError, Settings
from signing import Cert, SigningKey, Timestamper, TrustStore
from signing.test_pki import Pki

NEEDED = ("SECRET_KEY", "RECEIVER_KEY", "AGENCY_KEY", "HUB_KEY", "TSA_URL")
"""What an installation of several processes must name unless it is a demonstration."""


_SEALS = ("agency", "leader", "office", "officer")


class Demonstration(msgspec.Struct, frozen=True, kw_only=True):
    """A demonstration's own PKI. `trust`: its anchors and revocation data; `tsa`: its time-stamps.

    `seals`: certificates of its agencies and leaders; `next_crl`: what one of its CAs issues now, after the CRL (DER) before.
    """

    trust: TrustStore
    tsa: Timestamper
    seals: tuple[bytes, ...]
    next_crl: Callable[[Cert, bytes | None], bytes]


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """`receiver`: the counter officer's key; `agency`: the one-stop centre's seal; `link`: signs file addresses.

    `hub`: the P-256 key that signs the log's roots and the codes on paper copies; `demonstration`: None in production;
    `folder`: where a demonstration keeps its own.
    """

    receiver: SigningKey
    hub: SigningKey
    agency: SigningKey
    link: bytes
    demonstration: Demonstration | None
    folder: Path

    @classmethod
    def open(cls, settings: Settings, clock: Clock) -> "Keys":
        """As the settings say. Raises SettingError; in production also for each one that is missing."""
        folder = settings.data_dir / "pki"
        if settings.production:
            _expect_all(settings)
        pki = None if settings.production else _own(folder, clock)
        now = clock()
        receiver = _Named("RECEIVER_KEY", settings.receiver_key, settings.receiver_key_password, "receiver")
        agency = _Named("AGENCY_KEY", settings.agency_key, settings.agency_key_password, "center")
        hub = _Named("HUB_KEY", settings.hub_key, settings.hub_key_password, "hub")
        return cls(
            receiver=_key(receiver, pki, open_key, now),
            agency=_key(agency, pki, open_key, now),
            hub=_key(hub, pki, open_point_key, now),
            link=_link(settings, folder),
            demonstration=_demonstration(pki, clock) if pki else None,
            folder=folder,
        )


class _Named(msgspec.Struct, frozen=True):
    """A key's variable, what it says, and who in the demonstration's PKI stands in when it says nothing."""

    variable: str
    address: str
    password: Secret
    otherwise: str


def _key(
    it: _Named, pki: Pki | None, opened: Callable[[str, str, Secret, datetime], SigningKey], now: datetime
) -> SigningKey:
    if it.address:
        return opened(it.variable, it.address, it.password, now)
    assert pki is not None
    return pki.key(it.otherwise)


def _expect_all(settings: Settings) -> None:
    """Raises SettingError for the first one that is missing."""
    for name in NEEDED:
        value = getattr(settings, name.lower())
        if not (value.reveal() if isinstance(value, Secret) else value):
            raise SettingError(
                f"{name}: chưa đặt. BUS=rabbit là chạy thật và không dùng khóa trình diễn; bản trình diễn đặt DEMO=1 "
                "/ is not set. BUS=rabbit is production and takes no demonstration key; a demonstration sets DEMO=1"
            )


def _own(folder: Path, clock: Clock) -> Pki:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Pki.load_or_create(folder, clock())


def _demonstration(pki: Pki, clock: Clock) -> Demonstration:
    return Demonstration(
        trust=pki.trust(clock()),
        tsa=pki.tsa(clock),
        seals=tuple(pki.certificate(name).der for name in _SEALS),
        next_crl=partial(_next_crl, pki, clock),
    )


def _next_crl(pki: Pki, clock: Clock, issuer: Cert, before: bytes | None) -> bytes:
    name = pki.by_serial(issuer.serial)
    assert name is not None
    return pki.crl(name, clock(), before=before)


def _link(settings: Settings, folder: Path) -> bytes:
    """From SECRET_KEY, or, in a demonstration, from a secret that lies beside its PKI."""
    given = settings.secret_key.reveal()
    return sha256(given.encode()).digest() if given else _secret(folder / "link.key")


def _secret(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()
