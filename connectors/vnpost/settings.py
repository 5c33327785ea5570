"""Settings of the post, read from VNPOST_*."""

from collections.abc import Mapping

import msgspec

from connectors.runtime.settings import Environment, Secret, SettingError
from connectors.vnpost import wire
from schemas.messages.post import Stage

# The simulator's own meanings. The real list is not published: only 4 (delivered) is known, see `mapping`.
SIMULATOR_STATUS = "1=ordered,2=collected,3=in-transit,5=returned"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`status` adds meanings of StatusCode as the post hands them out; a code without one is Stage.UNKNOWN.

    `recall_days`: how far back a repeated attempt looks for an order that may already be there.
    """

    base_url: str
    token_path: str
    order_path: str
    cancel_path: str
    tracking_path: str
    key: str
    secret: Secret
    customer_code: str
    status: Mapping[str, Stage]
    page_size: int
    max_pages: int
    recall_days: int
    read_seconds: float


def load(environ: Mapping[str, str]) -> Settings:
    """From the environment; the defaults fit the simulator."""
    env = Environment(environ, "VNPOST")
    live = env.text("MODE", "simulator") == "live"
    return Settings(
        base_url=env.address("BASE_URL", "http://vnpost.simulator"),
        token_path=env.text("TOKEN_PATH", wire.TOKEN_PATH),
        order_path=env.text("ORDER_PATH", wire.ORDER_PATH),
        cancel_path=env.text("CANCEL_PATH", wire.CANCEL_PATH),
        tracking_path=env.text("TRACKING_PATH", wire.TRACKING_PATH),
        key=env.text("KEY", "vnpost-simulator"),
        secret=env.secret("SECRET", "vnpost-simulator"),
        customer_code=env.text("CUSTOMER_CODE", "DEMO01"),
        status=_status(env.text("STATUS", "" if live else SIMULATOR_STATUS)),
        page_size=_page_size(env.number("PAGE_SIZE", 200)),
        max_pages=max(1, env.number("MAX_PAGES", 10)),
        recall_days=env.number("RECALL_DAYS", 3),
        read_seconds=env.seconds("READ_SECONDS", 30.0),
    )


def _page_size(number: int) -> int:
    if not 1 <= number <= wire.MAX_PAGE:
        raise SettingError(f"VNPOST_PAGE_SIZE={number}: 1-{wire.MAX_PAGE}")
    return number


def _status(text: str) -> Mapping[str, Stage]:
    """`2=collected,5=returned` → the stages by StatusCode."""
    stages: dict[str, Stage] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        code, mark, stage = pair.partition("=")
        if not mark or stage not in set(Stage):
            raise SettingError(f"VNPOST_STATUS={pair!r}: mã=giai đoạn / code=stage, {', '.join(Stage)}")
        stages[code] = Stage(stage)
    return stages
