"""Settings of the mail server, read from MAIL_*."""

from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, get_args

import msgspec

from connectors.runtime.settings import Environment, Secret, SettingError

Security = Literal["none", "starttls", "tls"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`port` 0: the simulator chooses one and tells it at its desk."""

    host: str
    port: int
    security: Security
    ca_file: Path | None
    user: str
    password: Secret
    sender: Address
    read_seconds: float


def load(environ: Mapping[str, str]) -> Settings:
    """From the environment; the defaults fit the simulator."""
    env = Environment(environ, "MAIL")
    live = env.text("MODE", "simulator") == "live"
    security = env.text("SECURITY", "starttls" if live else "none")
    if security not in get_args(Security):
        raise SettingError(f"MAIL_SECURITY={security!r}: chỉ nhận / only {', '.join(get_args(Security))}")
    ca_file = env.text("CA_FILE", "")
    return Settings(
        host=env.text("HOST", "127.0.0.1"),
        port=env.number("PORT", 587 if live else 0),
        security=security,  # type: ignore[arg-type]
        ca_file=Path(ca_file) if ca_file else None,
        user=env.text("USER", ""),
        password=env.secret("PASSWORD", ""),
        sender=_sender(env.text("FROM", "Cổng dịch vụ công <khong-tra-loi@dichvucong.example>")),
        read_seconds=env.seconds("READ_SECONDS", 20.0),
    )


def _sender(text: str) -> Address:
    name, spec = parseaddr(text)
    try:
        spec.encode("ascii")  # a domain of other letters is written in its ASCII form (RFC 5891)
        return Address(name, addr_spec=spec)
    except (MessageError, ValueError, IndexError):
        raise SettingError(
            f"MAIL_FROM={text!r}: dạng / like Tên <hop-thu@mien.vn>; địa chỉ không dấu / the address in ASCII"
        ) from None
