"""A procedure as the hub offers it: what the nation publishes, joined with what the province adds. Immutable."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import msgspec


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a version."""


class Need(StrEnum):
    """Whether a paper must come: always, in some cases (an officer judges), or it is no paper but a note."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    NOTE = "note"


class Evidence(StrEnum):
    """Where a paper comes from (PRO-12, SUB-02): the e-form stands for it; shared data, so never asked; a valid
    e-copy; the citizen's own copy, under own responsibility."""

    FORM = "form"
    SHARED = "shared-data"
    ECOPY = "e-copy"
    UPLOAD = "upload"


class When(StrEnum):
    """When a fee is paid (DOS-06, DOS-08)."""

    BEFORE = "before"
    AT_RETURN = "at-return"


class Component(_Part, frozen=True, kw_only=True):
    """One paper (thành phần hồ sơ)."""

    code: str
    name: str
    case: str = ""
    form_name: str = ""
    form_url: str = ""
    originals: int = 0
    copies: int = 0
    result_replacing: str = ""
    need: Need = Need.REQUIRED
    evidence: Evidence = Evidence.UPLOAD

    @property
    def required(self) -> bool:
        """A file must be attached at submission."""
        return self.need is Need.REQUIRED and self.uploadable

    @property
    def uploadable(self) -> bool:
        """A file may be attached."""
        return self.need is not Need.NOTE and self.evidence in (Evidence.UPLOAD, Evidence.ECOPY)


class Fee(_Part, frozen=True, kw_only=True):
    """`amount` in đồng, None when the texts leave it open; `local`: set by the province (PRO-10)."""

    code: str
    name: str
    channel: str
    amount: int | None
    text: str = ""
    when: When = When.BEFORE
    local: bool = False
    basis: str = ""


class Limit(_Part, frozen=True, kw_only=True):
    """`unit`: working-day | day | hour | working-hour. `assumed`: the texts give no usable number, `basis` says why."""

    channel: str
    amount: int
    unit: str
    text: str
    note: str = ""
    assumed: bool = False
    basis: str = ""


class LegalBasis(_Part, frozen=True, kw_only=True):
    number: str
    title: str
    issued_on: date | None = None


class Option(_Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One choice of a field."""

    value: str
    label_vi: str
    label_en: str


class Group(_Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions that belong together: one page of the form."""

    key: str
    title_vi: str
    title_en: str


FieldKind = Literal["text", "area", "date", "tel", "email", "select", "radios", "checks"]


class FormField(_Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of the e-form. `pattern` must match the whole value; `hint` says what is expected, or went wrong.

    autofill: the account's datum that answers it beforehand (SUB-10): name | id_number | phone | email | address.
    """

    name: str
    label_vi: str
    label_en: str
    kind: FieldKind = "text"
    required: bool = True
    hint: str = ""
    hint_en: str = ""
    options: tuple[Option, ...] = ()
    pattern: str = ""
    group: str = ""
    inputmode: str = ""
    autofill: str = ""


class Action(_Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be done in a step. `to`: the next step, "" ends the flow; `trigger`: what it means for the dossier.

    needs: what must come with it: assignee | note | draft | signed-result; takes: what may. `refuses`: the draft that
    comes with it refuses the dossier (DOS-14).
    """

    key: str
    name_vi: str
    name_en: str
    to: str = ""
    trigger: str = ""
    needs: tuple[Literal["assignee", "note", "draft", "signed-result"], ...] = ()
    takes: tuple[Literal["note", "papers"], ...] = ()
    refuses: bool = False


class Step(_Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`role` acts; `share`: percent of the whole time that this step may take."""

    key: str
    name_vi: str
    name_en: str
    role: Literal["counter", "head", "specialist", "leader", "clerk"]
    share: int
    actions: tuple[Action, ...]


class Workflow(_Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The inner steps of processing (PRO-06), interpreted by `hub.workflow.engine`. The first step begins."""

    key: str
    title_vi: str
    title_en: str
    steps: tuple[Step, ...]


class Route(_Part, frozen=True, kw_only=True):
    """Who decides. `unit`: its code in the province's profile now, "" when the province has none of this name."""

    kind: Literal["sector", "internal"]
    connector: str = ""
    unit_name: str = ""
    unit: str = ""


class Content(_Part, frozen=True, kw_only=True):
    """One version of a procedure: everything that a dossier under it needs (PRO-02, PRO-08)."""

    code: str
    name: str
    field_code: str
    field_name: str
    decision: str
    issuer_code: str
    levels: tuple[str, ...]
    audience: tuple[str, ...]
    agency: str
    responsible: str
    steps: str
    conditions: str
    limits: tuple[Limit, ...]
    fees: tuple[Fee, ...]
    components: tuple[Component, ...]
    results: tuple[str, ...]
    legal_bases: tuple[LegalBasis, ...]
    groups: tuple[Group, ...]
    form: tuple[FormField, ...]
    route: Route
    workflow: Workflow
    return_ways: tuple[str, ...]
    online: bool

    def limit(self, channel: str) -> Limit:
        """How long processing may take for a dossier of this channel: the longest that is published for it."""
        own = [limit for limit in self.limits if limit.channel == channel] or list(self.limits)
        firm = [limit for limit in own if not limit.assumed] or own
        return max(firm, key=_working_hours)

    def fees_due(self, channel: str, when: When) -> tuple[Fee, ...]:
        """What can be charged without anybody choosing: the province's rates, else the one national rate."""
        own = [fee for fee in self.fees if fee.channel == channel]
        local = tuple(fee for fee in own if fee.local and fee.amount and fee.when is when)
        if any(fee.local for fee in own):
            return local
        return tuple(fee for fee in own if fee.amount and fee.when is when) if len(own) == 1 else ()


class Procedure(Content, frozen=True, kw_only=True):
    """A version with its standing. `latest`: the current version's number; `in_use`: may be applied for now."""

    version: int = 0
    latest: int = 0
    listed: bool = True
    in_use: bool = True
    published_at: datetime | None = None


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One found procedure. `fee_low`/`fee_high` None when the rate is open."""

    code: str
    version: int
    name: str
    field_code: str
    field_name: str
    agency: str
    online: bool
    limit_amount: int | None
    limit_unit: str
    fee_low: int | None
    fee_high: int | None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits."""

    hits: tuple[Hit, ...]
    total: int
    page: int
    size: int


class FieldCount(msgspec.Struct, frozen=True, kw_only=True):
    """A field (lĩnh vực) and how many procedures in use it has."""

    code: str
    name: str
    count: int


class Flagged(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure of ours that the national list lacks, and who is responsible for it (PRO-09)."""

    code: str
    name: str
    responsible: str
    unlisted_at: datetime


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What storing did. `version`: the current one."""

    changed: bool
    version: int


_HOURS = {"working-day": 8, "day": 8, "hour": 1, "working-hour": 1}


def _working_hours(limit: Limit) -> int:
    return limit.amount * _HOURS.get(limit.unit, 8)
