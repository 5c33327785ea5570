"""Documents of people: what is kept, for how long, who saw it, what became paper."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec


class Kind(StrEnum):
    """DRAFT is a decision not yet issued: it belongs to the official who wrote it."""

    COMPONENT = "component"
    RESULT = "result"
    VOUCHER = "voucher"
    RECEIPT = "receipt"
    CONVERSION = "conversion"
    DRAFT = "draft"


class Retention(StrEnum):
    """DRAFT may be deleted; DOSSIER lives as long as archive law asks for its dossier; PERMANENT for ever."""

    DRAFT = "draft"
    DOSSIER = "dossier"
    PERMANENT = "permanent"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one document. `document_id` is the same for all versions."""

    id: UUID
    document_id: UUID
    version: int
    owner_id: UUID
    dossier_id: UUID | None
    kind: Kind
    name: str
    media_type: str
    sha256: str
    size: int
    retention: Retention
    stored_at: datetime
    stored_by: str


class Occasion(StrEnum):
    """Why a document was verified. AGAIN: because what its verdict rests on has changed."""

    UPLOAD = "upload"
    VOUCHER = "voucher"
    RELEASE = "release"
    SEALING = "sealing"
    AGAIN = "again"
    RENEWAL = "renewal"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The newest verdict on a document's signatures; `number` is its report's, `depends` as `signing.dependence`.

    `lapses_at`: when its evidence ends; `archived`: a document time-stamp is its best (both as `signing.lasting`).
    """

    entry_id: UUID
    number: int
    checked_at: datetime
    policy: str
    indication: str
    sub_indication: str
    sentence_vi: str
    sentence_en: str
    signers: tuple[str, ...]
    trust: str
    depends: tuple[str, ...]
    lapses_at: datetime | None = None
    archived: bool = False


class Lapsing(msgspec.Struct, frozen=True):
    """A document that is kept and whose evidence ends at `lapses_at`."""

    entry_id: UUID
    lapses_at: datetime


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification changed."""

    before: Verdict | None
    after: Verdict

    @property
    def changed(self) -> bool:
        """Whether there was another verdict before."""
        return self.before is not None and self.before.number != self.after.number


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One report of a document's history; `body` is the whole of it."""

    number: int
    occasion: Occasion
    at: datetime
    indication: str
    sub_indication: str
    trust: str
    body: dict[str, Any]


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody saw somebody's data. `what`: a file's name or a page; `purpose`: why, in words."""

    id: UUID
    at: datetime
    owner_id: UUID
    dossier_id: UUID | None
    entry_id: UUID | None
    actor_kind: str
    actor_id: str
    actor_name: str
    actor_unit: str
    what: str
    purpose: str


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """A conversion to paper. `sha256` is the electronic original's; `paper_id` the printed form, if kept."""

    id: UUID
    number: str
    token: str
    entry_id: UUID
    paper_id: UUID | None
    sha256: str
    converted_at: datetime
    converted_by: str
    unit: str


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed on a paper copy before it exists: its number, its token, when and by whom."""

    number: str
    token: str
    at: datetime
    by: str
    unit: str


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """An owner lets somebody see one document: whoever has the link, or the citizen of `grantee_number`.

    `ended`: "", "used" or "revoked"; whether it has lapsed is `expires_at`'s to say."""

    id: UUID
    entry_id: UUID
    owner_id: UUID
    grantee_number: str | None
    purpose: str
    one_time: bool
    made_at: datetime
    expires_at: datetime
    ended: str
    name: str
    media_type: str
    size: int

    def ended_by(self, now: datetime) -> str:
        """ "" while it opens; else used, revoked or lapsed."""
        return self.ended or ("lapsed" if now >= self.expires_at else "")


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner asks for. No `id_number`: a link."""

    entry_id: UUID
    purpose: str
    days: int
    one_time: bool = False
    id_number: str = ""
