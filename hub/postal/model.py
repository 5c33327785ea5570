"""A parcel and its scans."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from schemas.messages.post import Address


class Status(StrEnum):
    """Where a parcel is. NONE is before the first log row."""

    NONE = "none"
    REQUESTED = "requested"
    ORDERED = "ordered"
    COLLECTED = "collected"
    IN_TRANSIT = "in-transit"
    DELIVERED = "delivered"
    RETURNED = "returned"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets it. `province_code`: two digits of the national list."""

    name: str
    phone: str
    address: str
    province_code: str
    email: str = ""


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """`direction`: `return` (a result to the citizen)."""

    id: UUID
    order_number: str
    dossier_id: UUID
    dossier_code: str
    direction: str
    status: Status
    version: int
    sender: Address
    receiver: Address
    content: str
    item_code: str
    ordered_at: datetime
    collected_at: datetime | None
    delivered_at: datetime | None
    updated_at: datetime


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the chain of custody. `applied`: it moved the parcel; else it came late or told nothing new."""

    id: UUID
    stage: str
    partner_status: str
    message: str
    item_code: str
    at: datetime
    told_at: datetime
    applied: bool
