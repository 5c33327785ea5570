"""A dossier in words: for its owner, for the list, for the public lookup."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from hub.dossier import Component, Dossier, Draft, LogRow, Lookup, Story, Trigger
from hub.kernel.clock import VN
from hub.payment import Obligation
from hub.portal.builders.promise import promise
from hub.portal.builders.proof import Proofs
from hub.portal.forms.field import Field, FormError
from hub.portal.site import Site
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import FactRow, FileLink, Link, State, Tone
from hub.portal.views.dossier import (
    Access,
    AccessRow,
    DossierList,
    DossierPage,
    DossierRow,
    FeeLine,
    Next,
    Paper,
    ResultLine,
    Step,
)
from hub.portal.views.lookup import LookupPage
from hub.postal import Effect, Scan
from hub.result import Result
from hub.vault import Access as Seen
from hub.workflow import Explanation
from schemas.messages.dossier import Status

S = Status
TONES: dict[Status, Tone] = {
    S.REGISTERED: "moving",
    S.ACCEPTED: "moving",
    S.REFUSED: "stopped",
    S.PROCESSING: "moving",
    S.SUPPLEMENT_REQUESTED: "waiting",
    S.PAYMENT_REQUESTED: "waiting",
    S.WITHDRAWAL_REQUESTED: "plain",
    S.STOPPED: "stopped",
    S.RESOLVED: "done",
    S.RETURNED: "done",
}
YOURS = frozenset({S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED})
OPEN = frozenset({S.REGISTERED, S.ACCEPTED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED})
_AHEAD: dict[Status, tuple[str, ...]] = {
    S.REGISTERED: ("accept", "process", "return"),
    S.ACCEPTED: ("hand_over", "process", "return"),
    S.PROCESSING: ("process", "return"),
    S.SUPPLEMENT_REQUESTED: ("process", "return"),
    S.PAYMENT_REQUESTED: ("process", "return"),
    S.RESOLVED: ("return",),
}


_ACCOUNTS = re.compile(r"\s*\([^()]*(?:→|\b[a-z]+\.[a-z0-9]+)[^()]*\)")
"""Accounts of sector systems in what they report, e.g. (canbo.dd01 → canbo.dd02): for the desk, not for the citizen."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """All that the modules tell of a dossier, for its owner."""

    story: Story
    now: datetime
    clock: Explanation | None = None
    owed: tuple[Obligation, ...] = ()
    results: tuple[Result, ...] = ()
    seen: tuple[Seen, ...] = ()
    scans: tuple[Scan, ...] = ()
    proofs: Proofs | None = None
    receipt_sha256: str = ""

    @property
    def dossier(self) -> Dossier:
        return self.story.dossier


def state(status: Status, t: Speech, *, desk: bool = False) -> State:
    """Word, shape and colour of a status."""
    own = f"desk_status.{int(status)}"
    return State(word=t(own) if desk and t.has(own) else t(f"status.{int(status)}"), tone=TONES[status])


def citizen_page(it: Known, site: Site, t: Speech) -> DossierPage:
    """The page that matters most."""
    dossier = it.dossier
    here = f"/ho-so/{dossier.id}"
    return DossierPage(
        title=tidy(dossier.procedure_name),
        code=dossier.code or dossier.reference,
        submitted=t(f"dossier.submitted_{dossier.channel.value}", day=t.day(dossier.submitted_at)),
        state=state(dossier.status, t),
        next=_next(it, here, t),
        promise=promise(it.clock, it.now, t) if it.clock and dossier.status in OPEN else None,
        story=(*_told(it, t), *_ahead(dossier, t)),
        facts=_facts(dossier, site, t),
        fees=_fees(it.owed, here, t),
        papers=tuple(paper(each, f"{here}/tep/{each.entry_id}", t) for each in sorted(it.story.components, key=_order)),
        results=tuple(_result(each, n, here, it, t) for n, each in enumerate(it.results, start=1)),
        access=access(it.seen, it.now, t),
        receipt=f"{here}/tep/{dossier.receipt_entry}" if dossier.receipt_entry else "",
        receipt_proof=it.proofs.link(it.receipt_sha256, t) if it.proofs else None,
        withdraw=f"{here}/rut" if dossier.status in OPEN else "",
    )


def _next(it: Known, here: str, t: Speech) -> Next:
    """Who does what next, and by when."""
    dossier = it.dossier
    if dossier.status is S.SUPPLEMENT_REQUESTED:
        return _next_supplement(it, here, t)
    if dossier.status is S.PAYMENT_REQUESTED:
        amount = sum(due.amount for due in it.owed if not due.paid)
        return Next(
            title=t("dossier.next"),
            texts=(t.html("next.pay", amount=t.money(amount)), t("next.paused")),
            actions=(Link(text=t("dossier.pay"), href=f"{here}/thanh-toan"),),
        )
    if dossier.status in (S.RESOLVED, S.RETURNED) and it.results:
        return Next(
            title=t("next.nothing_more" if dossier.status is S.RETURNED else "next.result_title"),
            texts=(_result_words(dossier, t),),
            actions=(Link(text=t("dossier.download_result"), href=f"{here}/ket-qua/1"),),
            tone="done",
        )
    if dossier.status in (S.REFUSED, S.STOPPED):
        return Next(
            title=t(f"next.ended_{int(dossier.status)}"),
            texts=(it.story.log[-1].cause, t("next.ended_help")),
            actions=(Link(text=t("next.again"), href=f"/thu-tuc/{dossier.procedure_code}"),),
            tone="calm",
        )
    return Next(title=t("next.nothing"), texts=(_calm_words(dossier, t),), tone="calm")


def _next_supplement(it: Known, here: str, t: Speech) -> Next:
    asked = it.story.supplements[-1] if it.story.supplements else None
    unit = (asked.unit if asked else "") or it.dossier.unit_name or it.dossier.agency_name
    return Next(
        title=t("dossier.next"),
        texts=(
            t.html("next.supplement", unit=unit, reason=asked.reason if asked else it.story.log[-1].cause),
            t("next.once"),
        ),
        items=asked.papers if asked else (),
        actions=(Link(text=t("supplement.title"), href=f"{here}/bo-sung"),),
    )


def _result_words(dossier: Dossier, t: Speech) -> str:
    if dossier.returned_at is not None:
        return t("next.returned", when=t.moment(dossier.returned_at))
    return t(f"next.result_{dossier.return_way.value}")


def _calm_words(dossier: Dossier, t: Speech) -> str:
    if dossier.status is S.REGISTERED:
        return t("next.registered", when=t.moment(dossier.ack_due_at))
    if dossier.status is S.WITHDRAWAL_REQUESTED:
        return t("next.withdrawing")
    if dossier.status is S.RESOLVED:
        return t(f"next.result_{dossier.return_way.value}")
    return t("next.processing", unit=dossier.unit_name or dossier.agency_name)


def _told(it: Known, t: Speech) -> list[Step]:
    """The dossier's own steps in their order, the postman's scans between them by time; of two at once the scan first.

    A partner's clock may lag a second behind ours: no step of ours is ever told before an earlier one.
    """
    told = [(step.at or it.now, 0, step) for step in _scans(it.scans, t)]
    latest = it.dossier.submitted_at
    for step in steps(it.story.log, it.dossier, t):
        latest = max(latest, step.at or it.now)
        told.append((latest, 1, step))
    return [step for _, _, step in sorted(told, key=lambda each: each[:2])]


def steps(log: Sequence[LogRow], dossier: Dossier, t: Speech, *, desk: bool = False) -> tuple[Step, ...]:
    """The story so far; the last step is where the dossier now stands, unless all is over."""
    told = []
    for n, row in enumerate(log):
        last = n == len(log) - 1
        key = row.trigger.replace("-", "_")
        own = row.trigger in (Trigger.PROGRESS, Trigger.CORRECT) and row.cause
        said = row.cause if desk else _ACCOUNTS.sub("", row.cause)
        title = said if own else t(f"story.{key}")
        repeats = row.trigger in (Trigger.SUBMIT, Trigger.ACCEPT, Trigger.HAND_OVER, Trigger.PROGRESS, Trigger.RETURN)
        told.append(
            Step(
                title=title,
                rest=_rest(row, dossier, t),
                state="now" if last and dossier.status in OPEN | {S.WITHDRAWAL_REQUESTED} else "done",
                when=_when(row, t, desk=desk),
                at=row.at,
                note="" if own or said == title or (repeats and not desk) else said,
            )
        )
    return tuple(told)


def _rest(row: LogRow, dossier: Dossier, t: Speech) -> str:
    if row.trigger == Trigger.ACCEPT:
        return " " + t("story.at", place=dossier.agency_name)
    if row.trigger == Trigger.HAND_OVER:
        return " " + t("story.to", place=dossier.unit_name or dossier.agency_name)
    if row.trigger in (Trigger.PROGRESS, Trigger.REQUEST_SUPPLEMENT) and row.unit:
        return f", {row.unit}"
    return ""


def _when(row: LogRow, t: Speech, *, desk: bool) -> str:
    said = t.short_moment(row.at)
    return f"{said} · {row.actor_name}" if desk and row.actor_name else said


def _scans(scans: Sequence[Scan], t: Speech) -> tuple[Step, ...]:
    return tuple(
        Step(title=t("story.post"), rest=f": {scan.message}", state="done", when=t.short_moment(scan.at), at=scan.at)
        for scan in scans
        if scan.effect is Effect.APPLIED
    )


def _ahead(dossier: Dossier, t: Speech) -> tuple[Step, ...]:
    names = _AHEAD.get(dossier.status, ())
    keys = [f"ahead.{name}_{dossier.return_way.value}" if name == "return" else f"ahead.{name}" for name in names]
    return tuple(Step(title=t(key), state="ahead") for key in keys)


def _facts(dossier: Dossier, site: Site, t: Speech) -> tuple[FactRow, ...]:
    rows = [
        FactRow(label=t("fact.applicant"), value=dossier.applicant.name),
        FactRow(label=t("fact.unit"), value=dossier.unit_name or dossier.agency_name),
        FactRow(label=t("fact.way"), value=t(f"fact.way_{dossier.return_way.value}")),
    ]
    if site.hotline:
        rows.append(FactRow(label=t("fact.ask"), value=site.hotline, href=f"tel:{site.hotline.replace(' ', '')}"))
    return tuple(rows)


def _fees(owed: Sequence[Obligation], here: str, t: Speech) -> tuple[FeeLine, ...]:
    lines = []
    for due in owed:
        name = ", ".join(item.name for item in due.items)
        paid = State(word=t("fee.paid"), tone="done") if due.paid else State(word=t("fee.open"), tone="waiting")
        lines.append(
            FeeLine(
                name=name,
                amount=t.money(due.amount),
                state=paid,
                voucher=f"{here}/tep/{due.voucher_entry}" if due.voucher_entry else "",
                pay="" if due.paid else f"{here}/thanh-toan",
            )
        )
    return tuple(lines)


def _order(each: Component) -> tuple[int, str]:
    """As the procedure lists them; what came later, later."""
    return each.supplement, each.spec_code


def paper(each: Component, href: str, t: Speech) -> Paper:
    """One component with its file."""
    return Paper(name=tidy(each.name), file=file_link(each.file_name, each.media_type, each.size, href, t))


def file_link(name: str, media_type: str, size: int, href: str, t: Speech) -> FileLink:
    """PDF, 1,2 MB."""
    kind = media_type.rsplit("/", 1)[-1].rsplit(".", maxsplit=1)[-1].upper()
    return FileLink(name=name, href=href, detail=f"{kind}, {t.size(size)}")


def _result(each: Result, number: int, here: str, it: Known, t: Speech) -> ResultLine:
    return ResultLine(
        name=each.name.removesuffix(".pdf"),
        code=each.code,
        download=f"{here}/ket-qua/{number}",
        paper=f"{here}/ket-qua/{number}/ban-giay",
        verify=f"/xac-minh/{each.token}",
        proof=it.proofs.link(each.sha256, t) if it.proofs else None,
    )


def access(seen: Sequence[Seen], now: datetime, t: Speech) -> Access:
    """Who looked, the owner not counted."""
    others = [each for each in seen if each.actor_kind != "citizen"]
    if not others:
        return Access()
    first = min(each.at for each in others)
    days = max(1, -((first - now) // timedelta(days=1)))
    return Access(
        count=t.count("access.times", len(others)),
        span=t.count("access.in_days", days),
        rows=tuple(access_row(each, t) for each in others[:30]),
    )


def access_row(each: Seen, t: Speech) -> AccessRow:
    """One reader."""
    what = t("access.read", what=each.what) if each.what else t("access.opened")
    said = f"{what} · {each.purpose}" if each.purpose else what
    return AccessRow(who=each.actor_name, unit=each.actor_unit, what=said, when=t.short_moment(each.at))


def dossier_list(mine: Sequence[Dossier], drafts: Sequence[Draft], names: Mapping[str, str], t: Speech) -> DossierList:
    """What waits for me first."""
    return DossierList(
        waiting=tuple(_line(each, t) for each in mine if each.status in YOURS),
        others=tuple(_line(each, t) for each in mine if each.status not in YOURS),
        drafts=tuple(_draft_line(each, names.get(each.procedure_code, each.procedure_code), t) for each in drafts),
    )


def _line(dossier: Dossier, t: Speech) -> DossierRow:
    due = dossier.due_at if dossier.status in OPEN else None
    return DossierRow(
        title=tidy(dossier.procedure_name),
        href=f"/ho-so/{dossier.id}",
        code=dossier.code or dossier.reference,
        when=t(f"dossier.submitted_{dossier.channel.value}", day=t.day(dossier.submitted_at)),
        state=state(dossier.status, t),
        next=t(f"list.next_{int(dossier.status)}"),
        promise=t("list.due", day=t.day(due)) if due else "",
    )


def _draft_line(draft: Draft, name: str, t: Speech) -> DossierRow:
    return DossierRow(
        title=tidy(name),
        href=f"/nop/ban/{draft.id}",
        code="",
        when=t("list.saved", when=t.short_moment(draft.updated_at)),
        state=State(word=t("status.0")),
        next=t("list.next_0"),
    )


def lookup_form(t: Speech, *, code: str = "", error: str = "") -> LookupPage:
    """The empty page, or with what is wrong."""
    return LookupPage(
        field=Field(name="ma", label=t("lookup.code"), hint=t("lookup.hint"), value=code, error=error, width="20"),
        errors=(FormError(text=error, field="ma"),) if error else (),
    )


def lookup_page(found: Lookup, t: Speech) -> LookupPage:
    """LOOK-02; a dossier that is not yet valid has no department and no date."""
    rows = [FactRow(label=t("lookup.agency"), value=found.agency)]
    if found.procedure:
        rows.append(FactRow(label=t("lookup.procedure"), value=found.procedure))
    if found.units:
        rows.append(FactRow(label=t("lookup.units"), value=", ".join(found.units)))
    rows += [
        FactRow(label=t("lookup.submitter"), value=found.submitter),
        FactRow(label=t("lookup.received"), value=t.moment(_moment(found.received_at))),
    ]
    if found.due_at:
        rows.append(FactRow(label=t("lookup.due"), value=t.moment(_moment(found.due_at))))
    valid = bool(found.procedure)
    return LookupPage(
        field=lookup_form(t, code=found.code).field,
        code=found.code,
        state=state(Status(found.status), t, desk=True) if valid else None,
        sentence="" if valid else t("lookup.not_yet"),
        facts=tuple(rows),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(VN)
