"""What the hub does by the clock. Each job is a row in the database: any number of workers, one runs it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog

from hub import catalog, dossier, identity, payment, profiles, vault, workflow
from hub.integration import parity
from hub.integration.events import CatalogSyncDue, PaymentCheckDue, ProcedureNeeded, TrackingDue
from hub.kernel.actor import system
from hub.kernel.clock import VN
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Away, NotFound
from hub.kernel.jobs import Job
from schemas.messages import catalog as procedures
from schemas.messages import post

log = structlog.get_logger(__name__)
_CLOCK = system("schedule")

# Each job once.
KNOW = "insert into kernel.schedule (name) select unnest($1::text[]) on conflict do nothing"

# One due job, locked while it runs.
TAKE = "select name, cursor from kernel.schedule where next_at <= $1 order by next_at limit 1 for update skip locked"

NEXT = "update kernel.schedule set last_at = $2, next_at = $3 where name = $1"
CURSOR = "select cursor from kernel.schedule where name = $1"
MOVE_CURSOR = "update kernel.schedule set cursor = $2 where name = $1"
BRING_FORWARD = "update kernel.schedule set next_at = $2 where name = $1 returning name"

# Whether a question is still on its way.
ASKED = """
select exists (select from kernel.outbox
               where connector = $1 and lane = $2 and state in ('waiting', 'ready', 'sent', 'parked'))
"""


async def sync_catalog(uow: UnitOfWork, _: str) -> None:
    """INT-03: pull, never re-key."""
    if not await _asked(uow, "national_portal", "catalog"):
        await uow.emit(CatalogSyncDue())


async def procedures_listed(uow: UnitOfWork, said: procedures.Listed) -> None:
    """Ask for each procedure of the list; those that left it are marked (PRO-09)."""
    await catalog.listed(uow, said.codes)
    for code in await catalog.wanted_after_listing(uow, said.codes):
        await uow.emit(ProcedureNeeded(code=code))


async def read_tracking(uow: UnitOfWork, cursor: str) -> None:
    """POST-06: ask the post for what came after the cursor."""
    if not await _asked(uow, "vnpost", "tracking"):
        await uow.emit(TrackingDue(after=cursor))


async def tracking_read(uow: UnitOfWork, said: post.TrackingRead) -> None:
    """The page's events are in the inbox in this same transaction's neighbours; now the cursor may move."""
    await uow.conn.execute(MOVE_CURSOR, "tracking", said.cursor)
    if said.more:
        await uow.conn.execute(BRING_FORWARD, "tracking", uow.now)


async def check_payments(uow: UnitOfWork, _: str) -> None:
    """PAY-08: a payment whose answer was lost is asked for, again and again, further and further apart."""
    for reference in await payment.pending_for_query(uow):
        await uow.emit(PaymentCheckDue(reference=reference))


async def sweep_sessions(uow: UnitOfWork, _: str) -> None:
    """Lapsed sessions go."""
    await identity.sweep(uow)


async def follow_calendar(uow: UnitOfWork, _: str) -> None:
    """Clocks that were reckoned by an older calendar follow a decreed day, a batch at a time."""
    done = await workflow.recompute(uow, limit=200)
    if done.more:
        await uow.conn.execute(BRING_FORWARD, "calendar", uow.now)


async def sweep_uploads(uow: UnitOfWork, _: str) -> None:
    """RES-08: uploads that no dossier, draft, mandate, share or paper copy needs lapse after the province's days."""
    days = profiles.terms_on(uow.now.astimezone(VN).date()).vault.upload_days
    before = uow.now - timedelta(days=days)
    after = UUID(int=0)
    while page := await vault.lapsed_uploads(uow, before, after):
        needed = await dossier.named_by_drafts(uow, before, page) | await identity.named_as_evidence(uow, page)
        await vault.discard(uow, [each for each in page if each not in needed])
        after = page[-1]


async def delete_discarded(uow: UnitOfWork, _: str) -> None:
    """What the sweep left without a name goes from the store."""
    await vault.delete_discarded(uow)


JOBS: dict[str, Job] = {
    "catalog": Job(every=6 * 3600, run=sync_catalog),
    "tracking": Job(every=30, run=read_tracking),
    "payments": Job(every=20, run=check_payments),
    "sessions": Job(every=600, run=sweep_sessions),
    "calendar": Job(every=60, run=follow_calendar),
    "uploads": Job(every=3600, run=sweep_uploads),
    "discarded": Job(every=600, run=delete_discarded),
    "parity": Job(every=60, run=parity.ask_about_changed),
}


class Schedule:
    """Runs due jobs until cancelled. `speed` divides every interval (demonstrations and tests)."""

    def __init__(self, db: Database, jobs: dict[str, Job], *, poll_seconds: float, speed: float = 1.0) -> None:
        self._db = db
        self._jobs = jobs
        self._poll = poll_seconds
        self._speed = speed

    async def run(self) -> None:
        """The loop."""
        async with self._db.begin(_CLOCK) as uow:
            await uow.conn.execute(KNOW, list(self._jobs))
        while True:
            try:
                busy = await self.once()
            except Away:
                busy = False
            except Exception:
                log.exception("schedule.defect")
                busy = False
            if not busy:
                await asyncio.sleep(min(self._poll, 1.0) / max(self._speed, 1.0))

    async def once(self) -> bool:
        """One due job, if any. A job that fails waits for its next time like any other: it must not starve the rest."""
        async with self._db.begin(_CLOCK) as uow:
            row = await uow.conn.fetchrow(TAKE, uow.now)
            if row is None:
                return False
            name, job = row["name"], self._jobs.get(row["name"])
            pause = timedelta(seconds=(job.every if job else 86_400) / self._speed)
            await uow.conn.execute(NEXT, name, uow.now, uow.now + pause)
            if job is not None:
                await self._run(uow, name, job, row["cursor"])
        return True

    async def _run(self, uow: UnitOfWork, name: str, job: Job, cursor: str) -> None:
        try:
            async with uow.savepoint():
                await job.run(uow, cursor)
        except Away:
            raise
        except Exception:
            log.exception("schedule.job-failed", job=name)


async def run_soon(uow: UnitOfWork, job: str) -> None:
    """Run a job at the next look; raises NotFound for one that there is not."""
    if await uow.conn.fetchval(BRING_FORWARD, job, uow.now) is None:
        raise NotFound(
            "integration.no-such-job",
            f"Không có việc định kỳ «{job}». Hãy xem danh sách việc trong trang vận hành.",
            f"There is no scheduled job '{job}'. See the list on the operator's page.",
        )
    await uow.audit("operator:job:run", job)


async def _asked(uow: UnitOfWork, connector: str, lane: str) -> bool:
    return bool(await uow.conn.fetchval(ASKED, connector, lane))
