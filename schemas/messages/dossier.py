"""A dossier as partners may see it. Times are aware datetimes; money is whole đồng."""

from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec


class Status(IntEnum):
    """TT 22/2019 Phụ lục I; 0 is ours, for a draft that nobody else sees."""

    DRAFT = 0
    REGISTERED = 1
    ACCEPTED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWAL_REQUESTED = 7
    STOPPED = 8
    RESOLVED = 9
    RETURNED = 10


class Channel(StrEnum):
    """How a dossier came in."""

    COUNTER = "counter"
    ONLINE = "online"
    POSTAL = "postal"


class ReturnWay(StrEnum):
    """How its result goes out."""

    COUNTER = "counter"
    ONLINE = "online"
    POSTAL = "postal"


class PartyKind(StrEnum):
    CITIZEN = "citizen"
    BUSINESS = "business"
    STATE_BODY = "state-body"
    OTHER = "other"


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of a dossier. `id_number`: 12-digit personal number, 9-digit old card, or tax code."""

    kind: PartyKind
    name: str
    id_number: str
    phone: str
    email: str = ""
    address: str = ""
    province_code: str = ""
    ward_code: str = ""
    tech_id: str = ""
    verified: bool = False


class FileRef(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file. `url` is signed and expires; `sha256` is hex; `size` in bytes."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    url: str


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One paper of the dossier (thành phần hồ sơ)."""

    code: str
    name: str
    originals: int = 0
    copies: int = 0
    digitised: bool = False
    reused: bool = False
    file: FileRef | None = None


class Fee(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    amount: int
    paid: bool = False
    paid_online: bool = False


class Supplement(msgspec.Struct, frozen=True, kw_only=True):
    """One request to complete the dossier and its answer."""

    id: str
    requested_by: str
    reason: str
    requested_at: datetime
    answered_at: datetime | None = None
    answer: str = ""
    due_before: datetime | None = None
    due_after: datetime | None = None


class ResultPaper(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is `<dossier code>-KQ<n>`."""

    code: str
    name: str
    file: FileRef


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of what partners may know; `revision` grows by one with each status-log row."""

    id: str
    code: str
    revision: int
    procedure_code: str
    procedure_name: str
    field_code: str
    field_name: str
    channel: Channel
    return_way: ReturnWay
    applicant: Party
    summary: str
    agency_code: str
    agency_name: str
    unit_name: str
    receiver_name: str
    status: Status
    submitted_at: datetime
    received_at: datetime | None = None
    due_at: datetime | None = None
    refused_at: datetime | None = None
    resolved_at: datetime | None = None
    returned_at: datetime | None = None
    form: dict[str, str] = {}
    components: tuple[Component, ...] = ()
    fees: tuple[Fee, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    results: tuple[ResultPaper, ...] = ()
    voucher: FileRef | None = None


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → national portal: store this dossier as it now is."""

    dossier: Dossier


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → national portal: one step happened. `revision` orders the steps of a dossier."""

    dossier_code: str
    revision: int
    status: Status
    actor: str
    title: str
    unit: str
    content: str
    at: datetime
    started_at: datetime | None = None
    due_at: datetime | None = None


class ViewWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → any partner that can be asked: what do you hold of this dossier? `keys`: order or reference numbers."""

    dossier_code: str
    keys: tuple[str, ...] = ()


class Viewed(msgspec.Struct, frozen=True, kw_only=True):
    """Partner → hub: what it holds. `status` is the partner's own word when it has no TT 22 code."""

    dossier_code: str
    found: bool
    status: str = ""
    amount: int | None = None
    detail: dict[str, str] = {}
