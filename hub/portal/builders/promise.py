"""The promised time: the bar, the sentence, and why it is this day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from markupsafe import Markup

from hub.kernel.clock import VN
from hub.portal.speech import Speech
from hub.portal.views.common import Bar, LegendItem, Piece, Segment
from hub.portal.views.dossier import DayKind, Promise, Why, WhyDay
from hub.workflow import Explanation, Kind, Line

_DAY = timedelta(days=1)
_LONGEST = 45
"""More days than this are drawn by the figures, not one by one."""


def promise(told: Explanation, now: datetime, t: Speech) -> Promise:
    """The card «Hẹn trả kết quả»."""
    left = told.left_en if t.language == "en" else told.left_vi
    return Promise(
        title=t("promise.title", when=t.moment(told.due)),
        sentence=_sentence(told, left, t),
        bar=bar(told, now, t),
        why=why(told, t),
    )


def bar(told: Explanation, now: datetime, t: Speech) -> Bar:
    """Day by day from the start to the promised day; long ones in four parts."""
    days = told.lines
    segments = _days(days, now, told) if len(days) <= _LONGEST else _parts(told)
    start = days[0].day if days else told.due.astimezone(VN).date()
    place = _place(days, now) if len(days) <= _LONGEST else None
    legend = _legend(told, t)
    return Bar(
        segments=segments,
        legend=legend,
        spoken=t("promise.spoken", start=t.short_day(start), end=t.short_day(told.due))
        + "; ".join(each.text for each in legend),
        start_label=t.short_day(start),
        end_label=t.short_day(told.due),
        now=place,
        now_label=t("promise.today"),
    )


def why(told: Explanation, t: Speech) -> Why:
    """Each day with its reason; days that say the same stand in one row."""
    english = t.language == "en"

    def said(line: Line) -> tuple[DayKind, str, str]:
        return _kind(line, told), line.en if english else line.vi, line.basis

    rows = []
    for (kind, reason, basis), group in groupby(told.lines, key=said):
        lines = list(group)
        counted = sum(line.counted for line in lines)
        rows.append(
            WhyDay(
                kind=kind,
                day=_span(lines[0].day, lines[-1].day, t),
                counted=_number(counted, t) if counted else "–",
                reason=_reason(reason, basis, told, t, alone=len(lines) == 1, counted=counted),
            )
        )
    return Why(rule=_rule(told, t), days=tuple(rows))


def _reason(reason: str, basis: str, told: Explanation, t: Speech, *, alone: bool, counted: float) -> str:
    """A day with its article; days that are alike without."""
    if not alone:
        return t("why.alike") if counted else reason
    return reason if basis in ("", told.budget.basis) else f"{reason} {basis}"


def _sentence(told: Explanation, left: str, t: Speech) -> Markup:
    said = t.html("promise.left", left=left)
    if told.bar.paused_since is not None:
        said += Markup(" ") + t.html("promise.paused")
    if told.original_due != told.due:
        said += Markup(" ") + t.html("promise.moved", before=t.moment(told.original_due))
    return said


def _rule(told: Explanation, t: Speech) -> str:
    amount = told.budget.amount
    return t("why.rule", amount=_number(amount, t), unit=t(f"why.unit.{told.budget.unit.value}"))


def _number(value: float, t: Speech) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text if t.language == "en" else text.replace(".", ",")


def _span(first: date, last: date, t: Speech) -> str:
    if first == last:
        return f"{t.weekday(first)} {t.short_day(first)}"
    return f"{t.short_day(first)} – {t.short_day(last)}"


def _kind(line: Line, told: Explanation) -> DayKind:
    if line.kind is Kind.PAUSED:
        return "paused"
    if line.kind is Kind.COUNTED:
        return "used" if line.past else "left"
    return "rest"


def _days(lines: Sequence[Line], now: datetime, told: Explanation) -> tuple[Segment, ...]:
    if not lines:
        return ()
    width = 100 / len(lines)
    late = told.due.astimezone(VN).date()
    pieces: list[tuple[Piece, float]] = []
    for kind, group in groupby(_late(_kind(line, told), line, late) for line in lines):
        pieces.append((kind, len(list(group)) * width))
    return _row(pieces)


def _late(kind: DayKind, line: Line, due: date) -> Piece:
    return "late" if kind == "used" and line.day > due else kind


def _parts(told: Explanation) -> tuple[Segment, ...]:
    used, off, paused, left = told.bar.widths
    pieces: list[tuple[Piece, float]] = [("used", used), ("rest", off), ("paused", paused), ("left", left)]
    return _row([piece for piece in pieces if piece[1]])


def _row(pieces: Sequence[tuple[Piece, float]]) -> tuple[Segment, ...]:
    segments, start = [], 0.0
    for kind, width in pieces:
        segments.append(Segment(kind=kind, start=round(start, 2), width=round(width, 2)))
        start += width
    return tuple(segments)


def _place(lines: Sequence[Line], now: datetime) -> float | None:
    """Where in the bar this moment is; None before and after it."""
    local = now.astimezone(VN)
    if not lines or not lines[0].day <= local.date() <= lines[-1].day:
        return None
    past = (local.date() - lines[0].day).days + (local.hour * 60 + local.minute) / 1440
    return round(100 * past / ((lines[-1].day - lines[0].day).days + 1), 2)


def _legend(told: Explanation, t: Speech) -> tuple[LegendItem, ...]:
    unit = t(f"why.short.{told.budget.unit.value}")
    bar = told.bar
    items = []
    if bar.used:
        items.append(LegendItem(kind="used", text=t("legend.used", amount=_number(bar.used, t), unit=unit)))
    off = sum(1 for line in told.lines if _kind(line, told) == "rest")
    if off:
        items.append(LegendItem(kind="rest", text=t("legend.rest", n=off)))
    if bar.paused_since is not None:
        items.append(LegendItem(kind="paused", text=t("legend.paused_since", day=t.short_day(bar.paused_since))))
    elif bar.paused:
        items.append(LegendItem(kind="paused", text=t("legend.paused", amount=_number(bar.paused, t), unit=unit)))
    if bar.over:
        items.append(LegendItem(kind="late", text=t("legend.late", amount=_number(bar.over, t), unit=unit)))
    else:
        items.append(LegendItem(kind="left", text=t("legend.left", amount=_number(bar.left, t), unit=unit)))
    return tuple(items)
