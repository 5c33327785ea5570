"""Facts about parcels."""

from datetime import datetime
from uuid import UUID

from hub.kernel.events import Fact
from schemas.messages.post import Order


class ParcelOrdered(Fact, frozen=True, kw_only=True):
    """To be ordered at the post."""

    parcel_id: UUID
    dossier_id: UUID
    order: Order


class ParcelDelivered(Fact, frozen=True, kw_only=True):
    """In the citizen's hands; `at` is the real time (DOS-19). Told once."""

    parcel_id: UUID
    dossier_id: UUID
    order_number: str
    item_code: str
    at: datetime


class ParcelReturned(Fact, frozen=True, kw_only=True):
    """Not delivered; on its way back to the counter."""

    parcel_id: UUID
    dossier_id: UUID
    order_number: str
    at: datetime
