"""Where a dossier's status changes: this table, and nowhere else (TT 22/2019 Phụ lục I; REQUIREMENTS §2)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.dossier.model import Change, Dossier
from hub.kernel.lifecycle import Guard, Transition, choose
from schemas.messages.dossier import Status

S = Status


class Trigger(StrEnum):
    """What can happen to a dossier."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    REFUSE = "refuse"
    REQUEST_SUPPLEMENT = "request-supplement"
    SUPPLEMENT = "supplement"
    REQUIRE_PAYMENT = "require-payment"
    PAY = "pay"
    HAND_OVER = "hand-over"
    PROGRESS = "progress"
    RESOLVE = "resolve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    STOP = "stop"
    CORRECT = "correct"


T = Trigger

_ACCEPTED = Guard("đã tiếp nhận / accepted", lambda d: d.accepted)
_NOT_YET = Guard("chưa tiếp nhận / not accepted", lambda d: not d.accepted)

TRANSITIONS: tuple[Transition[Status, Trigger], ...] = (
    Transition(S.DRAFT, T.SUBMIT, S.REGISTERED, "Submitted"),
    Transition(S.REGISTERED, T.ACCEPT, S.ACCEPTED, "Accepted"),
    Transition(S.REGISTERED, T.REFUSE, S.REFUSED, "Refused"),
    Transition(S.REGISTERED, T.REQUEST_SUPPLEMENT, S.SUPPLEMENT_REQUESTED, "SupplementRequested"),
    Transition(S.REGISTERED, T.REQUIRE_PAYMENT, S.PAYMENT_REQUESTED, "PaymentRequired"),
    Transition(S.ACCEPTED, T.HAND_OVER, S.PROCESSING, "HandedOver"),
    Transition(S.ACCEPTED, T.RETURN, S.RETURNED, "Returned"),
    Transition(S.PROCESSING, T.PROGRESS, S.PROCESSING, "Progressed"),
    Transition(S.PROCESSING, T.REQUEST_SUPPLEMENT, S.SUPPLEMENT_REQUESTED, "SupplementRequested"),
    Transition(S.PROCESSING, T.REQUIRE_PAYMENT, S.PAYMENT_REQUESTED, "PaymentRequired"),
    Transition(S.PROCESSING, T.RESOLVE, S.RESOLVED, "Resolved"),
    Transition(S.PROCESSING, T.STOP, S.STOPPED, "Stopped"),
    Transition(S.SUPPLEMENT_REQUESTED, T.SUPPLEMENT, S.PROCESSING, "Supplemented", _ACCEPTED),
    Transition(S.SUPPLEMENT_REQUESTED, T.SUPPLEMENT, S.REGISTERED, "Supplemented", _NOT_YET),
    Transition(S.SUPPLEMENT_REQUESTED, T.REFUSE, S.REFUSED, "Refused", _NOT_YET),
    Transition(S.SUPPLEMENT_REQUESTED, T.STOP, S.STOPPED, "Stopped", _ACCEPTED),
    Transition(S.PAYMENT_REQUESTED, T.PAY, S.PROCESSING, "PaymentMet", _ACCEPTED),
    Transition(S.PAYMENT_REQUESTED, T.PAY, S.REGISTERED, "PaymentMet", _NOT_YET),
    Transition(S.PAYMENT_REQUESTED, T.STOP, S.STOPPED, "Stopped", _ACCEPTED),
    Transition(S.RESOLVED, T.RETURN, S.RETURNED, "Returned"),
    Transition(S.RESOLVED, T.CORRECT, S.PROCESSING, "Progressed"),
    *(
        Transition(source, T.WITHDRAW, S.WITHDRAWAL_REQUESTED, "WithdrawalRequested")
        for source in (S.REGISTERED, S.ACCEPTED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED)
    ),
    Transition(
        S.WITHDRAWAL_REQUESTED, T.STOP, S.STOPPED, "Stopped"
    ),  # no way back: nobody may decline (adr/0011-desks.md)
)

OPEN = frozenset(edge.source for edge in TRANSITIONS) - {S.DRAFT}


def transition(
    dossier: Dossier, trigger: Trigger, *, at: datetime, cause: str, unit: str = "", **columns: Any
) -> Change:
    """The change that this trigger makes; raises IllegalTransition. Pure."""
    edge = choose("dossier", TRANSITIONS, dossier.status, trigger, dossier)
    return Change(
        before=dossier,
        target=edge.target,
        trigger=trigger.value,
        fact=edge.fact,
        cause=cause,
        at=at,
        unit=unit,
        columns=columns,
    )
