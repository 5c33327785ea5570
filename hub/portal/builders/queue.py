"""The officer's queue in words, and what each list of dossiers says about time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from hub.dossier import Dossier
from hub.kernel.text import fold
from hub.portal.speech import Speech, tidy
from hub.portal.views.common import Bar, Pages, Piece, Segment
from hub.portal.views.desk import QueuePage, QueueRow, QueueTab, Urgency
from hub.workflow import Bar as Figures
from schemas.messages.dossier import Status

S = Status
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
    shown.sort(key=due_of)
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
        search="/can-bo",
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


def due_of(row: Dossier) -> datetime:
    """What runs out first: the answer to the citizen, then the promised day."""
    return row.ack_due_at if row.status is S.REGISTERED else row.due_at or row.ack_due_at


def _row(row: Dossier, figures: Figures | None, now: datetime, t: Speech) -> QueueRow:
    due, key = due_of(row), int(row.status)
    paused = row.status in (S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED)
    pressing = urgency(due, now, paused=paused)
    return QueueRow(
        person=row.applicant.name,
        procedure=tidy(row.procedure_name),
        code=row.code or row.reference,
        why=t(f"desk.why_{key}", when=t.short_day(row.submitted_at), unit=row.unit_name or row.agency_name),
        href=f"/can-bo/ho-so/{row.id}",
        action=t(f"desk.act_{key}"),
        left=left(due, now, t, paused=paused),
        due=t("desk.due", when=t.short_moment(due)),
        urgency=pressing,
        bar=mini(row, figures, now, t, late=pressing == "late"),
    )


def urgency(due: datetime, now: datetime, *, paused: bool) -> Urgency:
    """How it stands with the time."""
    if paused:
        return "paused"
    if due < now:
        return "late"
    return "soon" if due - now < _SOON else "calm"


def left(due: datetime, now: datetime, t: Speech, *, paused: bool) -> str:
    """The same in words."""
    if paused:
        return t("desk.paused")
    return t("desk.late", span=t.ago(now - due)) if due < now else t("desk.left", span=t.ago(due - now))


def mini(row: Dossier, figures: Figures | None, now: datetime, t: Speech, *, late: bool) -> Bar:
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
