"""The queues, in one table: what each is called, what the broker promises of it, and who takes from it.

Arguments of a queue cannot be changed once it is declared. So a name carries a version: new arguments, new name.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

VERSION = "v1"
OUTCOMES = f"hub.outcomes.{VERSION}"
DEAD = f"dead.{VERSION}"
"""A fanout exchange and the queue bound to it, of the same name: what the broker gave up delivering."""

DELIVERY_LIMIT = 5
"""Failed deliveries after which the broker puts a message on `DEAD`: the first and this many repeats."""

HUB_WORKER = "hub work"
"""The process that takes what comes back: `hub work`."""


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One durable quorum queue. `consumer` is the command of the process that takes from it."""

    name: str
    arguments: Mapping[str, str | int]
    consumer: str


def command_queue(connector: str) -> str:
    """Where the hub puts what a connector is to tell its partner."""
    return f"cmd.{connector}.{VERSION}"


def queues(connectors: Sequence[str]) -> tuple[Queue, ...]:
    """Every queue of an installation with these connectors. `DEAD` stands first: the others point to it."""
    return (
        Queue(name=DEAD, arguments=_quorum(), consumer=HUB_WORKER),
        Queue(name=OUTCOMES, arguments=_dead_lettered(), consumer=HUB_WORKER),
        *(
            Queue(name=command_queue(name), arguments=_dead_lettered(), consumer=f"connectors run {name}")
            for name in connectors
        ),
    )


def _quorum() -> dict[str, str | int]:
    return {"x-queue-type": "quorum"}


def _dead_lettered(strategy: Literal["at-least-once", "at-most-once"] = "at-least-once") -> dict[str, str | int]:
    """At-least-once dead lettering needs reject-publish: a full queue refuses, it never drops its head."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-strategy": strategy,
        "x-overflow": "reject-publish",
    }
