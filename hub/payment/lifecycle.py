"""Where an order's status changes: this table, and nowhere else."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hub.kernel.lifecycle import Change, Transition, choose
from hub.payment.model import LIVE, Order, Status

S = Status


class Trigger(StrEnum):
    """What can happen to an order."""

    OPEN = "open"
    INITIATE = "initiate"
    WAIT = "wait"
    CONFIRM = "confirm"
    CONFIRM_LATE = "confirm-late"
    HOLD = "hold"
    FAIL = "fail"
    EXPIRE = "expire"


T = Trigger

TRANSITIONS: tuple[Transition[Status, Trigger], ...] = (
    Transition(S.OPENED, T.INITIATE, S.INITIATED, "PaymentInitiated"),
    Transition(S.OPENED, T.WAIT, S.PENDING),
    Transition(S.OPENED, T.CONFIRM, S.PAID, "Paid"),
    Transition(S.OPENED, T.HOLD, S.HELD),
    Transition(S.OPENED, T.FAIL, S.FAILED, "PaymentFailed"),
    Transition(S.OPENED, T.EXPIRE, S.EXPIRED),
    Transition(S.INITIATED, T.WAIT, S.PENDING),
    Transition(S.INITIATED, T.CONFIRM, S.PAID, "Paid"),
    Transition(S.INITIATED, T.HOLD, S.HELD),
    Transition(S.INITIATED, T.FAIL, S.FAILED, "PaymentFailed"),
    Transition(S.INITIATED, T.EXPIRE, S.EXPIRED),
    Transition(S.PENDING, T.CONFIRM, S.PAID, "Paid"),
    Transition(S.PENDING, T.HOLD, S.HELD),
    Transition(S.PENDING, T.FAIL, S.FAILED, "PaymentFailed"),
    Transition(S.PENDING, T.EXPIRE, S.EXPIRED),
    Transition(S.FAILED, T.CONFIRM_LATE, S.PAID, "Paid"),
    Transition(S.FAILED, T.HOLD, S.HELD),
    Transition(S.EXPIRED, T.CONFIRM_LATE, S.PAID, "Paid"),
    Transition(S.EXPIRED, T.HOLD, S.HELD),
    Transition(S.HELD, T.CONFIRM_LATE, S.PAID, "Paid"),
)

FIRST_QUERY = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=6)
LIFE = timedelta(days=3)
FOLLOWED = timedelta(days=10)


def transition(order: Order, trigger: Trigger, *, at: datetime, cause: str, **columns: Any) -> Change[Order, Status]:
    """The change that this trigger makes; raises IllegalTransition. Pure."""
    edge = choose("payment", TRANSITIONS, order.status, trigger, order)
    return edge.change(order, at=at, cause=cause, columns=columns)


def applies(order: Order, trigger: Trigger) -> bool:
    """Whether the table has an edge for it."""
    return any(edge.source is order.status and edge.trigger is trigger for edge in TRANSITIONS)


def next_query(order: Order, now: datetime) -> datetime | None:
    """Ask again after 10, 20, 40 … minutes, then every 6 hours; daily after failure or expiry; at last never."""
    if order.status in LIVE:
        pause: timedelta = FIRST_QUERY * (1 << min(order.queries + 1, 10))
        return now + min(pause, LONGEST_PAUSE)
    if order.status in (Status.FAILED, Status.EXPIRED) and now < order.opened_at + FOLLOWED:
        return now + timedelta(days=1)
    return None
