"""Verdicts that are kept: the same file under the same trust state costs its hash only."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from threading import Lock

from signing.model import Kind, Policy
from signing.report import Report
from signing.trust import TrustStore
from signing.verifier import verify


class Memory:
    """Reports by what they were made of. Each ends at the next update of what it rests on, or after `keep`."""

    def __init__(self, *, size: int = 2000, keep: timedelta = timedelta(minutes=5)) -> None:
        self._size = size
        self._keep = keep
        self._held: OrderedDict[Hashable, tuple[datetime, datetime, Report]] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: Hashable, at: datetime) -> Report | None:
        """What was judged shortly before `at`, while it still holds."""
        with self._lock:
            known = self._held.get(key)
            if known is None or not known[0] <= at < known[1]:
                return None
            self._held.move_to_end(key)
            return known[2]

    def keep(self, key: Hashable, at: datetime, report: Report) -> None:
        """A report that was made at `at`; the oldest ones go."""
        with self._lock:
            self._held[key] = (at, min(at + self._keep, _ends(report, at)), report)
            while len(self._held) > self._size:
                self._held.popitem(last=False)


class Verifier:
    """`verify` with memory."""

    def __init__(
        self,
        trust: TrustStore,
        *,
        policy: Policy = Policy.INCOMING,
        size: int = 2000,
        keep: timedelta = timedelta(minutes=5),
    ) -> None:
        self.trust = trust
        self.policy = policy
        self._memory = Memory(size=size, keep=keep)

    def verify(
        self, data: bytes, *, kind: Kind | None = None, detached: bytes | None = None, at: datetime | None = None
    ) -> Report:
        now = datetime.now(UTC)
        beside = hashlib.sha256(detached).digest() if detached is not None else None
        moment = at.isoformat() if at is not None else ""
        key = (hashlib.sha256(data).digest(), len(data), self.trust.state, self.policy, moment, kind, beside)
        known = self._memory.recall(key, now)
        if known is not None:
            return known
        report = verify(data, trust=self.trust, at=at, kind=kind, detached=detached, policy=self.policy)
        self._memory.keep(key, now, report)
        return report


def _ends(report: Report, now: datetime) -> datetime:
    """The first moment after which one of the facts behind the verdict may have changed."""
    moments = [r.next_update for s in report.signatures for r in s.revocation if r.next_update]
    moments += [link.valid_until for s in report.signatures for link in s.chain]
    moments += [link.valid_from for s in report.signatures for link in s.chain]
    return min((m for m in moments if m > now), default=datetime.max.replace(tzinfo=UTC))
