"""Which message of a lane may reach the partner, and when. Order per lane survives copies of a message.

The hub publishes a message again when no outcome came within its visibility time, so several copies of it may be on
the bus. Three rules keep an old copy from overtaking the lane's next message: a copy is only begun during its lease
(the part of the visibility time that a handler does not need), messages of one lane go one after another in this
process, and what this process has done already is answered from memory.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from schemas.envelope import Envelope, Outcome, Verdict

REMEMBERED = 2000
"""Outcomes kept: far more than a process can have on the bus at a time."""


class Turns:
    """One per connector process. `lease_seconds` None: copies have no end."""

    def __init__(self, lease_seconds: float | None) -> None:
        self._lease = None if lease_seconds is None else timedelta(seconds=lease_seconds)
        self._lanes: dict[str, tuple[asyncio.Lock, int]] = {}
        self._done: OrderedDict[str, Outcome] = OrderedDict()

    def over(self, envelope: Envelope, now: datetime) -> bool:
        """The hub has published, or is about to publish, a newer copy: this one must not be begun any more."""
        return self._lease is not None and now > envelope.at + self._lease

    @asynccontextmanager
    async def of(self, lane: str) -> AsyncIterator[None]:
        """Alone in this lane, in the order of arrival."""
        lock, waiting = self._lanes.get(lane, (asyncio.Lock(), 0))
        self._lanes[lane] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._lanes[lane]
            if waiting == 1:
                del self._lanes[lane]
            else:
                self._lanes[lane] = (lock, waiting - 1)

    def remember(self, outcome: Outcome) -> None:
        """Keep what succeeded; what failed is tried again."""
        if outcome.verdict is Verdict.DONE:
            self._done[outcome.message_id] = outcome
            if len(self._done) > REMEMBERED:
                self._done.popitem(last=False)

    def done(self, message_id: str) -> Outcome | None:
        """The outcome of a message that has reached the partner from here."""
        return self._done.get(message_id)
