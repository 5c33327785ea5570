"""The shape of a province profile: what may differ, and nothing else (REQUIREMENTS, rows marked CFG)."""

import re
from datetime import date
from typing import Annotated, Literal

import msgspec

_SPAN = r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d)$"

OfficeSpan = Annotated[str, msgspec.Meta(pattern=_SPAN, description="07:00-11:30")]
BudgetUnit = Literal["working-day", "day", "working-hour", "hour"]
Channel = Literal["portal", "email", "sms", "phone"]
LookupChannel = Literal["portal", "qr", "sms", "counter", "kiosk", "email", "social"]
ReturnWay = Literal["counter", "online", "postal", "email"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ProfileError(ValueError):
    """A province file cannot be used; the text names the file, the place in it and the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"profiles/{name}.toml: {reason}")
        self.name = name
        self.reason = reason


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; a key that we do not know is a mistake."""


class Names(_Table, frozen=True, kw_only=True):
    """How the province calls itself and its system."""

    province: str
    full: str
    english: str
    committee: str
    place: str
    portal: str
    system: str
    footer: str


class Contact(_Table, frozen=True, kw_only=True):
    """Where people find help (POR-01, POR-04)."""

    domain: str
    phone: str
    email: str
    address: str


class Codes(_Table, frozen=True, kw_only=True):
    """Codes of the province and of its dossiers (DOS-02, FACTS §1)."""

    province: Annotated[str, msgspec.Meta(pattern=r"^\d{2}$")]
    agency: Annotated[str, msgspec.Meta(pattern=r"^H\d{2}$")]
    merged_provinces: tuple[str, ...] = ()
    merged_agencies: tuple[str, ...] = ()
    dossier: str = "{agency}-{date:%y%m%d}-{number:04d}"
    dossier_accepted: str = r"^[A-Z0-9.]+-\d{6}(\d{2})?-\d{4,7}$"
    issued_at: Literal["submission", "acceptance"] = "acceptance"

    def dossier_code(self, agency: str, day: date, number: int) -> str:
        """The code of the day's n-th dossier of an agency."""
        return self.dossier.format(agency=agency, date=day, number=number)

    def is_dossier_code(self, text: str) -> bool:
        """May this be a dossier code, ours or a partner's?"""
        return re.match(self.dossier_accepted, text) is not None


class Time(_Table, frozen=True, kw_only=True):
    """A budget of time with the text that it rests on."""

    amount: Annotated[float, msgspec.Meta(gt=0)]
    unit: BudgetUnit
    counting: Literal["day-after", "at-once"] | None = None
    basis: str = ""


class PausePolicy(_Table, frozen=True, kw_only=True):
    """Which waits stop the clock (DOS-12), and how long a supplement may be waited for."""

    supplement: bool = True
    payment: bool = True
    consultation: bool = False
    basis: str = ""
    waiting_limit: Time | None = None


class ArticleTexts(_Table, frozen=True, kw_only=True):
    """The texts that the rules of counting rest on, as shown to a citizen."""

    first_day: str
    off_hours: str
    weekend: str
    holiday: str
    last_day_off: str
    pause: str


class Deadlines(_Table, frozen=True, kw_only=True):
    """Clocks of the hub (DOS-01, DOS-12, DOS-13, DOS-15)."""

    acceptance: Time
    hand_over: Time | None = None
    consultation: Time
    processing_counting: Literal["day-after", "at-once"]
    articles: ArticleTexts
    pause: PausePolicy
    extensions: int = 1
    apologies_rescheduled: int = 1


class Forms(_Table, frozen=True, kw_only=True):
    """The form set in force and how its papers are made (FACTS §2)."""

    set: str
    receipt: str
    receipt_basis: str
    receipt_copies: Literal[1, 2] = 1
    conversion: Literal["nine-fields", "decree-45"] = "nine-fields"
    conversion_basis: str = ""
    stamp_conversions: bool = False


class Intake(_Table, frozen=True, kw_only=True):
    """Reception (ACC-01, SUB-02, DOS-07, DOS-10)."""

    local_accounts: bool
    evidence: Literal["photo", "certified-copy"]
    guidance_channels: tuple[Channel, ...]
    supplements_controlled: bool = False
    non_territorial: bool = False


class Notices(_Table, frozen=True, kw_only=True):
    """Channels of notices and of lookup (DOS-06, LOOK-01)."""

    acceptance: tuple[Channel, ...]
    lookup: tuple[LookupChannel, ...]


class Privacy(_Table, frozen=True, kw_only=True):
    """What a public lookup may show of a person (REQUIREMENTS §4.8)."""

    lookup_names: Literal["full", "initials", "masked"]
    second_factor: Literal["none", "last-digits-of-id", "phone"]
    late_list_approval: bool = True


class Results(_Table, frozen=True, kw_only=True):
    """Results and their return (RES-02, RES-03)."""

    paper_as_well: bool = False
    return_ways: tuple[ReturnWay, ...]
    postal_hours: int = 24


class Vault(_Table, frozen=True, kw_only=True):
    """The electronic vault (RES-06, RES-08): days that an upload is kept which no dossier takes over, and days that a
    holder may share a document for at the most. Everything else is kept for ever; its time-stamps are renewed
    `renewal_days` before they lapse."""

    upload_days: Annotated[int, msgspec.Meta(ge=1)]
    share_days: Annotated[int, msgspec.Meta(ge=1)]
    renewal_days: Annotated[int, msgspec.Meta(ge=1)]


class Account(_Table, frozen=True, kw_only=True):
    """Where fees are paid to (tài khoản thụ hưởng)."""

    number: str = "0000000000"
    bank: str = "DEMOBANK"
    name: str = "Tài khoản mẫu, chưa khai báo"


class Money(_Table, frozen=True, kw_only=True):
    """Payment and refund (PAY-03, PAY-07)."""

    account: Account = Account()

    pay_ways: tuple[Literal["online", "counter", "post", "transfer"], ...]
    refund_not_performed: Literal["due", "considered", "none"]
    refund_withdrawn: Literal["due", "considered", "none"]


class Questions(_Table, frozen=True, kw_only=True):
    """Questions, answers, petitions (QNA-04, QNA-07, FBK-02)."""

    route: Time
    answer: Time
    answer_complex: Time
    petition: Time | None = None
    petition_backend: Literal["national", "local"] = "national"
    is_feedback_channel: bool = False


class Services(_Table, frozen=True, kw_only=True):
    """Catalogue rules (PRO-04, PRO-11)."""

    level_scale: Literal["one-to-four", "whole-or-part"]
    minimum_level: int = 2
    priority_list_before: str = ""
    workflow_editor: Literal["central", "unit"] = "unit"


class Unit(_Table, frozen=True, kw_only=True):
    """An agency or department. `verified` False: the code is ours, for demonstration only."""

    code: str
    name: str
    kind: Literal["committee", "centre", "department", "office", "commune"]
    parent: str = ""
    admin_unit: str = ""
    address: str = ""
    phone: str = ""
    verified: bool = False


class Seal(_Table, frozen=True, kw_only=True):
    """A seal that counts for a unit's results: `certificate_sha256`, else `issuer` with `subject` or `organisation`."""

    unit: str
    since: date
    until: date | None = None
    certificate_sha256: str = ""
    subject: str = ""
    organisation: str = ""
    issuer: str = ""

    def __post_init__(self) -> None:
        if not self.certificate_sha256 and not (self.issuer and (self.subject or self.organisation)):
            raise ValueError(f"seal of {self.unit}: give certificate_sha256, or issuer with subject or organisation")


class Terms(_Table, frozen=True, kw_only=True):
    """Everything in force `since` a day, on this basis."""

    since: date
    basis: str
    names: Names
    contact: Contact
    codes: Codes
    hours: dict[Weekday, tuple[OfficeSpan, ...]]
    deadlines: Deadlines
    forms: Forms
    intake: Intake
    notices: Notices
    privacy: Privacy
    results: Results
    money: Money
    questions: Questions
    services: Services
    vault: Vault
    levels: tuple[str, ...] = ("province", "commune")
    units: tuple[Unit, ...] = ()
    seals: tuple[Seal, ...] = ()

    def unit(self, code: str) -> Unit | None:
        """The unit of this code."""
        return next((u for u in self.units if u.code == code), None)


class DecreedDay(_Table, frozen=True, kw_only=True):
    """A day off or on, decreed for the province; it wins over the national calendar."""

    date: date
    name: str
    source: str


class HolidaySource(_Table, frozen=True, kw_only=True):
    """The text behind national holidays whose name contains `contains`."""

    contains: str
    source: str


class Profile(_Table, frozen=True, kw_only=True):
    """A province over time."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+$")]
    zone: str = "Asia/Ho_Chi_Minh"
    terms: Annotated[tuple[Terms, ...], msgspec.Meta(min_length=1)]
    holidays: tuple[DecreedDay, ...] = ()
    working_days: tuple[DecreedDay, ...] = ()
    holiday_sources: tuple[HolidaySource, ...] = ()

    def __post_init__(self) -> None:
        since = [t.since for t in self.terms]
        if since != sorted(set(since)):
            raise ValueError("`[[terms]]` must be in order of `since`, each day once")
        for terms in self.terms:
            if not any(terms.hours.values()):
                raise ValueError(f"terms since {terms.since}: no office hours")

    def at(self, day: date) -> Terms:
        """The terms in force on that day; before the first ones, the first."""
        in_force = self.terms[0]
        for terms in self.terms:
            if terms.since <= day:
                in_force = terms
        return in_force
