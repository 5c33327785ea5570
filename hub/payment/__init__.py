"""Money: what is owed for a dossier, how it is paid, and what does not fit."""

from hub.payment.confirming import confirmed, voucher
from hub.payment.desk import ENDINGS, resolve_incident
from hub.payment.events import (
    IncidentFound,
    Paid,
    PaymentFailed,
    PaymentInitiated,
    PaymentOpened,
    VoucherReceived,
)
from hub.payment.lifecycle import TRANSITIONS, Trigger
from hub.payment.model import Confirmation, Incident, Obligation, Order, Resolution, Status
from hub.payment.service import (
    balances,
    collect_at_counter,
    incidents,
    incidents_of,
    initiated,
    obligation,
    obligations_of,
    open_order,
    order,
    order_of,
    orders_of,
    pending_for_query,
    require,
    story,
)
from schemas.messages.payment import Beneficiary, Item, Payer

__all__ = [
    "ENDINGS", "TRANSITIONS", "Beneficiary", "Confirmation", "Incident", "IncidentFound", "Item", "LogRow",
    "Obligation", "Order", "Paid", "Payer", "PaymentFailed", "PaymentInitiated", "PaymentOpened", "Resolution",
    "Status", "Trigger", "VoucherReceived", "balances", "collect_at_counter", "confirmed", "incidents", "incidents_of",
    "initiated", "obligation", "obligations_of", "open_order", "order", "order_of", "orders_of", "pending_for_query",
    "require", "resolve_incident", "story", "voucher",
]  # fmt: skip
