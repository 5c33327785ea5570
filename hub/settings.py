"""Everything that an installation may set, read once from the environment into one frozen struct."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast, get_args

import msgspec

BusKind = Literal["embedded", "rabbit"]
Mode = Literal["live", "simulator"]


class Secret:
    """A value that never shows itself in a log."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(***)"

    def reveal(self) -> str:
        """The value, for the one place that needs it."""
        return self._value


class SettingError(ValueError):
    """A setting has a value that cannot be used; the text says which, why and what is allowed."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Names are the environment's, lower-cased; `docs/settings.md` lists them all."""

    data_dir: Path = Path("var")
    database_url: str = ""
    amqp_url: str = ""
    bus: BusKind = "embedded"
    host: str = "127.0.0.1"
    port: int = 8000
    hub_url: str = "http://127.0.0.1:8000"
    province: str = "an_giang"
    secret_key: Secret = Secret("")
    visibility_seconds: float = 90.0
    relay_batch: int = 100
    poll_seconds: float = 5.0
    upload_max_bytes: int = 20 * 1024 * 1024
    clamd_address: str = ""
    storage_url: str = ""
    storage_endpoint: str = ""
    storage_region: str = ""
    storage_access_key_id: Secret = Secret("")
    storage_secret_access_key: Secret = Secret("")
    vault_keys: Path | None = None
    trust_dir: Path | None = None
    verify_max_bytes: int = 50 * 1024 * 1024
    verify_at_once_bytes: int = 5 * 1024 * 1024
    verify_keep_hours: float = 24.0
    secure_cookies: bool = False
    proof_root_hour: int = 22
    demo: bool = False
    smartca_url: str = ""
    smartca_sp_id: str = ""
    smartca_sp_password: Secret = Secret("")
    csc1_url: str = ""
    csc1_token: Secret = Secret("")
    csc2_url: str = ""
    csc2_token: Secret = Secret("")
    neac_url: str = ""
    neac_token: Secret = Secret("")
    receiver_key: str = ""
    receiver_key_password: Secret = Secret("")
    agency_key: str = ""
    agency_key_password: Secret = Secret("")
    hub_key: str = ""
    hub_key_password: Secret = Secret("")
    tsa_url: str = ""
    tsa_user: str = ""
    tsa_password: Secret = Secret("")
    tsa_seconds: float = 30.0
    modes: Mapping[str, Mode] = {}

    @property
    def production(self) -> bool:
        """Separate processes and no demonstration: whatever a demonstration would make for itself must be named."""
        return self.bus == "rabbit" and not self.demo


def load(environ: Mapping[str, str]) -> Settings:
    """From the environment; raises SettingError naming the variable."""
    port = _number(environ, "PORT", 8000)
    data_dir = Path(environ.get("DATA_DIR", "var")).absolute()
    return Settings(
        data_dir=data_dir,
        database_url=environ.get("DATABASE_URL", ""),
        amqp_url=environ.get("AMQP_URL", ""),
        bus=cast(BusKind, _choice(environ, "BUS", "embedded", get_args(BusKind))),
        host=environ.get("HOST", "127.0.0.1"),
        port=port,
        hub_url=environ.get("HUB_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        province=environ.get("PROVINCE", "an_giang"),
        secret_key=Secret(environ.get("SECRET_KEY", "")),
        visibility_seconds=_decimal(environ, "VISIBILITY_SECONDS", 90.0),
        relay_batch=_number(environ, "RELAY_BATCH", 100),
        poll_seconds=_decimal(environ, "POLL_SECONDS", 5.0),
        upload_max_bytes=_number(environ, "UPLOAD_MAX_BYTES", 20 * 1024 * 1024),
        trust_dir=Path(environ["TRUST_DIR"]).absolute() if environ.get("TRUST_DIR") else None,
        verify_max_bytes=_number(environ, "VERIFY_MAX_BYTES", 50 * 1024 * 1024),
        verify_at_once_bytes=_number(environ, "VERIFY_AT_ONCE_BYTES", 5 * 1024 * 1024),
        verify_keep_hours=_decimal(environ, "VERIFY_KEEP_HOURS", 24.0),
        clamd_address=environ.get("CLAMD_ADDRESS", ""),
        proof_root_hour=_hour(environ, "PROOF_ROOT_HOUR", 22),
        storage_url=environ.get("STORAGE_URL", ""),
        storage_endpoint=environ.get("STORAGE_ENDPOINT", ""),
        storage_region=environ.get("STORAGE_REGION", ""),
        storage_access_key_id=Secret(environ.get("STORAGE_ACCESS_KEY_ID", "")),
        storage_secret_access_key=Secret(environ.get("STORAGE_SECRET_ACCESS_KEY", "")),
        vault_keys=_path(environ, "VAULT_KEYS"),
        secure_cookies=environ.get("SECURE_COOKIES", "") == "1",
        demo=environ.get("DEMO", "") == "1",
        smartca_url=environ.get("SMARTCA_URL", "").rstrip("/"),
        smartca_sp_id=environ.get("SMARTCA_SP_ID", ""),
        smartca_sp_password=Secret(environ.get("SMARTCA_SP_PASSWORD", "")),
        csc1_url=environ.get("CSC1_URL", "").rstrip("/"),
        csc1_token=Secret(environ.get("CSC1_TOKEN", "")),
        csc2_url=environ.get("CSC2_URL", "").rstrip("/"),
        csc2_token=Secret(environ.get("CSC2_TOKEN", "")),
        neac_url=environ.get("NEAC_URL", "").rstrip("/"),
        neac_token=Secret(environ.get("NEAC_TOKEN", "")),
        receiver_key=environ.get("RECEIVER_KEY", ""),
        receiver_key_password=Secret(environ.get("RECEIVER_KEY_PASSWORD", "")),
        agency_key=environ.get("AGENCY_KEY", ""),
        agency_key_password=Secret(environ.get("AGENCY_KEY_PASSWORD", "")),
        hub_key=environ.get("HUB_KEY", ""),
        hub_key_password=Secret(environ.get("HUB_KEY_PASSWORD", "")),
        tsa_url=environ.get("TSA_URL", ""),
        tsa_user=environ.get("TSA_USER", ""),
        tsa_password=Secret(environ.get("TSA_PASSWORD", "")),
        tsa_seconds=_decimal(environ, "TSA_SECONDS", 30.0),
        modes={
            name.removesuffix("_MODE").lower(): cast(Mode, _choice(environ, name, "simulator", get_args(Mode)))
            for name in environ
            if name.endswith("_MODE")
        },
    )


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name, "")
    return Path(text).absolute() if text else None


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise SettingError(f"{name}={text!r}: phải là số nguyên dương / must be a whole number")
    return int(text)


def _hour(environ: Mapping[str, str], name: str, default: int) -> int:
    found = _number(environ, name, default)
    if found > 23:
        raise SettingError(f"{name}={found}: phải từ 0 đến 23 / must be from 0 to 23")
    return found


def _decimal(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name, "")
    try:
        return float(text) if text else default
    except ValueError:
        raise SettingError(f"{name}={text!r}: phải là số / must be a number") from None


def _choice(environ: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = environ.get(name, default)
    if value not in allowed:
        raise SettingError(f"{name}={value!r}: chỉ nhận / only {', '.join(allowed)}")
    return value
