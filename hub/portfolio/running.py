"""The loop that verifies again, in the background. Any number of workers; one that dies loses nothing."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import structlog

from hub import vault
from hub.kernel.actor import system
from hub.kernel.db import Database
from hub.kernel.errors import Away
from hub.kernel.listener import Listener, wait
from hub.kernel.signatures import Checker
from hub.portfolio import repository, rounds
from hub.portfolio.model import Taken
from signing import Policy, SubIndication

log = structlog.get_logger(__name__)
_VERIFIER = system("portfolio")
CHANNEL = "portfolio"
LEASE = timedelta(minutes=2)
"""How long a worker may keep a batch: a batch takes seconds, a worker that died gives it back after this."""
BATCH = 20
ATTEMPTS = 3
"""A busy machine can end a worker at its limit; the third time in a row it is the document."""


class Reverifier:
    """Takes documents of open rounds in batches, `at_once` at a time: two are verified while two are written down."""

    def __init__(self, db: Database, checker: Checker, *, at_once: int = 4, poll_seconds: float = 5.0) -> None:
        self._db = db
        self._checker = checker
        self._free = asyncio.Semaphore(at_once)
        self._poll = poll_seconds

    async def run(self, listener: Listener) -> None:
        """Until cancelled."""
        news = listener.subscribe(CHANNEL)
        while True:
            if not await self.once():
                await wait(news, self._poll)

    async def once(self) -> int:
        """One batch; how many documents it had."""
        async with self._db.begin(_VERIFIER) as uow:
            taken = await repository.take(uow.conn, uow.now, LEASE, BATCH)
        if taken:
            await self._verify_all(taken)
        async with self._db.begin(_VERIFIER) as uow:
            for run_id in await repository.unended(uow.conn):
                await rounds.finish(uow, run_id)
        return len(taken)

    async def _verify_all(self, taken: Sequence[Taken]) -> None:
        ids = [task.entry_id for task in taken]
        async with self._db.read() as uow:
            entries = {entry.id: entry for entry in await vault.entries(uow, ids)}
            verdicts = await vault.verdicts(uow, ids)
        await asyncio.gather(*(self._verify(t, entries.get(t.entry_id), verdicts.get(t.entry_id)) for t in taken))

    async def _verify(self, task: Taken, entry: vault.Entry | None, known: vault.Verdict | None) -> None:
        """A document that cannot be verified now stays open, and is taken again when its lease ends."""
        async with self._free:
            try:
                if entry is None or known is None:
                    await self._give_up(task, "missing")
                else:
                    await self._verify_one(task, entry, Policy(known.policy))
            except Away:
                raise
            except Exception:
                log.exception("portfolio.document-failed", entry=str(task.entry_id), attempt=task.attempts)
                if task.attempts >= ATTEMPTS:
                    await self._give_up(task, "failed")

    async def _verify_one(self, task: Taken, entry: vault.Entry, policy: Policy) -> None:
        async with self._db.read() as uow:
            data = await uow.storage.read(entry.sha256)
        report = await self._checker.check(data, self._db.now(), policy=policy)
        if report.sub_indication is SubIndication.POLICY_PROCESSING_ERROR and task.attempts < ATTEMPTS:
            log.warning("portfolio.over-limit", entry=str(task.entry_id), attempt=task.attempts)
            return
        async with self._db.begin(_VERIFIER) as uow:
            await rounds.record(uow, task, entry, report)

    async def _give_up(self, task: Taken, outcome: Literal["missing", "failed"]) -> None:
        async with self._db.begin(_VERIFIER) as uow:
            await rounds.give_up(uow, task, outcome)
