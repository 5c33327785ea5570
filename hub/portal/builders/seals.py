"""Registered seals, in words."""

from collections.abc import Mapping, Sequence
from datetime import date

from hub.portal.forms.account import filled, summary
from hub.portal.forms.field import Field, Option
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, Link, State
from hub.portal.views.form import FormPage
from hub.portal.views.seals import SealRow, SealsPage
from hub.profiles import Unit
from hub.result import RegisteredSeal, SealState

HERE = "/con-dau"


def seals_page(
    seals: Sequence[RegisteredSeal], units: Mapping[str, str], person: str, today: date, t: Speech
) -> SealsPage:
    """`person`: who looks; what they proposed themselves they cannot approve."""
    return SealsPage(propose=f"{HERE}/moi", rows=tuple(_row(each, units, person, today, t) for each in seals))


def _row(it: RegisteredSeal, units: Mapping[str, str], person: str, today: date, t: Speech) -> SealRow:
    waits, mine = it.state is SealState.PROPOSED, it.proposed_by == person
    over = it.valid_until is not None and it.valid_until < today
    open_ended = waits or (it.state is SealState.REGISTERED and it.ended_at is None and not over)
    return SealRow(
        title=it.subject,
        unit=f"{units.get(it.unit_code, it.unit_code)} ({it.unit_code})",
        state=_state(it, over=over, t=t),
        facts=_facts(it, t),
        approve=f"{HERE}/{it.id}/duyet" if waits and not mine else "",
        end=f"{HERE}/{it.id}/ket-thuc" if open_ended else "",
        end_word=t("seals.drop" if waits else "seals.end"),
        hint=t("seals.mine") if waits and mine else "",
    )


def _state(it: RegisteredSeal, *, over: bool, t: Speech) -> State:
    if it.state is SealState.PROPOSED:
        return State(word=t("seals.state_proposed"), tone="waiting")
    if it.state is SealState.ENDED or it.ended_at is not None:
        return State(word=t("seals.state_ended"), tone="stopped")
    return State(word=t("seals.state_over" if over else "seals.state_registered"), tone="stopped" if over else "done")


def _facts(it: RegisteredSeal, t: Speech) -> tuple[FactRow, ...]:
    since = t.day(it.valid_from)
    until = t.day(it.valid_until) if it.valid_until else ""
    signed = (
        (t("seals.by"), it.proposed_by_name, it.proposed_at),
        (t("seals.approved"), it.approved_by_name, it.approved_at),
        (t("seals.ended"), it.ended_by_name, it.ended_at),
    )
    return (
        FactRow(label=t("seals.holder"), value=", ".join(part for part in (it.subject, it.organisation) if part)),
        FactRow(label=t("seals.issuer"), value=it.issuer),
        FactRow(
            label=t("seals.span"),
            value=t("seals.from_to", since=since, until=until) if until else t("seals.from", since=since),
        ),
        FactRow(label=t("seals.basis"), value=it.basis),
        *(
            FactRow(label=label, value=t("seals.who", name=name, when=t.short_moment(at)))
            for label, name, at in signed
            if name and at
        ),
        FactRow(label=t("seals.fingerprint"), value=it.certificate_sha256, code=True),
    )


def seal_form(units: Sequence[Unit], t: Speech, given: Mapping[str, str], wrong: Mapping[str, str]) -> FormPage:
    """Which unit, which certificate, on what basis."""
    plain = [
        Field(
            name="unit",
            label=t("seals.unit"),
            kind="select",
            options=tuple(Option(value=each.code, label=f"{each.name} ({each.code})") for each in units),
        ),
        Field(
            name="certificate",
            label=t("seals.certificate"),
            hint=t("seals.certificate_hint"),
            kind="file",
            accept=".pem,.cer,.crt,.der",
        ),
        Field(name="basis", label=t("seals.basis"), hint=t("seals.basis_hint")),
    ]
    return FormPage(
        title=t("seals.form_title"),
        lead=t("seals.form_lead"),
        action=f"{HERE}/moi",
        button=t("seals.form_button"),
        fields=tuple(filled(plain, given, wrong)),
        errors=summary(wrong),
        uploads=True,
        back=Link(text=t("nav.seals"), href=HERE),
    )
