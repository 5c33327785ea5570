"""Where a parcel's status changes: this table, and nowhere else. The post may leave scans out, so steps may be skipped."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.kernel.lifecycle import Change, Transition, choose
from hub.postal.model import Effect, Parcel, Status
from schemas.messages.post import Stage

S = Status


class Trigger(StrEnum):
    """What can happen to a parcel."""

    ORDER = "order"
    COLLECT = "collect"
    MOVE = "move"
    DELIVER = "deliver"
    SEND_BACK = "send-back"
    LOSE = "lose"


T = Trigger

TRANSITIONS: tuple[Transition[Status, Trigger], ...] = (
    Transition(S.ORDERED, T.COLLECT, S.COLLECTED),
    Transition(S.ORDERED, T.MOVE, S.IN_TRANSIT),
    Transition(S.ORDERED, T.DELIVER, S.DELIVERED, "ParcelDelivered"),
    Transition(S.ORDERED, T.SEND_BACK, S.RETURNED, "ParcelReturned"),
    Transition(S.ORDERED, T.LOSE, S.LOST, "ParcelLost"),
    Transition(S.COLLECTED, T.MOVE, S.IN_TRANSIT),
    Transition(S.COLLECTED, T.DELIVER, S.DELIVERED, "ParcelDelivered"),
    Transition(S.COLLECTED, T.SEND_BACK, S.RETURNED, "ParcelReturned"),
    Transition(S.COLLECTED, T.LOSE, S.LOST, "ParcelLost"),
    Transition(S.IN_TRANSIT, T.DELIVER, S.DELIVERED, "ParcelDelivered"),
    Transition(S.IN_TRANSIT, T.SEND_BACK, S.RETURNED, "ParcelReturned"),
    Transition(S.IN_TRANSIT, T.LOSE, S.LOST, "ParcelLost"),
    Transition(S.LOST, T.DELIVER, S.DELIVERED, "ParcelDelivered"),
    Transition(S.LOST, T.SEND_BACK, S.RETURNED, "ParcelReturned"),
)

_TRIGGERS: dict[Stage, Trigger] = {
    Stage.COLLECTED: Trigger.COLLECT,
    Stage.IN_TRANSIT: Trigger.MOVE,
    Stage.DELIVERED: Trigger.DELIVER,
    Stage.RETURNED: Trigger.SEND_BACK,
}
_ENDS = frozenset({Status.DELIVERED, Status.RETURNED})


def transition(parcel: Parcel, trigger: Trigger, *, at: datetime, cause: str, **columns: Any) -> Change[Parcel, Status]:
    """The change that this trigger makes; raises IllegalTransition. Pure."""
    edge = choose("postal", TRANSITIONS, parcel.status, trigger, parcel)
    return edge.change(parcel, at=at, cause=cause, columns=columns)


def applies(parcel: Parcel, trigger: Trigger) -> bool:
    """Whether the table has an edge for it."""
    return any(edge.source is parcel.status and edge.trigger is trigger for edge in TRANSITIONS)


def weigh(parcel: Parcel, stage: Stage) -> tuple[Effect, Trigger | None]:
    """What a scan of this stage does to the parcel; never backwards, however late it comes."""
    trigger = _TRIGGERS.get(stage)
    if stage is Stage.UNKNOWN:
        return Effect.UNKNOWN, None
    if trigger is not None and applies(parcel, trigger):
        return Effect.APPLIED, trigger
    if parcel.status in _ENDS and stage.value in _ENDS and stage.value != parcel.status:
        return Effect.CONTRADICTION, None
    return Effect.NOTED, None
