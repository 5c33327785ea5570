"""Signing requests in words."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from hub.kernel.lifecycle import LogRow
from hub.portal.forms.account import filled
from hub.portal.forms.field import Field, Option
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, FileLink, State, Tone
from hub.portal.views.dossier import Step
from hub.portal.views.signing import SigningListPage, SigningPage, SigningRow
from hub.sealing import Credential, Face, Request, Status
from hub.vault import Entry

HERE = "/van-ban-cho-ky"
_END = 4
_TONES: dict[Status, Tone] = {
    Status.ASKED: "moving",
    Status.PREPARED: "moving",
    Status.WAITING: "waiting",
    Status.SIGNED: "done",
    Status.DECLINED: "stopped",
    Status.EXPIRED: "stopped",
    Status.FAILED: "stopped",
    Status.CANCELLED: "plain",
}
_AGAIN = (Status.DECLINED, Status.EXPIRED, Status.FAILED, Status.CANCELLED)


def list_page(found: Sequence[Request], officer_id: UUID, t: Speech) -> SigningListPage:
    """By whose turn it is."""
    waiting = [each for each in found if each.open]
    return SigningListPage(
        mine=tuple(_row(each, t) for each in waiting if each.officer_id == officer_id),
        others=tuple(_row(each, t) for each in waiting if each.officer_id != officer_id),
        over=tuple(_row(each, t) for each in found if not each.open),
        ask=f"{HERE}/moi",
        credentials=f"{HERE}/chung-thu",
    )


def _row(it: Request, t: Speech) -> SigningRow:
    ended = it.ended_at or it.updated_at
    return SigningRow(
        title=it.title,
        href=f"{HERE}/{it.id}",
        state=_state(it, t),
        what=t("signing.by", holder=it.holder, face=t(f"signing.face_{it.face.value}")),
        until=t("signing.until", when=t.moment(it.until)) if it.open else t.short_moment(ended),
    )


def _state(it: Request, t: Speech) -> State:
    return State(word=t(f"signing.{it.status.value}"), tone=_TONES[it.status])


def show_page(it: Request, log: Sequence[LogRow[Status]], entry: Entry, officer_id: UUID, t: Speech) -> SigningPage:
    """`entry`: the newest version of the document."""
    mine = it.officer_id == officer_id
    here = f"{HERE}/{it.id}"
    waits = it.status is Status.WAITING
    whose = "mine" if mine and waits else it.status.value
    return SigningPage(
        title=it.title,
        heading=t(f"signing.{whose}_title", holder=it.holder),
        sentence=t(f"signing.{whose}_text", holder=it.holder, when=t.moment(it.until), why=it.cause),
        state=_state(it, t),
        calm=not (mine and waits),
        steps=tuple(t(f"signing.step_{n}") for n in (1, 2, 3)) if mine and waits else (),
        facts=_facts(it, t),
        story=tuple(_step(each, t) for each in reversed(log)),
        file=FileLink(name=entry.name, href=f"{here}/tep", detail=f"PDF, {t.size(entry.size)}"),
        trouble=t("signing.trouble", why=it.trouble) if it.trouble else "",
        cancel=f"{here}/huy" if it.open else "",
        again=f"{here}/ky-lai" if it.status in _AGAIN else "",
        poll=here if it.open else "",
    )


def _facts(it: Request, t: Speech) -> tuple[FactRow, ...]:
    rows = (
        FactRow(label=t("signing.holder"), value=it.holder),
        FactRow(label=t("signing.certificate"), value=it.signer),
        FactRow(label=t("signing.face"), value=t(f"signing.face_{it.face.value}")),
        FactRow(label=t("signing.words"), value=it.words),
        FactRow(label=t("signing.asked_by"), value=it.asked_by),
        FactRow(label=t("signing.deadline"), value=t.moment(it.until)),
        FactRow(label=t("signing.transaction"), value=it.transaction, code=True),
    )
    return tuple(row for row in rows if row.value)


def _step(it: LogRow[Status], t: Speech) -> Step:
    return Step(
        title=t(f"signing.{it.target.value}"),
        state="done",
        when=t.short_moment(it.at),
        at=it.at,
        note=it.cause,
    )


def ask_fields(
    credentials: Sequence[Credential], t: Speech, given: dict[str, str], wrong: dict[str, str]
) -> tuple[Field, ...]:
    """What, by whom, in which look."""
    plain = [
        Field(name="file", label=t("signing.file"), hint=t("signing.file_hint"), kind="file", accept=".pdf"),
        Field(
            name="credential",
            label=t("signing.holder"),
            kind="select",
            options=tuple(Option(value=str(c.id), label=label) for c, label in _labelled(credentials, t)),
        ),
        Field(
            name="face",
            label=t("signing.face"),
            kind="radios",
            value=Face.LEADER.value,
            options=tuple(Option(value=f.value, label=t(f"signing.face_{f.value}")) for f in Face),
        ),
        Field(name="words", label=t("signing.words"), hint=t("signing.words_hint"), required=False),
    ]
    return tuple(filled(plain, given, wrong))


def _labelled(credentials: Sequence[Credential], t: Speech) -> list[tuple[Credential, str]]:
    """Two of one person at one service are told apart by the end of their account: all of it is nobody else's concern."""
    labels = [t(f"signing.at_{each.service.value}", holder=each.holder) for each in credentials]
    twice = {label for label, count in Counter(labels).items() if count > 1}
    return [
        (each, f"{label} …{each.account[-_END:]}" if label in twice else label)
        for each, label in zip(credentials, labels, strict=True)
    ]
