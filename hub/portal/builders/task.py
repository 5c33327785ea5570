"""An officer's own work list and one task of it, in words. What may be done is data of the procedure's steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from hub.catalog import Action
from hub.dossier import InHand, Line, Offer
from hub.identity import Officer
from hub.portal.builders import desk, queue, task_signing
from hub.portal.builders.circulation import action_name, circulation, step_name
from hub.portal.builders.dossier import file_link, state, steps
from hub.portal.forms.account import summary
from hub.portal.forms.field import Field, Option
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import FileLink, Link, Pages
from hub.portal.views.desk import Decision, DeskPage, DeskPaper, Preview, Proposed, QueuePage, QueueRow, QueueTab
from hub.sealing import Face
from hub.vault import Entry
from hub.workflow import Bar as Figures
from hub.workflow import Task, Urging
from schemas.messages.dossier import Status

HOME = "/viec"
TABS = ("me", "unit")
_FILES = ("draft", "signed-result")
_ACCEPTED = {"draft": ".pdf,.docx", "signed-result": ".pdf"}


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that the modules tell of a task: the desk's case, the task, its files, and what this viewer may do."""

    desk: desk.Case
    it: InHand
    files: Mapping[UUID, Entry]
    colleagues: tuple[Officer, ...] = ()
    answers: bool = False
    kept: Entry | None = None
    offers: tuple[Offer, ...] = ()
    viewer: str = ""
    holds: bool = False

    @property
    def task(self) -> Task:
        return self.it.assignment.task

    @property
    def sealed(self) -> Entry | None:
        """Signed by the leader and sealed in the app: ready to be issued."""
        found = self.it.signatures.sealed if self.it.signatures else None
        return self.files.get(found) if found else None


def work_page(
    lines: Sequence[Line],
    figures: Mapping[UUID, Figures],
    now: datetime,
    t: Speech,
    *,
    office: str,
    tab: str,
    tabs: Sequence[str],
    pages: Pages,
) -> QueuePage:
    """One list, sorted by time left; who answers for a unit sees the unit's too (WFL-10)."""
    return QueuePage(
        title=t("task.title"),
        caption=office,
        tabs=tuple(
            QueueTab(name=t(f"task.tab_{name}"), href=f"{HOME}?nhom={name}", current=name == tab) for name in tabs
        ),
        rows=tuple(_row(each, figures.get(each.dossier.id), now, t, whose=tab == "unit") for each in lines),
        pages=pages,
    )


def _row(line: Line, figures: Figures | None, now: datetime, t: Speech, *, whose: bool) -> QueueRow:
    dossier, waiting = line.dossier, line.waiting
    due = waiting.due_at or dossier.due_at or dossier.ack_due_at
    paused = waiting.clock == "paused"
    pressing = queue.urgency(due, now, paused=paused)
    return QueueRow(
        person=dossier.applicant.name,
        procedure=tidy(dossier.procedure_name),
        code=dossier.code or dossier.reference,
        why=_why(line, t, whose=whose),
        href=f"{HOME}/{waiting.task.id}",
        action=step_name(waiting.step, t),
        left=queue.left(due, now, t, paused=paused),
        due=t("desk.due", when=t.short_moment(due)),
        urgency=pressing,
        bar=queue.mini(dossier, figures, now, t, late=pressing == "late"),
    )


def _why(line: Line, t: Speech, *, whose: bool) -> str:
    task, status = line.waiting.task, line.dossier.status
    if status is not Status.PROCESSING:
        return t(f"desk.why_{int(status)}", unit=line.dossier.unit_name)
    if whose:
        return t("task.with", name=task.assignee_name or t("task.nobody"))
    if task.directions:
        return t("task.why_directions", said=task.directions[:120])
    return t("task.why_since", when=t.short_moment(task.opened_at))


def task_page(
    case: Case, t: Speech, *, wrong: Mapping[str, str] | None = None, given: Mapping[str, str] | None = None
) -> DeskPage:
    """Papers left, preview beside, decision right; how it went round below, then its story."""
    dossier, here = case.it.dossier, f"{HOME}/{case.task.id}"
    wrong, given = wrong or {}, given or {}
    return DeskPage(
        title=tidy(dossier.procedure_name),
        code=dossier.code or dossier.reference,
        state=state(dossier.status, t, desk=True),
        person=desk.person(dossier, t),
        form=desk.declared(dossier, case.desk.procedure, t),
        papers=_papers(case, here, t),
        preview=_preview(case, here),
        decisions=_decisions(case, here, t, wrong, given),
        history=tuple(reversed(steps(case.desk.story.log, dossier, t, desk=True))),
        sentence=_sentence(case, t),
        bar=queue.mini(
            dossier, case.desk.figures, case.desk.now, t, late=bool(dossier.due_at and dossier.due_at < case.desk.now)
        ),
        errors=summary(wrong),
        receipt=f"{here}/tep/{dossier.receipt_entry}" if dossier.receipt_entry else "",
        results=tuple(
            FileLink(name=each.name, href=f"{here}/tep/{each.entry_id}", detail=each.code) for each in case.desk.results
        ),
        version=str(dossier.version),
        back=Link(text=t("nav.tasks"), href=HOME),
        directions=_directions(case),
        urgings=tuple(_urged(each, t) for each in case.it.assignment.urgings if each.task_id == case.task.id),
        proposed=_proposed(case, here, t),
        circulation=circulation(case.it.assignment, t),
        warnings=task_signing.missed(case.it.signatures, t) if case.it.actions else (),
        awaited=task_signing.awaited(case.it.signatures, case.viewer, here, t, holds=case.holds)
        if case.task.open
        else None,
    )


def _sentence(case: Case, t: Speech) -> str:
    dossier, task = case.it.dossier, case.task
    if dossier.status is not Status.PROCESSING:
        return t(f"desk.why_{int(dossier.status)}", unit=dossier.unit_name).capitalize() + "."
    name = step_name(case.it.assignment.step, t)
    if not task.open:
        return t("task.done", name=name)
    if not case.it.actions and not case.it.waits:
        return t("task.theirs", name=name, who=task.assignee_name or t("task.nobody"))
    return t("task.until", name=name, when=t.moment(task.due_at)) if task.due_at else f"{name}."


def _directions(case: Case) -> str:
    """Of an open task; what was said with the proposal stands there."""
    said = case.it.assignment.proposal
    repeated = said is not None and said.note == case.task.directions
    return "" if repeated or not case.task.open else case.task.directions


def _draft(case: Case) -> Entry | None:
    """What is proposed, with every signature that it bears by now."""
    found, have = case.it.assignment.proposal, case.it.signatures
    newest = have.entry if have else found.document_id if found else None
    return case.files.get(newest) if newest else None


def _signed(case: Case) -> bool:
    return case.it.signatures is not None and case.it.signatures.bears(Face.LEADER)


def _papers(case: Case, here: str, t: Speech) -> tuple[DeskPaper, ...]:
    """The draft first, then what the citizen handed in."""
    draft, handed_in = _draft(case), desk.papers(case.desk, here, t)
    if draft is None:
        return handed_in
    chosen = case.desk.chosen == draft.id
    first = DeskPaper(
        name=t("task.signed_draft" if _signed(case) else "task.field_draft"),
        href=f"{here}?tep={draft.id}",
        current=chosen,
        file=file_link(draft.name, draft.media_type, draft.size, f"{here}/tep/{draft.id}", t),
    )
    return (first, *(msgspec.structs.replace(each, current=each.current and not chosen) for each in handed_in))


def _preview(case: Case, here: str) -> Preview:
    draft = _draft(case)
    if draft is None or case.desk.chosen != draft.id:
        return desk.preview(case.desk, here)
    kind: Literal["pdf", "none"] = "pdf" if draft.media_type == "application/pdf" else "none"
    return Preview(kind=kind, href=f"{here}/tep/{draft.id}", title=draft.name)


def _urged(said: Urging, t: Speech) -> str:
    return t("task.urged", who=said.by_name, when=t.short_moment(said.at), said=said.note)


def _proposed(case: Case, here: str, t: Speech) -> Proposed | None:
    found = case.it.assignment.proposal
    if found is None or case.it.dossier.status is not Status.PROCESSING:
        return None
    signed = "signed" if _signed(case) else "draft"
    kind = "refusal" if found.refuses else signed if found.document_id else "notice"
    return Proposed(
        title=t(f"task.proposed_{kind}"),
        note=found.note,
        papers=found.papers,
        file=_file(_draft(case), here, t),
    )


def _file(entry: Entry | None, here: str, t: Speech) -> FileLink | None:
    if entry is None:
        return None
    return file_link(entry.name, entry.media_type, entry.size, f"{here}/tep/{entry.id}", t)


def _decisions(
    case: Case, here: str, t: Speech, wrong: Mapping[str, str], given: Mapping[str, str]
) -> tuple[Decision, ...]:
    found = task_signing.decisions(case.offers, here, t)
    found += [_decision(each, case, here, t) for each in case.it.actions]
    if case.task.open and case.answers:
        found += _of_the_head(case, here, t)
    filled = [
        msgspec.structs.replace(
            each,
            fields=tuple(
                msgspec.structs.replace(f, error=wrong.get(f.name, ""), value=given.get(f.name, ""))
                for f in each.fields
            ),
        )
        for each in found
    ]
    broken = next((n for n, each in enumerate(filled) if any(f.error for f in each.fields)), 0)
    return tuple(msgspec.structs.replace(each, open=n == broken) for n, each in enumerate(filled))


def _decision(action: Action, case: Case, here: str, t: Speech) -> Decision:
    fields = [
        *(_field(action.key, need, case, t, required=True) for need in action.needs),
        *(_field(action.key, may, case, t, required=False) for may in action.takes),
    ]
    own = f"task.text_{action.key.replace('-', '_')}"
    name = action_name(action, t)
    kept = case.kept if any(need in _FILES for need in action.needs) else None
    if "signed-result" in action.needs and case.sealed and not kept:
        name, kept = t("task.issue_sealed"), case.sealed
    return Decision(
        kind=action.key,
        title=name,
        text=t(own) if t.has(own) else "",
        button=name,
        action=f"{here}/{action.key}",
        fields=tuple(fields),
        heavy=action.refuses,
        uploads=any(need in _FILES for need in action.needs),
        hidden=((f"{action.key}-document", str(kept.id)),) if kept else (),
    )


def _field(key: str, need: str, case: Case, t: Speech, *, required: bool) -> Field:
    if need == "assignee":
        return _who(key, case.colleagues, t)
    if need in _FILES:
        hint = t(f"task.hint_{need.replace('-', '_')}")
        if case.kept:
            hint = t("task.kept", name=case.kept.name)
        elif need == "signed-result" and case.sealed:
            hint = t("task.sealed", name=case.sealed.name)
        label = t(f"task.field_{need.replace('-', '_')}")
        return Field(name=f"{key}-file", label=label, kind="file", hint=hint, accept=_ACCEPTED[need])
    if need == "papers":
        hint = t("desk.papers_hint")
        return Field(
            name=f"{key}-papers", label=t("desk.papers_wanted"), hint=hint, kind="area", rows=3, required=False
        )
    own = f"task.note_{key}"
    label = t(own) if t.has(own) else t("task.field_note")
    return Field(name=f"{key}-note", label=label, kind="area", required=required)


def _who(key: str, colleagues: Sequence[Officer], t: Speech) -> Field:
    options = (Option(value="", label=t("task.choose")), *(
        Option(value=str(each.id), label=f"{each.name}, {each.title}") for each in colleagues
    ))  # fmt: skip
    return Field(name=f"{key}-assignee", label=t("task.field_assignee"), kind="select", options=options)


def _of_the_head(case: Case, here: str, t: Speech) -> list[Decision]:
    """Give it to somebody else (WFL-03), urge (WFL-10); only what lies with another person."""
    if case.it.actions or case.it.waits or case.task.assignee_id is None:
        return []
    found = [
        Decision(
            kind="don-doc",
            title=t("task.urge"),
            text=t("task.urge_text"),
            button=t("task.urge_button"),
            action=f"{here}/don-doc",
            fields=(Field(name="don-doc-note", label=t("task.field_note"), kind="area", rows=3),),
        )
    ]
    if case.colleagues:
        found.append(
            Decision(
                kind="giao-lai",
                title=t("task.reassign"),
                text=t("task.reassign_text"),
                button=t("task.reassign_button"),
                action=f"{here}/giao-lai",
                fields=(_who("giao-lai", case.colleagues, t),),
            )
        )
    return found
