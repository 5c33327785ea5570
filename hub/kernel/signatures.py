"""Checking signatures without holding up the event loop; modules get a `Checker` and know no trust store."""

import asyncio
from collections.abc import Awaitable, Callable

from hub.kernel.clock import Clock
from signing import Policy, Report, TrustStore, verify

Checker = Callable[[bytes], Awaitable[Report]]


def checker(trust: TrustStore, clock: Clock, *, policy: Policy = Policy.INCOMING, at_once: int = 2) -> Checker:
    """Verifies in threads, a few at once."""
    free = asyncio.Semaphore(at_once)

    async def check(data: bytes) -> Report:
        async with free:
            return await asyncio.to_thread(verify, data, trust=trust, at=clock(), policy=policy)

    return check
