"""Money owed, attempts to pay it, and what does not fit. Whole đồng."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from schemas.messages.payment import Beneficiary, Item, Payer


class Status(StrEnum):
    """HELD: money came but settles nothing (wrong amount, or paid already); it waits for the orphan-money desk."""

    OPENED = "opened"
    INITIATED = "initiated"
    PENDING = "pending"
    PAID = "paid"
    HELD = "held"
    FAILED = "failed"
    EXPIRED = "expired"


LIVE = frozenset({Status.OPENED, Status.INITIATED, Status.PENDING})


class Obligation(msgspec.Struct, frozen=True, kw_only=True):
    """What a person owes for a dossier, and how it was settled, if it was."""

    id: UUID
    dossier_id: UUID
    dossier_code: str
    owner_id: UUID
    procedure_code: str
    procedure_name: str
    agency_code: str
    agency_name: str
    items: tuple[Item, ...]
    amount: int
    payer: Payer
    beneficiary: Beneficiary
    description: str
    raised_at: datetime
    settled_at: datetime | None = None
    via: str = ""
    order_id: UUID | None = None
    receipt_number: str = ""
    voucher_entry: UUID | None = None

    @property
    def paid(self) -> bool:
        """Settled, whichever way."""
        return self.settled_at is not None

    @property
    def paid_online(self) -> bool:
        """Settled through the payment platform."""
        return self.via == "platform"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to pay an obligation online."""

    id: UUID
    obligation_id: UUID
    reference: str
    amount: int
    status: Status
    version: int
    client_ip: str
    pay_url: str
    transaction_id: str
    bank_code: str
    opened_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    queries: int
    next_query_at: datetime | None


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What became of news from the platform. `code`: payment.paid, .duplicate, .noted, or an incident's.

    `vi`, `en`: why it does not fit; empty when it does.
    """

    code: str
    order: Order | None = None
    vi: str = ""
    en: str = ""


class Resolution(StrEnum):
    """How an incident ends: the money settles an obligation, goes back to the payer, or there was none to move."""

    APPLIED = "applied"
    REFUNDED = "refunded"
    DISMISSED = "dismissed"


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """One journal: `amount` from the account `credit` to the account `debit`; `key` makes it happen once."""

    key: str
    kind: str
    debit: str
    credit: str
    amount: int
    at: datetime
    obligation_id: UUID | None = None
    order_id: UUID | None = None


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """Money or news that does not fit."""

    id: UUID
    code: str
    reference: str
    transaction_id: str
    order_id: UUID | None
    obligation_id: UUID | None
    dossier_id: UUID | None
    expected: int | None
    received: int | None
    bank_code: str
    detail_vi: str
    detail_en: str
    occurred_at: datetime
    found_at: datetime
    resolved_at: datetime | None = None
    resolved_by: str = ""
    resolution: str = ""
    note: str = ""
