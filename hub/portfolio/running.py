"""The loop that verifies again, in the background. Any number of workers; one that dies loses nothing."""

import asyncio
from datetime import timedelta

import structlog

from hub import vault
from hub.kernel.actor import system
from hub.kernel.db import Database
from hub.kernel.errors import Away, NotFound
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
    """Takes documents of open rounds in batches and verifies `at_once` of them at a time."""

    def __init__(self, db: Database, checker: Checker, *, at_once: int = 2, poll_seconds: float = 5.0) -> None:
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
        await asyncio.gather(*(self._verify(task) for task in taken))
        async with self._db.begin(_VERIFIER) as uow:
            for run_id in await repository.unended(uow.conn):
                await rounds.finish(uow, run_id)
        return len(taken)

    async def _verify(self, task: Taken) -> None:
        """A document that cannot be verified now stays open, and is taken again when its lease ends."""
        async with self._free:
            try:
                await self._verify_one(task)
            except Away:
                raise
            except Exception:
                log.exception("portfolio.document-failed", entry=str(task.entry_id), attempt=task.attempts)
                if task.attempts >= ATTEMPTS:
                    async with self._db.begin(_VERIFIER) as uow:
                        await rounds.give_up(uow, task, "failed")

    async def _verify_one(self, task: Taken) -> None:
        async with self._db.read() as uow:
            known = (await vault.verdicts(uow, [task.entry_id])).get(task.entry_id)
            try:
                entry = await vault.entry(uow, task.entry_id)
            except NotFound:
                entry = None
            data = await uow.storage.read(entry.sha256) if entry else b""
        if entry is None or known is None:
            async with self._db.begin(_VERIFIER) as uow:
                await rounds.give_up(uow, task, "missing")
            return
        report = await self._checker.check(data, self._db.now(), policy=Policy(known.policy))
        if report.sub_indication is SubIndication.POLICY_PROCESSING_ERROR and task.attempts < ATTEMPTS:
            log.warning("portfolio.over-limit", entry=str(task.entry_id), attempt=task.attempts)
            return
        async with self._db.begin(_VERIFIER) as uow:
            await rounds.record(uow, task, report)
