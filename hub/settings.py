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
    secure_cookies: bool = False
    demo: bool = False
    smartca_url: str = ""
    smartca_sp_id: str = ""
    smartca_sp_password: Secret = Secret("")
    csc1_url: str = ""
    csc1_token: Secret = Secret("")
    csc2_url: str = ""
    csc2_token: Secret = Secret("")
    modes: Mapping[str, Mode] = {}


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
        clamd_address=environ.get("CLAMD_ADDRESS", ""),
        secure_cookies=environ.get("SECURE_COOKIES", "") == "1",
        demo=environ.get("DEMO", "") == "1",
        smartca_url=environ.get("SMARTCA_URL", "").rstrip("/"),
        smartca_sp_id=environ.get("SMARTCA_SP_ID", ""),
        smartca_sp_password=Secret(environ.get("SMARTCA_SP_PASSWORD", "")),
        csc1_url=environ.get("CSC1_URL", "").rstrip("/"),
        csc1_token=Secret(environ.get("CSC1_TOKEN", "")),
        csc2_url=environ.get("CSC2_URL", "").rstrip("/"),
        csc2_token=Secret(environ.get("CSC2_TOKEN", "")),
        modes={
            name.removesuffix("_MODE").lower(): cast(Mode, _choice(environ, name, "simulator", get_args(Mode)))
            for name in environ
            if name.endswith("_MODE")
        },
    )


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise SettingError(f"{name}={text!r}: phải là số nguyên dương / must be a whole number")
    return int(text)


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
