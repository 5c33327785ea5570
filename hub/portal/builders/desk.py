"""The officer's queue and desk, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from markupsafe import Markup

from hub.catalog import Procedure
from hub.dossier import Component, Dossier, Story
from hub.kernel.text import fold
from hub.payment import Obligation
from hub.portal.builders.dossier import file_link, state, steps
from hub.portal.forms.account import summary
from hub.portal.forms.field import Field
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import Bar, FactRow, FileLink, Pages, Piece, Segment, State, Tone
from hub.portal.views.desk import Decision, DeskPage, DeskPaper, Preview, QueuePage, QueueRow, QueueTab, Urgency
from hub.result import Result
from hub.vault import Verdict
from hub.workflow import Bar as Figures
from schemas.messages.dossier import Status
from signing import Indication

S = Status
_IMAGES = ("image/jpeg", "image/png")
_VERDICTS: dict[Indication, tuple[str, Tone]] = {
    Indication.TOTAL_PASSED: ("signed_valid", "done"),
    Indication.INDETERMINATE: ("signed_doubtful", "waiting"),
    Indication.TOTAL_FAILED: ("signed_invalid", "stopped"),
}
_SOON = timedelta(hours=4)
_PAGE = 50
TABS: tuple[tuple[str, tuple[Status, ...]], ...] = (
    ("new", (S.REGISTERED,)),
    ("hand_over", (S.ACCEPTED,)),
    ("result", (S.RESOLVED,)),
    ("withdrawal", (S.WITHDRAWAL_REQUESTED,)),
    ("moving", (S.PROCESSING,)),
    ("waiting", (S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED)),
)
EVERY = [status for _, statuses in TABS for status in statuses]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that the modules tell of a dossier at the desk."""

    story: Story
    now: datetime
    procedure: Procedure
    figures: Figures | None = None
    owed: tuple[Obligation, ...] = ()
    results: tuple[Result, ...] = ()
    verdicts: Mapping[UUID, Verdict] = {}
    chosen: UUID | None = None

    @property
    def dossier(self) -> Dossier:
        return self.story.dossier


def queue_page(
    rows: Sequence[Dossier],
    figures: Mapping[UUID, Figures],
    now: datetime,
    t: Speech,
    *,
    office: str,
    tab: str,
    asked: str,
    page: int,
) -> QueuePage:
    """One list, sorted by time left."""
    tabs = dict(TABS)
    shown = [row for row in rows if _matches(row, asked)] if asked else [r for r in rows if r.status in tabs[tab]]
    shown.sort(key=_due)
    pages = max(1, -(-len(shown) // _PAGE))
    page = min(max(page, 1), pages)
    return QueuePage(
        title=t("desk.title"),
        caption=office,
        tabs=tuple(
            QueueTab(
                name=t(f"desk.tab_{name}"),
                href=f"/can-bo?nhom={name}",
                count=sum(row.status in statuses for row in rows),
                current=name == tab and not asked,
            )
            for name, statuses in TABS
        ),
        rows=tuple(_row(each, figures.get(each.id), now, t) for each in shown[(page - 1) * _PAGE : page * _PAGE]),
        asked=asked,
        pages=Pages(
            page=page,
            pages=pages,
            previous=_address(tab, asked, page - 1) if page > 1 else "",
            next=_address(tab, asked, page + 1) if page < pages else "",
        ),
    )


def _address(tab: str, asked: str, page: int) -> str:
    return "/can-bo?" + urlencode({"nhom": tab, "q": asked, "trang": page})


def _matches(row: Dossier, asked: str) -> bool:
    """By code, by lookup reference, by name; accents need not be typed."""
    wanted = fold(asked)
    return any(wanted in fold(text) for text in (row.code or "", row.reference, row.applicant.name))


def _due(row: Dossier) -> datetime:
    """What runs out first: the answer to the citizen, then the promised day."""
    return row.ack_due_at if row.status is S.REGISTERED else row.due_at or row.ack_due_at


def _row(row: Dossier, figures: Figures | None, now: datetime, t: Speech) -> QueueRow:
    due, key = _due(row), int(row.status)
    paused = row.status in (S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED)
    urgency = _urgency(due, now, paused=paused)
    return QueueRow(
        person=row.applicant.name,
        procedure=tidy(row.procedure_name),
        code=row.code or row.reference,
        why=t(f"desk.why_{key}", when=t.short_day(row.submitted_at), unit=row.unit_name or row.agency_name),
        href=f"/can-bo/ho-so/{row.id}",
        action=t(f"desk.act_{key}"),
        left=_left(due, now, t, paused=paused),
        due=t("desk.due", when=t.short_moment(due)),
        urgency=urgency,
        bar=_mini(row, figures, now, t, late=urgency == "late"),
    )


def _urgency(due: datetime, now: datetime, *, paused: bool) -> Urgency:
    if paused:
        return "paused"
    if due < now:
        return "late"
    return "soon" if due - now < _SOON else "calm"


def _left(due: datetime, now: datetime, t: Speech, *, paused: bool) -> str:
    if paused:
        return t("desk.paused")
    return t("desk.late", span=t.ago(now - due)) if due < now else t("desk.left", span=t.ago(due - now))


def _mini(row: Dossier, figures: Figures | None, now: datetime, t: Speech, *, late: bool) -> Bar:
    """By the clock's figures; before acceptance by the time in which the citizen must be answered."""
    if figures is None or not row.accepted:
        whole = (row.ack_due_at - row.submitted_at).total_seconds() or 1.0
        used = min(100.0, max(0.0, 100 * (now - row.submitted_at).total_seconds() / whole))
        widths = (used, 0.0, 0.0, 100 - used)
    else:
        widths = figures.widths
    kinds: tuple[Piece, ...] = ("late" if late else "used", "rest", "paused", "left")
    segments, start = [], 0.0
    for kind, width in zip(kinds, widths, strict=True):
        if width:
            segments.append(Segment(kind=kind, start=round(start, 2), width=round(width, 2)))
        start += width
    return Bar(segments=tuple(segments), legend=(), spoken=t("desk.used", percent=round(widths[0])))


def desk_page(
    it: Case, t: Speech, *, office: str, wrong: Mapping[str, str] | None = None, given: Mapping[str, str] | None = None
) -> DeskPage:
    """Papers left, preview beside, decision right, history below."""
    dossier = it.dossier
    here = f"/can-bo/ho-so/{dossier.id}"
    wrong, given = wrong or {}, given or {}
    rounds = len(it.story.supplements)
    return DeskPage(
        title=tidy(dossier.procedure_name),
        code=dossier.code or dossier.reference,
        state=state(dossier.status, t, desk=True),
        person=_person(dossier, t),
        form=_form(dossier, it.procedure, t),
        papers=_papers(it, here, t),
        preview=_preview(it, here),
        decisions=decisions(dossier, here, t, office, wrong, given),
        history=tuple(reversed(steps(it.story.log, dossier, t, desk=True))),
        sentence=_sentence(dossier, t),
        bar=_mini(dossier, it.figures, it.now, t, late=_due(dossier) < it.now),
        warnings=(t("desk.guide_again", n=rounds),) if rounds and dossier.status is S.REGISTERED else (),
        errors=summary(wrong),
        receipt=f"{here}/tep/{dossier.receipt_entry}" if dossier.receipt_entry else "",
        results=tuple(_result(each, here) for each in it.results),
        version=str(dossier.version),
    )


def _person(dossier: Dossier, t: Speech) -> tuple[FactRow, ...]:
    who = dossier.applicant
    rows = [
        FactRow(label=t("account.name"), value=who.name),
        FactRow(label=t("account.id_number"), value=who.id_number),
        FactRow(label=t("account.phone"), value=who.phone, href=f"tel:{who.phone}"),
        FactRow(label=t("account.email"), value=who.email),
        FactRow(label=t("account.address"), value=who.address),
        FactRow(label=t("fact.way"), value=t(f"fact.way_{dossier.return_way.value}")),
    ]
    return tuple(row for row in rows if row.value)


def _form(dossier: Dossier, procedure: Procedure, t: Speech) -> tuple[FactRow, ...]:
    english = t.language == "en"
    order = {field.name: n for n, field in enumerate(procedure.form)}
    labels = {field.name: field.label_en if english else field.label_vi for field in procedure.form}
    words = {
        (field.name, each.value): each.label_en if english else each.label_vi
        for field in procedure.form
        for each in field.options
    }
    return tuple(
        FactRow(label=labels.get(name, name), value=words.get((name, value), value))
        for name, value in sorted(dossier.form.items(), key=lambda each: order.get(each[0], len(order)))
        if value
    )


def _papers(it: Case, here: str, t: Speech) -> tuple[DeskPaper, ...]:
    chosen = _chosen(it)
    return tuple(
        DeskPaper(
            name=tidy(each.name),
            href=f"{here}?tep={each.entry_id}",
            current=each.entry_id == chosen,
            file=file_link(each.file_name, each.media_type, each.size, f"{here}/tep/{each.entry_id}", t),
            note=t("desk.added_in_round", n=each.supplement) if each.supplement else "",
            checks=_signature(it.verdicts.get(each.entry_id), t),
        )
        for each in sorted(it.story.components, key=_order)
    )


def _signature(verdict: Verdict | None, t: Speech) -> tuple[State, ...]:
    """SUB-11: whether the paper is signed, by whom, and what that is worth."""
    if verdict is None or verdict.indication == Indication.NO_SIGNATURE:
        return (State(word=t("desk.unsigned")),)
    names = ", ".join(name for name in verdict.signers if name) or t("desk.signer_unknown")
    key, tone = _VERDICTS[Indication(verdict.indication)]
    return (State(word=t(f"desk.{key}", who=names), tone=tone),)


def _order(each: Component) -> tuple[int, str]:
    return each.supplement, each.spec_code


def _chosen(it: Case) -> UUID | None:
    """The paper asked for, else the first."""
    ids = [each.entry_id for each in sorted(it.story.components, key=_order)]
    return it.chosen if it.chosen in ids else ids[0] if ids else None


def _preview(it: Case, here: str) -> Preview:
    paper = next((each for each in it.story.components if each.entry_id == _chosen(it)), None)
    if paper is None:
        return Preview(kind="none")
    href = f"{here}/tep/{paper.entry_id}"
    if paper.media_type == "application/pdf":
        return Preview(kind="pdf", href=href, title=paper.name)
    return Preview(kind="image" if paper.media_type in _IMAGES else "none", href=href, title=paper.name)


def _sentence(dossier: Dossier, t: Speech) -> Markup | str:
    if dossier.status is S.REGISTERED:
        return t("desk.ack_due", when=t.moment(dossier.ack_due_at))
    return t("desk.due_sentence", when=t.moment(dossier.due_at)) if dossier.due_at else ""


def _result(each: Result, here: str) -> FileLink:
    return FileLink(name=each.name, href=f"{here}/tep/{each.entry_id}", detail=each.code)


def decisions(
    dossier: Dossier, here: str, t: Speech, office: str, wrong: Mapping[str, str], given: Mapping[str, str]
) -> tuple[Decision, ...]:
    """What may be done now; the first stands open, or the one with something to correct."""
    found = [
        msgspec.structs.replace(
            each,
            fields=tuple(
                msgspec.structs.replace(f, error=wrong.get(f.name, ""), value=given.get(f.name, ""))
                for f in each.fields
            ),
        )
        for each in _possible(dossier, here, t)
    ]
    broken = next((n for n, each in enumerate(found) if any(f.error for f in each.fields)), 0)
    return tuple(msgspec.structs.replace(each, open=n == broken) for n, each in enumerate(found))


def _possible(dossier: Dossier, here: str, t: Speech) -> list[Decision]:
    if dossier.status is S.REGISTERED:
        return [_plain("tiep-nhan", "accept", here, t), _guide(here, t), _refuse(here, t)]
    if dossier.status is S.SUPPLEMENT_REQUESTED and not dossier.accepted:
        return [_refuse(here, t)]
    if dossier.status is S.ACCEPTED:
        unit = dossier.unit_name or dossier.agency_name
        return [
            Decision(
                kind="chuyen",
                title=t("desk.hand_over", unit=unit),
                text=t("desk.hand_over_text"),
                button=t("desk.hand_over_button"),
                action=f"{here}/chuyen",
            )
        ]
    if dossier.status is S.RESOLVED:
        note = Field(name="tra-note", label=t("desk.return_note"), required=False)
        return [msgspec.structs.replace(_plain("tra", "return", here, t), fields=(note,))]
    return []


def _plain(kind: str, key: str, here: str, t: Speech) -> Decision:
    return Decision(
        kind=kind,
        title=t(f"desk.{key}"),
        text=t(f"desk.{key}_text"),
        button=t(f"desk.{key}_button"),
        action=f"{here}/{kind}",
    )


def _guide(here: str, t: Speech) -> Decision:
    fields = (
        Field(name="bo-sung-reason", label=t("desk.reason"), kind="area"),
        Field(
            name="bo-sung-papers",
            label=t("desk.papers_wanted"),
            hint=t("desk.papers_hint"),
            kind="area",
            rows=3,
            required=False,
        ),
    )
    return msgspec.structs.replace(_plain("bo-sung", "guide", here, t), fields=fields)


def _refuse(here: str, t: Speech) -> Decision:
    fields = (Field(name="tu-choi-reason", label=t("desk.reason"), kind="area"),)
    return msgspec.structs.replace(_plain("tu-choi", "refuse", here, t), fields=fields, heavy=True)
