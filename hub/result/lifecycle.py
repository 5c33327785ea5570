"""Where a result's status changes: this table, and nowhere else."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.kernel.lifecycle import Change, Transition, choose
from hub.result.model import Result, Status

S = Status


class Trigger(StrEnum):
    """What can happen to a result."""

    ISSUE = "issue"
    SUPERSEDE = "supersede"
    REVOKE = "revoke"


T = Trigger

TRANSITIONS: tuple[Transition[Status, Trigger], ...] = (
    Transition(S.ISSUED, T.SUPERSEDE, S.SUPERSEDED, "ResultSuperseded"),
    Transition(S.ISSUED, T.REVOKE, S.REVOKED, "ResultRevoked"),
    Transition(S.SUPERSEDED, T.REVOKE, S.REVOKED, "ResultRevoked"),
)


def transition(result: Result, trigger: Trigger, *, at: datetime, cause: str, **columns: Any) -> Change[Result, Status]:
    """The change that this trigger makes; raises IllegalTransition. Pure."""
    edge = choose("result", TRANSITIONS, result.status, trigger, result)
    return edge.change(result, at=at, cause=cause, columns=columns)
