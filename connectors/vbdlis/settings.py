"""Settings of VBDLIS, read from VBDLIS_*. The defaults fit the simulator."""

from collections.abc import Mapping

import msgspec

from connectors.runtime.settings import Environment, Secret, SettingError

MEGABYTE = 1024 * 1024


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`naive_times`: what a time without an offset means when VBDLIS sends it, `local` or `utc`."""

    base_url: str
    download_url: str
    security_code: Secret
    province_level: bool
    province_id: int
    district_id: int
    naive_times: str
    read_seconds: float
    body_bytes: int


def load(environ: Mapping[str, str]) -> Settings:
    """From the environment; raises SettingError naming the variable."""
    env = Environment(environ, "VBDLIS")
    live = env.text("MODE", "simulator") == "live"
    security_code = env.secret("SECURITY_CODE", "" if live else "vbdlis-simulator")
    if len(security_code.reveal()) < 12:
        raise SettingError("VBDLIS_SECURITY_CODE: phải có ít nhất 12 ký tự / must have at least 12 characters")
    naive = env.text("NAIVE_TIMES", "local")
    if naive not in ("local", "utc"):
        raise SettingError(f"VBDLIS_NAIVE_TIMES={naive!r}: chỉ nhận / only local, utc")
    download = env.text("DOWNLOAD_URL", "")
    return Settings(
        base_url=env.address("BASE_URL", "http://vbdlis.simulator"),
        download_url=env.address("DOWNLOAD_URL", "") if download else "",
        security_code=security_code,
        province_level=env.flag("PROVINCE_LEVEL", True),
        province_id=env.number("PROVINCE_ID", 91),
        district_id=env.number("DISTRICT_ID", 0),
        naive_times=naive,
        read_seconds=env.seconds("READ_SECONDS", 60.0),
        body_bytes=env.number("BODY_MEGABYTES", 60) * MEGABYTE,
    )
