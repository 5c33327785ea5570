"""Lifecycles as data: a tuple of transitions, one pure choice, one diagram."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from hub.kernel.actor import Actor
from hub.kernel.errors import Conflict

S = TypeVar("S", bound=Enum)
T = TypeVar("T", bound=Enum)


class Entity(Protocol):
    """What has a lifecycle: a row with a status, which counts its changes."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def status(self) -> Enum: ...


E = TypeVar("E", bound=Entity)


class Guard(msgspec.Struct, frozen=True):
    """A named condition on the entity."""

    name: str
    holds: Callable[[Any], bool]


class Change(msgspec.Struct, Generic[E, S], frozen=True, kw_only=True):
    """A transition that holds, ready to be written. `columns`: other columns that change with it."""

    before: E
    target: S
    trigger: str
    fact: str
    cause: str
    at: datetime
    columns: dict[str, Any]

    def written(self, actor: Actor, now: datetime) -> tuple[Any, ...]:
        """$1 to $11 of the statement that moves the status and logs the step."""
        before = self.before
        return (
            before.id, before.version, before.status, self.target, self.trigger, self.cause,
            actor.kind, actor.id, actor.name, self.at, now,
        )  # fmt: skip


class LogRow(msgspec.Struct, Generic[S], frozen=True, kw_only=True):
    """One step of an entity's story. `source` is empty for the first."""

    version: int
    source: str
    target: S
    trigger: str
    cause: str
    actor_name: str
    at: datetime
    logged_at: datetime


class Transition(msgspec.Struct, Generic[S, T], frozen=True):
    """One edge. `fact` names the event class that this edge emits ("" for none)."""

    source: S
    trigger: T
    target: S
    fact: str = ""
    guard: Guard | None = None

    def change(self, before: E, *, at: datetime, cause: str, columns: dict[str, Any]) -> Change[E, S]:
        """This edge, taken by an entity."""
        return Change(
            before=before, target=self.target, trigger=self.trigger.value, fact=self.fact, cause=cause, at=at,
            columns=columns,
        )  # fmt: skip


class IllegalTransition(Conflict):
    """This trigger does not apply in this state."""

    def __init__(self, entity: str, status: Enum, trigger: Enum) -> None:
        super().__init__(
            f"{entity}.illegal-transition",
            f"Không thể thực hiện «{trigger.value}» khi trạng thái là «{status.name}». Không có gì bị thay đổi; "
            "hãy xem trạng thái hiện tại rồi gửi bước đúng với trạng thái đó.",
            f"Trigger '{trigger.value}' does not apply in state '{status.name}'. Nothing was changed; "
            "look at the present state and send the step that fits it.",
            data={"status": status.value, "trigger": trigger.value},
        )


def choose(name: str, table: Sequence[Transition[S, T]], status: S, trigger: T, entity: Any = None) -> Transition[S, T]:
    """The one edge that applies; raises IllegalTransition."""
    for edge in table:
        if edge.source == status and edge.trigger == trigger and (edge.guard is None or edge.guard.holds(entity)):
            return edge
    raise IllegalTransition(name, status, trigger)


def mermaid(table: Sequence[Transition[Any, Any]], initial: Enum) -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {initial.name}"]
    for edge in table:
        guard = f" [{edge.guard.name}]" if edge.guard else ""
        lines.append(f"    {edge.source.name} --> {edge.target.name}: {edge.trigger.value}{guard}")
    sources = {edge.source for edge in table}
    lines += [f"    {end.name} --> [*]" for end in dict.fromkeys(e.target for e in table) if end not in sources]
    return "\n".join(lines) + "\n"
