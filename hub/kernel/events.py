"""Facts: what has happened, told once, in the transaction in which it happened."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from hub.kernel.db import UnitOfWork


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A marker: each module's `events.py` derives its facts from it."""


Subscriber = Callable[["UnitOfWork", Any], Awaitable[None]]
Subscribers = Mapping[type[Fact], Sequence[Subscriber]]


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One message for one lane of one connector; `not_before` seconds from now."""

    lane: str
    message: Any
    delay: float = 0.0


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A fact reaches a connector: `build` makes the messages inside the fact's transaction."""

    connector: str
    build: Callable[["UnitOfWork", Any], Awaitable[Sequence[Parcel]]]


Routes = Mapping[type[Fact], Sequence[Route]]


def merged(*tables: Subscribers) -> Subscribers:
    """One table: of a fact that several name, the subscribers of each in the order of the tables."""
    kinds = dict.fromkeys(kind for table in tables for kind in table)
    return {kind: tuple(each for table in tables for each in table.get(kind, ())) for kind in kinds}
