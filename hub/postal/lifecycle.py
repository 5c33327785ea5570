"""Where a parcel's status changes: this table, and nowhere else. Scans may be missing, none may go backwards."""

from enum import StrEnum

from hub.kernel.lifecycle import Transition
from hub.postal.model import Status
from schemas.messages.post import Stage

S = Status


class Trigger(StrEnum):
    """What the post can tell."""

    REQUEST = "request"
    ORDER = "order"
    COLLECT = "collect"
    MOVE = "move"
    DELIVER = "deliver"
    RETURN = "return"


T = Trigger
_FORWARD = ((S.REQUESTED, 0), (S.ORDERED, 1), (S.COLLECTED, 2), (S.IN_TRANSIT, 3))

TRANSITIONS: tuple[Transition[Status, Trigger], ...] = (
    Transition(S.NONE, T.REQUEST, S.REQUESTED, "ParcelOrdered"),
    Transition(S.REQUESTED, T.ORDER, S.ORDERED),
    *(Transition(source, T.COLLECT, S.COLLECTED) for source, rank in _FORWARD if rank < 2),
    *(Transition(source, T.MOVE, S.IN_TRANSIT) for source, rank in _FORWARD if rank < 3),
    *(Transition(source, T.DELIVER, S.DELIVERED, "ParcelDelivered") for source, _ in _FORWARD),
    *(Transition(source, T.RETURN, S.RETURNED, "ParcelReturned") for source, _ in _FORWARD),
)

OF_STAGE: dict[Stage, Trigger] = {
    Stage.ORDERED: T.ORDER,
    Stage.COLLECTED: T.COLLECT,
    Stage.IN_TRANSIT: T.MOVE,
    Stage.DELIVERED: T.DELIVER,
    Stage.RETURNED: T.RETURN,
}


def edge(status: Status, trigger: Trigger) -> Transition[Status, Trigger] | None:
    """The transition that applies; None when the news is late or says nothing new."""
    return next((e for e in TRANSITIONS if e.source is status and e.trigger is trigger), None)
