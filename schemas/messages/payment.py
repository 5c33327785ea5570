"""Money: an order at the payment platform, its confirmation, its bank-signed voucher. Whole đồng."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Item(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    amount: int


class Payer(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    id_number: str
    address: str
    province: str = ""


class Beneficiary(msgspec.Struct, frozen=True, kw_only=True):
    """The agency's account for fees (tài khoản thụ hưởng)."""

    account: str
    bank_code: str
    name: str


class Init(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → platform: open a payment. `reference` is ours, unique for ever, letters and digits, at most 60."""

    reference: str
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
    return_url: str
    client_ip: str
    at: datetime


class Initiated(msgspec.Struct, frozen=True, kw_only=True):
    """Platform → hub: where the payer goes."""

    reference: str
    pay_url: str


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → platform: what became of it?"""

    reference: str
    at: datetime


class State(StrEnum):
    PAID = "paid"
    PENDING = "pending"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """Platform → hub, by IPN or as the answer to a query. The hub compares the amount with its order."""

    reference: str
    state: State
    amount: int
    transaction_id: str
    bank_code: str
    at: datetime
    via: str


class VoucherWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → platform: the signed voucher, please (GET_BILL)."""

    reference: str
    at: datetime


class Voucher(msgspec.Struct, frozen=True, kw_only=True):
    """Platform → hub: the voucher as a bank-signed PDF (NĐ 45/2020 Đ13)."""

    reference: str
    content: bytes
