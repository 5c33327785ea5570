"""Parcels: ordered, followed scan by scan, closed at the real time of delivery."""

from hub.postal.errors import no_such_parcel
from hub.postal.events import ParcelDelivered, ParcelOrdered, ParcelReturned
from hub.postal.lifecycle import TRANSITIONS, Trigger
from hub.postal.model import Parcel, Person, Scan, Status
from hub.postal.service import custody, of_dossier, order_return, ordered, tracked

__all__ = [
    "TRANSITIONS", "Parcel", "ParcelDelivered", "ParcelOrdered", "ParcelReturned", "Person", "Scan", "Status",
    "Trigger", "custody", "no_such_parcel", "of_dossier", "order_return", "ordered", "tracked",
]  # fmt: skip
