"""The officer's queue and desk, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from markupsafe import Markup

from hub import profiles
from hub.catalog import Procedure
from hub.dossier import Component, Dossier, Story
from hub.kernel.clock import VN
from hub.payment import Obligation
from hub.portal.builders.circulation import circulation
from hub.portal.builders.dossier import file_link, state, steps
from hub.portal.builders.queue import due_of, mini
from hub.portal.forms.account import summary
from hub.portal.forms.field import Field
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import FactRow, FileLink, Link, State, Tone
from hub.portal.views.desk import Decision, DeskPage, DeskPaper, Preview
from hub.result import Result
from hub.vault import Verdict
from hub.workflow import Assignment
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
    went: Assignment | None = None

    @property
    def dossier(self) -> Dossier:
        return self.story.dossier


def desk_page(
    it: Case, t: Speech, *, office: str, wrong: Mapping[str, str] | None = None, given: Mapping[str, str] | None = None
) -> DeskPage:
    """Papers left, preview beside, decision right, history below."""
    dossier = it.dossier
    here = f"/can-bo/ho-so/{dossier.id}"
    wrong, given = wrong or {}, given or {}
    return DeskPage(
        title=tidy(dossier.procedure_name),
        code=dossier.code or dossier.reference,
        state=state(dossier.status, t, desk=True),
        person=person(dossier, t),
        form=declared(dossier, it.procedure, t),
        papers=papers(it, here, t),
        preview=preview(it, here),
        decisions=decisions(dossier, here, t, office, wrong, given),
        history=tuple(reversed(steps(it.story.log, dossier, t, desk=True))),
        sentence=_sentence(dossier, t),
        bar=mini(dossier, it.figures, it.now, t, late=due_of(dossier) < it.now),
        warnings=_warnings(it, t),
        errors=summary(wrong),
        receipt=f"{here}/tep/{dossier.receipt_entry}" if dossier.receipt_entry else "",
        results=tuple(_result(each, here) for each in it.results),
        version=str(dossier.version),
        back=Link(text=t("nav.queue"), href="/can-bo"),
        circulation=circulation(it.went, t),
    )


def _warnings(it: Case, t: Speech) -> tuple[str, ...]:
    """One guidance (DOS-07); money that a withdrawn dossier has paid (PAY-07)."""
    rounds, status = len(it.story.supplements), it.dossier.status
    if rounds and status is S.REGISTERED:
        return (t("desk.guide_again", n=rounds),)
    if status in (S.WITHDRAWAL_REQUESTED, S.STOPPED):
        return refund(it.owed, profiles.terms_on(it.now.astimezone(VN).date()).money.refund_withdrawn, t)
    return ()


def refund(owed: Sequence[Obligation], rule: str, t: Speech) -> tuple[str, ...]:
    """What the officer must think of when a citizen who has paid withdraws. `rule`: due | considered | none (PAY-07)."""
    paid = sum(due.amount for due in owed if due.paid)
    return (t(f"desk.refund_{rule}", amount=t.money(paid)),) if paid else ()


def person(dossier: Dossier, t: Speech) -> tuple[FactRow, ...]:
    """Who applies, and how to reach them."""
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


def declared(dossier: Dossier, procedure: Procedure, t: Speech) -> tuple[FactRow, ...]:
    """The e-form's answers in the order of its questions."""
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


def papers(it: Case, here: str, t: Speech) -> tuple[DeskPaper, ...]:
    """What the citizen handed in."""
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


def preview(it: Case, here: str) -> Preview:
    """The chosen paper."""
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
    if dossier.status is S.WITHDRAWAL_REQUESTED:
        note = Field(name="dung-note", label=t("desk.return_note"), kind="area", rows=3, required=False)
        return [msgspec.structs.replace(_plain("dung", "stop", here, t), fields=(note,))]
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
