"""The post: an order, its tracking events. `order_number` is ours and unique: the idempotency key."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Address(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    phone: str
    address: str
    province_code: int
    email: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → post: fetch at `sender`, bring to `receiver`. `cod_amount` in đồng."""

    order_number: str
    dossier_code: str
    direction: str
    sender: Address
    receiver: Address
    content: str
    cod_amount: int = 0


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    order_number: str
    item_code: str = ""


class TrackingWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → post: events after this cursor, please ("" from the start)."""

    after: str


class Stage(StrEnum):
    ORDERED = "ordered"
    COLLECTED = "collected"
    IN_TRANSIT = "in-transit"
    DELIVERED = "delivered"
    RETURNED = "returned"
    UNKNOWN = "unknown"


class Tracked(msgspec.Struct, frozen=True, kw_only=True):
    """Post → hub: one scan of one parcel, at the real time."""

    order_number: str
    item_code: str
    stage: Stage
    partner_status: str
    message: str
    at: datetime


class TrackingRead(msgspec.Struct, frozen=True, kw_only=True):
    """Post → hub: the cursor after a page of events; `more` when another page waits."""

    cursor: str
    more: bool
