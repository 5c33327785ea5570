"""Procedures as the national database publishes them."""

from datetime import date

import msgspec


class ListWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → national portal: which procedures are there?"""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    codes: tuple[str, ...]


class ProcedureWanted(msgspec.Struct, frozen=True, kw_only=True):
    code: str


class TimeLimit(msgspec.Struct, frozen=True, kw_only=True):
    """`unit`: working-day | day | hour; `amount` None when the text gives no number."""

    channel: str
    amount: int | None
    unit: str
    text: str
    note: str = ""


class FeeRate(msgspec.Struct, frozen=True, kw_only=True):
    """`amount` in đồng; None when the text gives no number (`text` keeps it)."""

    code: str
    name: str
    channel: str
    amount: int | None
    text: str


class ComponentSpec(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    case: str = ""
    form_name: str = ""
    form_url: str = ""
    originals: int = 0
    copies: int = 0
    result_replacing: str = ""


class LegalBasis(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    title: str
    issued_on: date | None = None


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """One procedure (LayThuTuc), in our terms. `levels`: ministry | province | district | commune."""

    code: str
    name: str
    field_code: str
    field_name: str
    decision: str
    issuer_code: str
    public: bool
    levels: tuple[str, ...]
    audience: tuple[str, ...]
    agency: str
    steps: str
    conditions: str
    time_limits: tuple[TimeLimit, ...]
    fees: tuple[FeeRate, ...]
    components: tuple[ComponentSpec, ...]
    results: tuple[str, ...]
    legal_bases: tuple[LegalBasis, ...]
