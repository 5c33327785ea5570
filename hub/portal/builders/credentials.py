"""An officer's certificates at remote services, in words."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from hub.kernel.errors import Problem
from hub.portal.builders.signing import HERE as SIGNING
from hub.portal.forms.account import filled, said, summary
from hub.portal.forms.field import Field, FormError, Option
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, Link, State
from hub.portal.views.credentials import ChoicePage, CredentialRow, CredentialsPage
from hub.portal.views.form import FormPage
from hub.sealing import Account, Choice, Credential, Service

HERE = f"{SIGNING}/chung-thu"
_SOON = timedelta(days=30)


def list_page(found: Sequence[Credential], services: Collection[Service], now: datetime, t: Speech) -> CredentialsPage:
    """Those in use."""
    add = f"{HERE}/moi" if services else ""
    return CredentialsPage(add=add, rows=tuple(_row(each, now, t) for each in found))


def _row(it: Credential, now: datetime, t: Speech) -> CredentialRow:
    return CredentialRow(
        title=it.subject or it.holder,
        state=_state(it, now, t),
        facts=_facts(it, t),
        check=f"{HERE}/{it.id}/kiem-tra",
        change=f"{HERE}/moi?thay={it.id}",
        remove=f"{HERE}/{it.id}/go",
        hint="" if it.valid_until else t("credential.unread"),
    )


def _state(it: Credential, now: datetime, t: Speech) -> State:
    if it.valid_until is None:
        return State(word=t("credential.state_unread"), tone="plain")
    if it.valid_until < now:
        return State(word=t("credential.state_lapsed"), tone="stopped")
    if it.valid_until < now + _SOON:
        return State(word=t("credential.state_soon"), tone="waiting")
    return State(word=t("credential.state_good"), tone="done")


def _facts(it: Credential, t: Speech) -> tuple[FactRow, ...]:
    span = _span(it.valid_from, it.valid_until, t) if it.valid_from and it.valid_until else ""
    rows = (
        FactRow(label=t("credential.service"), value=t(f"credential.at_{it.service.value}")),
        FactRow(label=t("credential.account"), value=it.account, code=True),
        FactRow(label=t("credential.provider"), value=it.provider),
        FactRow(label=t("credential.serial"), value=it.serial, code=True),
        FactRow(label=t("credential.issuer"), value=it.issuer),
        FactRow(label=t("credential.span"), value=span),
    )
    return tuple(row for row in rows if row.value)


def _span(since: datetime, until: datetime, t: Speech) -> str:
    return t("credential.from_to", since=t.day(since), until=t.day(until))


def ask_form(services: Collection[Service], t: Speech, given: Mapping[str, str], wrong: Mapping[str, str]) -> FormPage:
    """Which service, which account. `given["thay"]`: the certificate that the new one takes the place of."""
    offered = [each for each in Service if each in services]
    plain = [
        Field(
            name="service",
            label=t("credential.service"),
            kind="radios",
            value=offered[0].value if offered else "",
            options=tuple(Option(value=each.value, label=t(f"credential.at_{each.value}")) for each in offered),
        ),
        Field(name="account", label=t("credential.account"), hint=t("credential.account_hint"), width="20"),
        Field(
            name="provider",
            label=t("credential.provider"),
            hint=t("credential.provider_hint"),
            required=False,
            width="20",
        ),
    ]
    with_gateway = Service.NEAC in services
    return FormPage(
        title=t("credential.change_title" if given.get("thay") else "credential.ask_title"),
        lead=t("credential.ask_lead"),
        action=f"{HERE}/moi",
        button=t("credential.ask_button"),
        fields=tuple(each for each in filled(plain, given, wrong) if with_gateway or each.name != "provider"),
        errors=summary(wrong),
        hidden=(("thay", given.get("thay", "")),),
        back=Link(text=t("credential.title"), href=HERE),
    )


def choice_form(found: Sequence[Choice], account: Account, before: str, t: Speech) -> ChoicePage:
    """One of the account's certificates; those that are not for this person say why. `before`: of the one it replaces."""
    good = [each for each in found if each.why is None]
    options = tuple(Option(value=each.key, label=each.subject, hint=_told(each, t)) for each in good)
    asked = Field(
        name="key", label=t("credential.which"), kind="radios", options=options, value=good[0].key if good else ""
    )
    return ChoicePage(
        title=t("credential.choose_title"),
        caption=f"{t(f'credential.at_{account.service.value}')} · {account.name}",
        lead=t("credential.choose_lead") if good else "",
        action=f"{HERE}/chon" if good else f"{HERE}/moi",
        button=t("credential.choose_button" if good else "credential.again_button"),
        fields=(asked,) if good else (),
        errors=() if good else (FormError(text=t("credential.none_usable")),),
        hidden=(
            ("service", account.service.value),
            ("account", account.name),
            ("provider", account.provider),
            ("thay", before),
        ),
        refused=tuple(_refused(each, each.why, t) for each in found if each.why is not None),
        back=Link(text=t("credential.ask_title"), href=f"{HERE}/moi"),
    )


def _told(it: Choice, t: Speech) -> str:
    span = _span(it.valid_from, it.valid_until, t)
    return t("credential.told", serial=it.serial, issuer=it.issuer, span=span)


def _refused(it: Choice, why: Problem, t: Speech) -> str:
    return t("credential.refused", name=it.subject, serial=it.serial, why=said(why, t))
