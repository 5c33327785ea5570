"""Parcels with the post and their chain of custody."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from schemas.messages.post import Address, Stage


class Status(StrEnum):
    ORDERED = "ordered"
    COLLECTED = "collected"
    IN_TRANSIT = "in-transit"
    DELIVERED = "delivered"
    RETURNED = "returned"
    LOST = "lost"


class Effect(StrEnum):
    """What a scan did. NOTED: kept, but the parcel is there or further already; CONTRADICTION: both cannot be true."""

    APPLIED = "applied"
    NOTED = "noted"
    CONTRADICTION = "contradiction"
    UNKNOWN = "unknown"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a parcel and where; `province_code`: digits."""

    name: str
    phone: str
    address: str
    province_code: str
    email: str = ""


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """The row. `direction`: return (result to the citizen) | collection (papers to the counter); `cod_amount` in đồng."""

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
    cod_amount: int
    item_code: str
    ordered_at: datetime
    accepted_at: datetime | None
    updated_at: datetime
    delivered_at: datetime | None


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the chain of custody, at the real time; `told_at` is when we heard of it."""

    id: UUID
    parcel_id: UUID
    event_key: str
    stage: Stage
    partner_status: str
    message: str
    item_code: str
    at: datetime
    told_at: datetime
    effect: Effect
