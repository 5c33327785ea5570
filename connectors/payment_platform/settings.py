"""Settings of the payment platform, read from PAYMENT_PLATFORM_*."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from connectors.payment_platform.wire import CONFIRM_HASHED, ConfirmOrder
from connectors.runtime.settings import Environment, Secret, SettingError


class Meaning(StrEnum):
    """What a code of the platform (MaLoi) asks of us."""

    OK = "ok"
    AGAIN = "again"  # the platform could not, just now
    OURS = "ours"  # our partner code or secret is wrong
    SETTLED = "settled"  # this reference has been paid already: ask for it
    ABSENT = "absent"  # the platform does not know this reference
    NOT_YET = "not-yet"  # no voucher so far
    REFUSED = "refused"


# Invented by our simulator, for what it must be able to say; never used against the real platform.
SIMULATOR_CODES = "01=ours,02=refused,03=refused,04=settled,05=absent,06=not-yet"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`codes` adds to or replaces the MaLoi table of `mapping`. `return_url` is registered with the platform."""

    base_url: str
    init_path: str
    query_path: str
    bill_path: str
    partner_code: str
    secret: Secret
    token: Secret
    confirm_order: ConfirmOrder
    codes: Mapping[str, Meaning]
    hub_url: str
    return_url: str
    read_seconds: float


def load(environ: Mapping[str, str]) -> Settings:
    """From the environment; the defaults fit the simulator."""
    env = Environment(environ, "PAYMENT_PLATFORM")
    order = env.text("CONFIRM_ORDER", "time-first")
    if order not in CONFIRM_HASHED:
        raise SettingError(f"PAYMENT_PLATFORM_CONFIRM_ORDER={order!r}: chỉ nhận / only {', '.join(CONFIRM_HASHED)}")
    hub_url = environ.get("HUB_URL", "").rstrip("/") or f"http://127.0.0.1:{environ.get('PORT') or 8000}"
    return Settings(
        base_url=env.address("BASE_URL", "http://payment-platform.simulator"),
        init_path=env.text("INIT_PATH", "/api/thanhtoan/init"),
        query_path=env.text("QUERY_PATH", "/api/thanhtoan/query"),
        bill_path=env.text("BILL_PATH", "/api/thanhtoan/bienlai"),
        partner_code=env.text("PARTNER_CODE", "DEMO"),
        secret=env.secret("SECRET", "payment-platform-simulator"),
        token=env.secret("TOKEN", ""),
        confirm_order=order,
        codes=_codes(env.text("CODES", "" if env.text("MODE", "simulator") == "live" else SIMULATOR_CODES)),
        hub_url=hub_url,
        return_url=env.address("RETURN_URL", f"{hub_url}/partners/payment_platform/return"),
        read_seconds=env.seconds("READ_SECONDS", 30.0),
    )


def _codes(text: str) -> Mapping[str, Meaning]:
    """`05=absent,77=again` → the meanings by code."""
    codes: dict[str, Meaning] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        code, mark, meaning = pair.partition("=")
        if not mark or meaning not in set(Meaning):
            raise SettingError(f"PAYMENT_PLATFORM_CODES={pair!r}: mã=nghĩa / code=meaning, {', '.join(Meaning)}")
        codes[code] = Meaning(meaning)
    return codes
