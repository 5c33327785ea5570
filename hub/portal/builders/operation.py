"""Connectors, parked messages and parity, in words. No personal data."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hub.portal.forms.field import Field
from hub.portal.oversight import ConnectorState, Divergence, Parked
from hub.portal.speech import Speech
from hub.portal.views.common import State
from hub.portal.views.operation import (
    ConnectorRow,
    ConnectorsPage,
    Difference,
    ParityPage,
    ParityRow,
    ParkedPage,
    ParkedRow,
)
from hub.portal.views.verification import VerdictBand

_SLOW = timedelta(minutes=5)
Titles = Mapping[str, tuple[str, str]]


def title_of(name: str, titles: Titles, t: Speech) -> str:
    """The partner as people call it."""
    vi, en = titles.get(name, (name, name))
    return en if t.language == "en" else vi


def connectors_page(found: Sequence[ConnectorState], titles: Titles, now: datetime, t: Speech) -> ConnectorsPage:
    """Those that need a look first."""
    rows = [_connector(each, titles, now, t) for each in found]
    troubled = [row for row in rows if row.state.tone != "done" or row.parked]
    calm = [row for row in rows if row not in troubled]
    said = t("operation.some_wait", n=len(troubled)) if troubled else t("operation.all_well")
    return ConnectorsPage(rows=(*troubled, *calm), sentence=said, poll="/van-hanh")


def _connector(each: ConnectorState, titles: Titles, now: datetime, t: Speech) -> ConnectorRow:
    waited = now - each.oldest_unsent if each.oldest_unsent else None
    return ConnectorRow(
        name=each.name,
        title=title_of(each.name, titles, t),
        state=_state(each, waited, t),
        oldest=t.ago(waited) if waited is not None else t("operation.none"),
        citizens=each.lanes_waiting,
        parked=each.parked,
        parked_href=f"/van-hanh/{each.name}",
        advice=_advice(each, t),
    )


def _state(each: ConnectorState, waited: timedelta | None, t: Speech) -> State:
    if each.state == "stopped":
        return State(word=t("operation.state_stopped"), tone="stopped")
    if each.state == "open":
        return State(word=t("operation.state_open"), tone="stopped")
    if waited is not None and waited > _SLOW:
        return State(word=t("operation.state_waiting"), tone="waiting")
    return State(word=t("operation.state_closed"), tone="done")


def _advice(each: ConnectorState, t: Speech) -> str:
    if each.state in ("open", "stopped"):
        return t(f"operation.advice_{each.state}", words=each.words)
    return t("operation.advice_parked") if each.parked else ""


def parked_page(found: Sequence[Parked], name: str, titles: Titles, t: Speech, wrong: str = "") -> ParkedPage:
    """One partner's. `wrong`: the message whose skipping lacks its reason."""
    title = t("operation.parked_title", partner=title_of(name, titles, t))
    rows = tuple(_parked(each, titles, t, wrong) for each in found if each.connector == name)
    return ParkedPage(title=title, rows=rows)


def _parked(each: Parked, titles: Titles, t: Speech, wrong: str) -> ParkedRow:
    key = f"message.{each.type.rsplit('.v', 1)[0].replace('.', '_').replace('-', '_')}"
    error = t("operation.skip_needed") if wrong == str(each.id) else ""
    return ParkedRow(
        id=str(each.id),
        partner=title_of(each.connector, titles, t),
        what=t(key) if t.has(key) else each.type,
        code=each.lane,
        words=each.words or (each.detail_en if t.language == "en" else each.detail_vi) or "–",
        reason=each.code,
        since=t("operation.since", when=t.short_moment(each.settled_at or each.created_at)),
        attempts=t("operation.attempts", n=each.attempt),
        retry=f"/van-hanh/tin/{each.id}/gui-lai",
        skip=f"/van-hanh/tin/{each.id}/bo-qua",
        skip_field=Field(name=f"reason-{each.id}", label=t("operation.skip_reason"), error=error),
        skip_open=bool(error),
    )


def parity_page(compared: Mapping[str, int], found: Sequence[Divergence], titles: Titles, t: Speech) -> ParityPage:
    """Does every partner hold what we hold?"""
    return ParityPage(
        verdict=_verdict(compared, found, t),
        rows=tuple(_partner(name, count, found, titles, t) for name, count in sorted(compared.items())),
        differences=tuple(_difference(each, titles, t) for each in found),
        start="/doi-soat",
    )


def _verdict(compared: Mapping[str, int], found: Sequence[Divergence], t: Speech) -> VerdictBand:
    if found:
        return VerdictBand(tone="doubtful", sentence=t("parity.some_different", n=len(found)))
    if not compared:
        return VerdictBand(tone="doubtful", sentence=t("parity.never"))
    return VerdictBand(tone="valid", sentence=t("parity.all_equal"), detail=t("parity.all_equal_detail"))


def _partner(name: str, count: int, found: Sequence[Divergence], titles: Titles, t: Speech) -> ParityRow:
    own = [each for each in found if each.partner == name]
    lost = sum(not each.theirs for each in own)
    equal = not own
    return ParityRow(
        partner=title_of(name, titles, t),
        compared=count,
        lost=lost,
        different=len(own) - lost,
        state=State(word=t("parity.equal" if equal else "parity.different"), tone="done" if equal else "stopped"),
    )


def _difference(each: Divergence, titles: Titles, t: Speech) -> Difference:
    def word(status: str) -> str:
        return t(f"status.{status}") if t.has(f"status.{status}") else status or t("parity.nothing")

    return Difference(
        code=each.dossier_code,
        partner=title_of(each.partner, titles, t),
        kind=t("parity.different" if each.theirs else "parity.lost"),
        ours=word(each.ours),
        theirs=word(each.theirs),
        since=t("parity.since", when=t.short_moment(each.diverged_since)),
    )
