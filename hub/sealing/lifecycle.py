"""Where a signing request's status changes: this table, and nowhere else."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.kernel.lifecycle import Change, Transition, choose
from hub.sealing.model import Request, Status

S = Status


class Trigger(StrEnum):
    """What can happen to a signing request."""

    ASK = "ask"
    PREPARE = "prepare"
    START = "start"
    SIGN = "sign"
    DECLINE = "decline"
    EXPIRE = "expire"
    FAIL = "fail"
    CANCEL = "cancel"


T = Trigger

TRANSITIONS: tuple[Transition[Status, Trigger], ...] = (
    Transition(S.ASKED, T.PREPARE, S.PREPARED),
    Transition(S.ASKED, T.EXPIRE, S.EXPIRED, "SigningExpired"),
    Transition(S.ASKED, T.FAIL, S.FAILED, "SigningFailed"),
    Transition(S.ASKED, T.CANCEL, S.CANCELLED),
    Transition(S.PREPARED, T.START, S.WAITING),
    Transition(S.PREPARED, T.EXPIRE, S.EXPIRED, "SigningExpired"),
    Transition(S.PREPARED, T.FAIL, S.FAILED, "SigningFailed"),
    Transition(S.PREPARED, T.CANCEL, S.CANCELLED),
    Transition(S.WAITING, T.SIGN, S.SIGNED, "DocumentSigned"),
    Transition(S.WAITING, T.DECLINE, S.DECLINED, "SigningDeclined"),
    Transition(S.WAITING, T.EXPIRE, S.EXPIRED, "SigningExpired"),
    Transition(S.WAITING, T.FAIL, S.FAILED, "SigningFailed"),
    Transition(S.WAITING, T.CANCEL, S.CANCELLED),
)


def transition(
    request: Request, trigger: Trigger, *, at: datetime, cause: str = "", **columns: Any
) -> Change[Request, Status]:
    """The change that this trigger makes; raises IllegalTransition. Pure."""
    edge = choose("sealing", TRANSITIONS, request.status, trigger, request)
    return edge.change(request, at=at, cause=cause, columns=columns)
