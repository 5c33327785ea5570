"""Checking signatures without holding up the event loop; modules get a `Checker` and handle no trust store."""

import asyncio
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Protocol

from msgspec import structs

from signing import Policy, Report, SubIndication, TrustStore, verify
from signing.cache import Memory
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

    With `workers` each file is verified in a process that is ended when it takes too long or too much memory. The same
    file under the same trust costs its hash only for some minutes: anybody may ask about a result again and again.
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
        self._memory = Memory(size=500)

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
        if password is not None:
            return await self._fresh(source, at, trust, how, detached, password)
        key = (trust.state, how, *await asyncio.to_thread(_digests, source, detached))
        known = self._memory.recall(key, at)
        if known is not None:
            return structs.replace(known, at=at)  # nothing that it rests on has changed since
        report = await self._fresh(source, at, trust, how, detached, None)
        if report.sub_indication is not SubIndication.POLICY_PROCESSING_ERROR:  # a limit, perhaps the machine's fault
            self._memory.keep(key, at, report)
        return report

    async def _fresh(
        self,
        source: bytes | Path,
        at: datetime,
        trust: TrustStore,
        policy: Policy,
        detached: bytes | Path | None,
        password: str | None,
    ) -> Report:
        async with self._free:
            if self._workers is not None:
                return await self._workers.verify(
                    source, trust=trust, at=at, policy=policy, detached=detached, password=password
                )
            data, beside = await asyncio.to_thread(_content, source), await asyncio.to_thread(_content, detached)
            return await asyncio.to_thread(
                verify, data or b"", trust=trust, at=at, policy=policy, detached=beside, password=password
            )


def _digests(*sources: bytes | Path | None) -> list[bytes | None]:
    return [_digest(source) for source in sources]


def _digest(source: bytes | Path | None) -> bytes | None:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file_digest(file, "sha256").digest()
    return None if source is None else sha256(source).digest()


def _content(source: bytes | Path | None) -> bytes | None:
    return source.read_bytes() if isinstance(source, Path) else source
