"""Paying: what for, how much, where it stands, in words."""

from typing import Literal

import msgspec

from hub.portal.views.common import FactRow, Link

Stage = Literal["open", "preparing", "ready", "pending", "paid", "failed"]


class PaymentPage(msgspec.Struct, frozen=True, kw_only=True):
    """`poll` is the address that the page asks again while it waits; empty when nothing will change by itself."""

    title: str
    code: str
    stage: Stage
    heading: str
    sentence: str
    rows: tuple[FactRow, ...]
    total: str
    back: Link
    pay: str = ""
    start: str = ""
    poll: str = ""
    reference: str = ""
    voucher: str = ""
    service_fee: str = ""
