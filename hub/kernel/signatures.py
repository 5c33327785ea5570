"""Checking signatures without holding up the event loop; modules get a `Checker` and handle no trust store."""

import asyncio
from datetime import datetime

from signing import Policy, Report, TrustStore, verify


class Checker:
    """Verifies in threads, `at_once` at a time; `policy` says how strictly."""

    def __init__(self, trust: TrustStore, *, policy: Policy = Policy.INCOMING, at_once: int = 2) -> None:
        self._trust = trust
        self._policy = policy
        self._free = asyncio.Semaphore(at_once)

    async def check(self, data: bytes, at: datetime) -> Report:
        """The report as of `at`; a file is never an error, whatever is in it."""
        async with self._free:
            return await asyncio.to_thread(verify, data, trust=self._trust, at=at, policy=self._policy)
