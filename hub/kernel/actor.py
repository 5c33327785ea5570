"""Who does something. Every transaction has one."""

from typing import Literal

import msgspec

ActorKind = Literal["citizen", "officer", "machine", "system"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the account's; `unit` the department's name, if any."""

    kind: ActorKind
    id: str
    name: str
    unit: str = ""


def system(name: str) -> Actor:
    """The hub itself, under the name of the part that acts."""
    return Actor(kind="system", id=name, name=name)


def machine(name: str) -> Actor:
    """A partner's system."""
    return Actor(kind="machine", id=name, name=name)
