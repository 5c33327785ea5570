"""What the postal module tells the rest of the hub."""

from datetime import datetime
from uuid import UUID

from hub.kernel.events import Fact
from schemas.messages.post import Order


class ParcelOrdered(Fact, frozen=True, kw_only=True):
    """The post is to fetch and bring something."""

    parcel_id: UUID
    dossier_id: UUID
    order: Order


class ParcelFact(Fact, frozen=True, kw_only=True):
    """What the ends of a parcel carry; `at` is the real time, not when we heard."""

    parcel_id: UUID
    dossier_id: UUID
    dossier_code: str
    order_number: str
    item_code: str
    at: datetime


class ParcelDelivered(ParcelFact, frozen=True, kw_only=True):
    """In the receiver's hands: once."""


class ParcelReturned(ParcelFact, frozen=True, kw_only=True):
    """Not delivered; it came back to the sender."""


class ParcelLost(ParcelFact, frozen=True, kw_only=True):
    """The post lost it and answers for it (POST-05)."""


ENDS: dict[str, type[ParcelFact]] = {kind.__name__: kind for kind in (ParcelDelivered, ParcelReturned, ParcelLost)}
