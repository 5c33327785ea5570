"""What payment tells the rest of the hub."""

from datetime import datetime
from uuid import UUID

from hub.kernel.events import Fact
from schemas.messages.payment import Beneficiary, Item, Payer


class PaymentOpened(Fact, frozen=True, kw_only=True):
    """An order is to be opened at the platform: all that its message needs."""

    order_id: UUID
    obligation_id: UUID
    reference: str
    dossier_id: UUID
    dossier_code: str
    procedure_code: str
    procedure_name: str
    agency_code: str
    agency_name: str
    amount: int
    items: tuple[Item, ...]
    payer: Payer
    beneficiary: Beneficiary
    description: str
    client_ip: str
    at: datetime


class PaymentInitiated(Fact, frozen=True, kw_only=True):
    """The platform says where the payer goes."""

    order_id: UUID
    reference: str
    dossier_id: UUID
    pay_url: str


class PaymentFailed(Fact, frozen=True, kw_only=True):
    """The platform says that this attempt failed; the obligation stands."""

    order_id: UUID
    reference: str
    dossier_id: UUID
    dossier_code: str


class Paid(Fact, frozen=True, kw_only=True):
    """An obligation is met: once, whatever is repeated. `reference` is empty when paid at the counter."""

    obligation_id: UUID
    dossier_id: UUID
    dossier_code: str
    amount: int
    at: datetime
    via: str
    reference: str = ""
    transaction_id: str = ""
    late: bool = False


class VoucherReceived(Fact, frozen=True, kw_only=True):
    """The bank-signed voucher is verified and in the payer's vault (PAY-04)."""

    obligation_id: UUID
    dossier_id: UUID
    dossier_code: str
    reference: str
    entry_id: UUID


class IncidentFound(Fact, frozen=True, kw_only=True):
    """Money or news that does not fit; somebody must look."""

    incident_id: UUID
    code: str
    reference: str
    dossier_id: UUID | None
