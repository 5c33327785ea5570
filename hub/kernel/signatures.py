"""Checking signatures without holding up the event loop; modules get a `Checker` and handle no trust store."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Protocol

from signing import Policy, Report, TrustStore, verify
from signing.workers import Workers


class TrustSource(Protocol):
    """Where the trust of an installation is kept: what counts now, for every process alike."""

    async def current(self) -> TrustStore: ...


class FixedTrust:
    """A trust that does not change."""

    def __init__(self, trust: TrustStore) -> None:
        self._trust = trust

    async def current(self) -> TrustStore:
        """Always the same."""
        return self._trust


class Checker:
    """Verifies `at_once` at a time; `policy` says how strictly.

    With `workers` each file is verified in a process that is ended when it takes too long or too much memory.
    """

    def __init__(
        self,
        trust: TrustStore | TrustSource,
        *,
        policy: Policy = Policy.INCOMING,
        at_once: int = 2,
        workers: Workers | None = None,
    ) -> None:
        self._trust = FixedTrust(trust) if isinstance(trust, TrustStore) else trust
        self._policy = policy
        self._free = asyncio.Semaphore(at_once)
        self._workers = workers

    async def check(
        self,
        source: bytes | Path,
        at: datetime,
        *,
        policy: Policy | None = None,
        detached: bytes | Path | None = None,
        password: str | None = None,
    ) -> Report:
        """The report as of `at`; a file is never an error, whatever is in it."""
        trust, how = await self._trust.current(), policy or self._policy
        async with self._free:
            if self._workers is not None:
                return await self._workers.verify(
                    source, trust=trust, at=at, policy=how, detached=detached, password=password
                )
            data, beside = await asyncio.to_thread(_content, source), await asyncio.to_thread(_content, detached)
            return await asyncio.to_thread(
                verify, data or b"", trust=trust, at=at, policy=how, detached=beside, password=password
            )


def _content(source: bytes | Path | None) -> bytes | None:
    return source.read_bytes() if isinstance(source, Path) else source
