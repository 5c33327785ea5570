"""Settings of the national portal, read from NATIONAL_PORTAL_*. The defaults reach the simulator."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from connectors.runtime.settings import Environment, Secret, SettingError


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`dstcode_in` and the paths differ from site to site (WIRE §1 Transport).

    progress_field: where TraCuuHoSo keeps the steps that the portal holds; a name it does not use, if it does not tell.
    """

    base_url: str
    adapter_path: str
    auth_endpoint: str
    share_endpoint: str
    integration_endpoint: str
    username: str
    password: Secret
    dstcode: str
    dstcode_in: Literal["header", "query"]
    provider_url: str
    unit_code: str
    submitted_at: str
    databases: tuple[str, ...]
    status_field: str
    progress_field: str
    hub_url: str
    connect_seconds: float
    read_seconds: float
    session_seconds: float


def load(environ: Mapping[str, str]) -> Settings:
    """`session_seconds`: how long the simulator keeps a session; how long the real portal does is not public."""
    env = Environment(environ, "NATIONAL_PORTAL")
    place = env.text("DSTCODE_IN", "header")
    if place not in ("header", "query"):
        raise SettingError(f"NATIONAL_PORTAL_DSTCODE_IN={place!r}: chỉ nhận / only header, query")
    return Settings(
        base_url=env.address("BASE_URL", "http://national-portal.simulator"),
        adapter_path=env.text("ADAPTER_PATH", "/XrdAdapter/RestService/forward").rstrip("/"),
        auth_endpoint=env.text("AUTH_ENDPOINT", "mapi/login"),
        share_endpoint=env.text("SHARE_ENDPOINT", "mapi/g"),
        integration_endpoint=env.text("INTEGRATION_ENDPOINT", "mapi/g"),
        username=env.text("USERNAME", "tinh-mau"),
        password=env.secret("PASSWORD", "mat-khau-mo-phong"),
        dstcode=env.text("DSTCODE", "VN:GOV:000.00.00.G22:vpcpdvcprovider"),
        dstcode_in=place,  # type: ignore[arg-type]
        provider_url=env.text("PROVIDER_URL", ""),
        unit_code=env.text("UNIT_CODE", "H01"),
        submitted_at=env.text("SUBMITTED_AT", "2"),
        databases=tuple(env.text("DATABASES", "7").split(",")),
        status_field=env.text("STATUS_FIELD", "TrangThaiHoSo"),
        progress_field=env.text("PROGRESS_FIELD", "DanhSachTienDo"),
        hub_url=environ.get("HUB_URL", "").rstrip("/"),
        connect_seconds=env.seconds("CONNECT_SECONDS", 5),
        read_seconds=env.seconds("READ_SECONDS", 30),
        session_seconds=env.seconds("SESSION_SECONDS", 600),
    )
