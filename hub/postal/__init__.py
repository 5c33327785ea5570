"""The post: parcels, their chain of custody, their delivery."""

from hub.postal.events import ParcelDelivered, ParcelLost, ParcelOrdered, ParcelReturned
from hub.postal.lifecycle import TRANSITIONS, Trigger
from hub.postal.model import Effect, Parcel, Person, Scan, Status
from hub.postal.service import (
    custody,
    late,
    mark_lost,
    order_return,
    ordered,
    parcel_of,
    parcels_of,
    story,
    tracked,
)

__all__ = [
    "TRANSITIONS", "Effect", "Parcel", "ParcelDelivered", "ParcelLost", "ParcelOrdered", "ParcelReturned",
    "Person", "Scan", "Status", "Trigger", "custody", "late", "mark_lost", "order_return", "ordered", "parcel_of",
    "parcels_of", "story", "tracked",
]  # fmt: skip
