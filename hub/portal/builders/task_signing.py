"""Signing in the app on a task's page, in words: what may be signed, what is awaited, what came to nothing."""

from collections.abc import Sequence

from hub.dossier import Offer, Signatures
from hub.portal.builders.signing import HERE as REQUESTS
from hub.portal.forms.field import Field, Option
from hub.portal.speech import Speech
from hub.portal.views.desk import Awaited, Decision
from hub.sealing import Face


def decisions(offers: Sequence[Offer], here: str, t: Speech) -> list[Decision]:
    """One for each signature that may be given in the app now (WFL-07, WFL-08)."""
    return [_decision(each, here, t) for each in offers]


def _decision(offer: Offer, here: str, t: Speech) -> Decision:
    key = f"sign-{offer.face.value}"
    name = t(f"task.sign_{offer.face.value}")
    return Decision(
        kind=key,
        title=name,
        text=t(f"task.text_sign_{offer.face.value}"),
        button=name,
        action=f"{here}/ky-so",
        fields=(*_words(offer.face, key, t), *_certificates(offer, key, t)),
        hidden=(("face", offer.face.value),),
    )


def _words(face: Face, key: str, t: Speech) -> tuple[Field, ...]:
    if face not in (Face.NUMBER, Face.DATE):
        return ()
    return (Field(name=f"{key}-words", label=t(f"signing.face_{face.value}"), hint=t(f"task.hint_sign_{face.value}")),)


def _certificates(offer: Offer, key: str, t: Speech) -> tuple[Field, ...]:
    """Nothing to choose for whoever has one."""
    if len(offer.certificates) == 1:
        return ()
    options = tuple(
        Option(value=str(each.id), label=t(f"signing.at_{each.service.value}", holder=each.holder))
        for each in offer.certificates
    )
    return (Field(name=f"{key}-certificate", label=t("signing.certificate"), kind="select", options=options),)


def awaited(have: Signatures | None, viewer: str, here: str, t: Speech, *, holds: bool) -> Awaited | None:
    """Who has it in the app and until when; the signer may follow it, whoever holds the task may cancel."""
    it = have.waiting if have else None
    if it is None:
        return None
    mine = str(it.officer_id) == viewer
    return Awaited(
        title=t("task.awaits_mine" if mine else "task.awaits", holder=it.holder, when=t.moment(it.until)),
        text=t("task.awaits_text", face=t(f"signing.face_{it.face.value}")),
        follow=f"{REQUESTS}/{it.id}" if mine else "",
        cancel=f"{here}/huy-ky-so" if holds else "",
    )


def missed(have: Signatures | None, t: Speech) -> tuple[str, ...]:
    """Why the latest request brought no signature, and what can be done."""
    it = have.missed if have else None
    if it is None:
        return ()
    return (t(f"task.missed_{it.status.value}", holder=it.holder, why=it.cause, when=t.moment(it.until)),)
