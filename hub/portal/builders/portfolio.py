"""Trust and changed verdicts, in words."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, Link, State, Tone
from hub.portal.views.portfolio import (
    ChangePage,
    ChangeRow,
    FreshRow,
    ListRow,
    RenewalRow,
    ReportRow,
    RunRow,
    TrustPage,
    VerdictsPage,
)
from hub.portal.views.verification import Verdict, VerdictBand
from hub.portfolio import Change, Freshness, Listed, ListState, Outcome, Overview, Renewal, Run, certificates
from hub.vault import Kept
from signing import Indication

_WORDS: dict[Indication, tuple[str, Tone, Verdict]] = {
    Indication.TOTAL_PASSED: ("passed", "done", "valid"),
    Indication.INDETERMINATE: ("doubtful", "waiting", "doubtful"),
    Indication.TOTAL_FAILED: ("failed", "stopped", "invalid"),
    Indication.NO_SIGNATURE: ("unsigned", "plain", "doubtful"),
}
_LISTS: dict[ListState, Tone] = {
    ListState.TRUSTED: "done",
    ListState.PROPOSED: "waiting",
    ListState.REPLACED: "plain",
    ListState.WITHDRAWN: "stopped",
}
HERE = "/ket-luan-thay-doi"


def verdicts_page(
    runs: Sequence[Run], changes: Sequence[Change], troubled: Sequence[Renewal], renewed: int, t: Speech
) -> VerdictsPage:
    """Newest first; the page asks again while a round runs. `renewed`: how many documents lately."""
    return VerdictsPage(
        sentence=t("verdicts.some", n=len(changes)) if changes else t("verdicts.none"),
        runs=tuple(_run(each, t) for each in runs if each.total),
        changes=tuple(_change(each, t) for each in changes),
        renewals=tuple(_renewal(each, t) for each in troubled),
        renewed=t("verdicts.renewed", n=renewed) if renewed else "",
        poll=HERE if any(each.ended_at is None for each in runs) else "",
    )


def _run(each: Run, t: Speech) -> RunRow:
    ended = each.ended_at is not None
    return RunRow(
        cause=t(f"verdicts.cause_{each.cause}", subject=each.subject),
        when=t("verdicts.when", when=t.short_moment(each.begun_at)),
        progress=t("verdicts.of", done=each.done, total=each.total),
        changed=each.changed,
        told=each.told,
        state=State(word=t("verdicts.ended" if ended else "verdicts.running"), tone="done" if ended else "moving"),
    )


def _change(each: Change, t: Speech) -> ChangeRow:
    return ChangeRow(
        document=each.document,
        code=each.agency_code,
        from_to=_from_to(each, t),
        state=_state(each.to_indication, t),
        why=t(f"verdicts.cause_{each.cause}", subject=each.subject),
        told=t("verdicts.told_n", n=each.told),
        when=t.short_moment(each.at),
        href=f"{HERE}/{each.id}",
    )


def _renewal(each: Renewal, t: Speech) -> RenewalRow:
    return RenewalRow(
        document=each.document,
        code=each.agency_code,
        state=State(
            word=t(f"verdicts.renewal_{each.outcome}"), tone="stopped" if each.outcome is Outcome.REFUSED else "waiting"
        ),
        why=each.why_en if t.language == "en" else each.why_vi,
        when=t("verdicts.lapses", when=t.day(each.lapses_at), n=each.attempts, last=t.short_moment(each.at)),
    )


def _from_to(each: Change, t: Speech) -> str:
    return t("verdicts.from_to", before=_word(each.from_indication, t), after=_word(each.to_indication, t))


def _word(indication: str, t: Speech) -> str:
    return t(f"verdicts.{_WORDS[Indication(indication)][0]}")


def _state(indication: str, t: Speech) -> State:
    key, tone, _ = _WORDS[Indication(indication)]
    return State(word=t(f"verdicts.{key}"), tone=tone)


def change_page(it: Change, history: Sequence[Kept], t: Speech) -> ChangePage:
    """From what to what, why, and every report, newest first."""
    newest = history[-1]
    return ChangePage(
        verdict=VerdictBand(
            tone=_WORDS[Indication(it.to_indication)][2], sentence=_from_to(it, t), detail=_sentence(newest, t)
        ),
        title=it.document,
        facts=(
            FactRow(label=t("verdicts.why"), value=t(f"verdicts.cause_{it.cause}", subject=it.subject)),
            FactRow(label=t("verdicts.at"), value=t.short_moment(it.at)),
            FactRow(label=t("verdicts.told"), value=t("verdicts.told_n", n=it.told)),
        ),
        reports=tuple(_report(each, t) for each in reversed(history)),
        back=Link(text=t("nav.verdicts"), href=HERE),
    )


def _report(each: Kept, t: Speech) -> ReportRow:
    return ReportRow(
        title=f"{t.short_moment(each.at)}, {t(f'verdicts.occasion_{each.occasion}')}",
        state=_state(each.indication, t),
        sentence=_sentence(each, t),
        raw=msgspec.json.format(msgspec.json.encode(each.body), indent=2).decode(),
    )


def _sentence(each: Kept, t: Speech) -> str:
    return str(each.body["sentence_en" if t.language == "en" else "sentence_vi"])


def trust_page(it: Overview, now: datetime, person: str, t: Speech) -> TrustPage:
    """`person`: who looks; what they proposed themselves they cannot approve."""
    return TrustPage(
        lists=tuple(_list(each, person, t) for each in it.lists),
        fresh=tuple(_fresh(each, now, t) for each in it.freshness),
        version=it.version,
    )


def _list(each: Listed, person: str, t: Speech) -> ListRow:
    mine = each.proposed_by == person
    return ListRow(
        name=each.name,
        version=t("trust.version", version=each.version),
        state=State(word=t(f"trust.state_{each.state}"), tone=_LISTS[each.state]),
        by=t("trust.by", first=each.proposed_by_name, second=each.approved_by_name or t("trust.nobody")),
        source=each.source,
        certificates=tuple(
            FactRow(
                label=cert.subject,
                value=t("trust.anchor" if cert.anchor else "trust.intermediate", when=t.day(cert.valid_until)),
            )
            for cert in certificates(each)
        ),
        approve=f"/danh-sach-tin-cay/{each.id}/duyet" if each.state is ListState.PROPOSED and not mine else "",
    )


def _fresh(each: Freshness, now: datetime, t: Speech) -> FreshRow:
    if each.crl is None:
        state, sentence = State(word=t("trust.missing"), tone="waiting"), t("trust.no_crl")
    else:
        lapsed = each.crl.lapsed(now)
        until = t.moment(each.crl.next_update) if each.crl.next_update else "–"
        state = State(word=t("trust.lapsed" if lapsed else "trust.good"), tone="stopped" if lapsed else "done")
        key = "trust.crl_lapsed" if lapsed else "trust.crl_good"
        sentence = t(key, number=each.crl.number or "–", n=each.crl.entries, when=until)
    return FreshRow(issuer=each.issuer, state=state, sentence=sentence)
