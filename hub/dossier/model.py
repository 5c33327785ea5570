"""A dossier as the core holds it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from schemas.messages.dossier import Channel, Party, ReturnWay, Status


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a result is brought."""

    name: str
    phone: str
    address: str
    province_code: str = ""
    ward_code: str = ""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded paper, already in the vault."""

    entry_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a citizen has begun. `files`: component code → file. `dossier_id` once submitted."""

    id: UUID
    owner_id: UUID
    procedure_code: str
    procedure_version: int
    form: dict[str, str]
    files: dict[str, File]
    return_way: str
    return_address: Address | None
    dossier_id: UUID | None
    updated_at: datetime


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A whole submission at once. `files`: component code → vault entry id; `declared`: correctness (ACC-08)."""

    procedure_code: Annotated[str, msgspec.Meta(examples=["1.012784"])]
    form: Annotated[dict[str, str], msgspec.Meta(examples=[{"parcel_sheet": "12", "parcel_number": "34"}])]
    files: Annotated[
        dict[str, UUID], msgspec.Meta(examples=[{"1.012784-TP01": "01a209be-a1fb-7d37-a7b2-758e0657359a"}])
    ]
    return_way: ReturnWay
    declared: bool
    procedure_version: int | None = None
    return_address: Address | None = None
    channel: Channel = Channel.ONLINE


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """The row. `version` grows by one with each log row; `unit_*` is the department that processes."""

    id: UUID
    reference: str
    code: str | None
    status: Status
    version: int
    procedure_code: str
    procedure_version: int
    procedure_name: str
    field_code: str
    field_name: str
    channel: Channel
    return_way: ReturnWay
    return_address: Address | None
    owner_id: UUID
    applicant: Party
    form: dict[str, str]
    summary: str
    agency_code: str
    agency_name: str
    unit_id: str
    unit_name: str
    connector: str
    receiver_id: str
    receiver_name: str
    receipt_entry: UUID | None
    submitted_at: datetime
    ack_due_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    refused_at: datetime | None
    resolved_at: datetime | None
    returned_at: datetime | None
    updated_at: datetime

    @property
    def accepted(self) -> bool:
        """Taken in, so that its clock runs."""
        return self.received_at is not None

    @property
    def lane(self) -> str:
        """Its key at the partners: the code once it has one."""
        return self.code or str(self.id)


class Glance(msgspec.Struct, frozen=True):
    """What of a dossier may be public, in the order of its columns; the applicant's name is still whole."""

    code: str | None
    reference: str
    status: int
    agency_name: str
    applicant: str
    procedure_name: str
    unit_name: str
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None


class LogRow(msgspec.Struct, frozen=True, kw_only=True):
    """One step of its story."""

    version: int
    source: int
    target: int
    trigger: str
    actor_kind: str
    actor_id: str
    actor_name: str
    unit: str
    cause: str
    at: datetime
    logged_at: datetime
    due_at: datetime | None


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a dossier with what identifies it and its person, for the log of proofs."""

    dossier_id: UUID
    reference: str
    version: int
    trigger: str
    cause: str
    at: datetime
    logged_at: datetime
    owner_id: UUID
    name: str
    id_number: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that was issued."""

    dossier_id: UUID
    code: str
    entry_id: UUID
    owner_id: UUID


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One paper as it was handed in; `supplement` is the round (0 = with the submission)."""

    id: UUID
    spec_code: str
    name: str
    originals: int
    copies: int
    entry_id: UUID
    file_name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    supplement: int


class Supplement(msgspec.Struct, frozen=True, kw_only=True):
    """One request to complete, and its answer."""

    id: UUID
    number: int
    requested_by: str
    unit: str
    reason: str
    papers: tuple[str, ...]
    requested_at: datetime
    due_before: datetime | None
    answered_at: datetime | None
    answer: str
    due_after: datetime | None


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer does with a task. `action` is one of those offered; `version`: of the dossier as it was seen.

    `papers`: those that a supplement request names; `document`: an attached draft or signed PDF; `assignee`: an officer.
    """

    action: Annotated[str, msgspec.Meta(examples=["propose"])]
    note: Annotated[str, msgspec.Meta(examples=["Đủ điều kiện; kính trình lãnh đạo"])] = ""
    papers: Annotated[tuple[str, ...], msgspec.Meta(examples=[["Bản vẽ tách thửa, trang 2"]])] = ()
    document: Annotated[UUID | None, msgspec.Meta(examples=["01a209be-a1fb-7d37-a7b2-758e0657359a"])] = None
    assignee: Annotated[UUID | None, msgspec.Meta(examples=["01a209be-a1fb-7d37-a7b2-758e06573600"])] = None
    version: Annotated[int | None, msgspec.Meta(examples=[4])] = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A transition that holds, ready to be written. `columns`: other columns that change with it."""

    before: Dossier
    target: Status
    trigger: str
    fact: str
    cause: str
    at: datetime
    unit: str
    columns: dict[str, Any]
