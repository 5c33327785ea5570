"""Long-term data are renewed before the time-stamp that vouches for them lapses (SIGNING §1: B-LTA and renewal).

What is stored is the next version of the document in the vault: the bytes before it stay its beginning, and stay where
they are, for proofs and paper copies name them.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from hub import dossier, profiles, vault
from hub.kernel.actor import system
from hub.kernel.clock import VN
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Away, NotFound
from hub.kernel.jobs import Job
from hub.kernel.signatures import Checker, TrustSource
from hub.portfolio import renewal_repository as repository
from hub.portfolio.events import LongTermRenewed
from hub.portfolio.model import Nearness, Outcome, Renewal
from hub.portfolio.renewability import Objection, ends, objection, unfit
from hub.portfolio.renewal_telling import JOBS, relieve
from signing import Policy, Report, Timestamper, TimestampError, renew_pdf
from signing.errors import SigningError

log = structlog.get_logger(__name__)
_RENEWER = system("renewal")
BATCH = 25
"""Documents in one run: a few seconds, so that other jobs are not held up; the next run comes in a minute."""
PAGE = 1000
AGAIN = timedelta(days=1)
"""After this a document that could not be renewed is tried again: a CRL may have come, the authority be back."""
_BEGIN = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))
_PDF = "application/pdf"


class Renewing(msgspec.Struct, frozen=True, kw_only=True):
    """What renewing needs: trust with its revocation data, and a time-stamp authority that outlasts the last one."""

    db: Database
    checker: Checker
    trust: TrustSource
    tsa: Timestamper

    async def once(self, limit: int = BATCH) -> int:
        """Documents whose evidence ends soon, the first to end first; how many were looked at. One that fails is noted.

        While the time-stamp authority is away the first of them is noted, and the others wait for the next run.
        """
        due = await self._due(limit)
        for number, each in enumerate(due, start=1):
            try:
                await self._renew(each)
            except Away:
                raise
            except TimestampError as error:
                await self._note(each, Outcome.FAILED, _failed(error))
                return number
            except Exception as error:
                log.exception("portfolio.renewal-failed", entry=str(each.entry_id))
                await self._note(each, Outcome.FAILED, _failed(error))
        return len(due)

    async def _due(self, limit: int) -> list[vault.Lapsing]:
        """Not those that were renewed or have failed today."""
        due: list[vault.Lapsing] = []
        async with self.db.read() as uow:
            before, after = uow.now + _margin(uow.now), _BEGIN
            while len(due) < limit and (page := await vault.lapsing(uow, before, after, limit=PAGE)):
                settled = await repository.settled(uow.conn, [each.entry_id for each in page], uow.now)
                due += [each for each in page if each.entry_id not in settled]
                after = (page[-1].lapses_at, page[-1].entry_id)
        return due[:limit]

    async def _renew(self, it: vault.Lapsing) -> None:
        async with self.db.read() as uow:
            entry = await vault.entry(uow, it.entry_id)
            policy = Policy((await vault.verdicts(uow, [entry.id]))[entry.id].policy)
            data = await uow.storage.read(entry.sha256)
        judged = await self.checker.check(data, self.db.now(), policy=policy)
        if why := unfit(judged):
            return await self._note(it, Outcome.REFUSED, why)
        if ends(judged, it.lapses_at) > self.db.now() + _margin(self.db.now()):
            return await self._not_yet(entry, judged)
        try:
            renewed = await renew_pdf(data, tsa=self.tsa, trust=await self.trust.current())
        except TimestampError:
            raise
        except SigningError as error:
            return await self._note(it, Outcome.FAILED, _failed(error))
        again = await self.checker.check(renewed, self.db.now(), policy=policy)
        if why := objection((data, judged), (renewed, again)):
            return await self._note(it, Outcome.REFUSED, why)
        async with self.db.begin(_RENEWER) as uow:
            await _keep(uow, entry, it, renewed, again)
        return None

    async def _not_yet(self, entry: vault.Entry, judged: Report) -> None:
        """It lasts longer than its last report knew."""
        async with self.db.begin(_RENEWER) as uow:
            await vault.keep_report(uow, entry.id, judged, occasion=vault.Occasion.AGAIN)

    async def _note(self, it: vault.Lapsing, outcome: Outcome, why: Objection) -> None:
        async with self.db.begin(_RENEWER) as uow:
            noted = _renewal(uow, await vault.entry(uow, it.entry_id), it, await _agency(uow, it.entry_id), outcome)
            noted = msgspec.structs.replace(noted, why_vi=why.vi, why_en=why.en, next_at=uow.now + AGAIN)
            await repository.put(uow.conn, noted)
            await uow.audit(f"portfolio:renewal:{outcome}", str(it.entry_id), {"why": why.en})


async def _keep(uow: UnitOfWork, entry: vault.Entry, it: vault.Lapsing, renewed: bytes, report: Report) -> None:
    """The next version, its report and the mark that it is done, in one transaction: a crash leaves all or nothing."""
    await repository.lock(uow.conn, entry.document_id)
    if (await vault.current(uow, [entry.id]))[entry.id].id != entry.id:
        return
    made = await vault.store(
        uow,
        renewed,
        owner_id=entry.owner_id,
        kind=entry.kind,
        name=entry.name,
        media_type=_PDF,
        retention=entry.retention,
        dossier_id=entry.dossier_id,
        document_id=entry.document_id,
    )
    await vault.keep_report(uow, made.id, report, occasion=vault.Occasion.RENEWAL)
    until = ends(report, it.lapses_at)
    done = _renewal(uow, entry, it, await _agency(uow, entry.id), Outcome.RENEWED)
    done = msgspec.structs.replace(done, renewed_id=made.id, holds_until=until)
    told = await repository.put(uow.conn, done)
    if told is not None and told >= Nearness.MONTH:
        await relieve(uow, done)
    await uow.audit(
        "portfolio:renewal:renewed",
        str(entry.id),
        {"renewed": str(made.id), "sha256": made.sha256, "holds_until": until.isoformat()},
    )
    await uow.emit(
        LongTermRenewed(
            document_id=entry.document_id,
            entry_id=entry.id,
            renewed_id=made.id,
            owner_id=entry.owner_id,
            dossier_id=entry.dossier_id,
            holds_until=until,
        )
    )


def _renewal(uow: UnitOfWork, entry: vault.Entry, it: vault.Lapsing, agency_code: str, outcome: Outcome) -> Renewal:
    return Renewal(
        entry_id=entry.id,
        document_id=entry.document_id,
        owner_id=entry.owner_id,
        dossier_id=entry.dossier_id,
        agency_code=agency_code,
        document=entry.name,
        lapses_at=it.lapses_at,
        outcome=outcome,
        at=uow.now,
    )


async def _agency(uow: UnitOfWork, entry_id: UUID) -> str:
    found = (await vault.entry(uow, entry_id)).dossier_id
    if found is None:
        return ""
    try:
        return (await dossier.get(uow, found)).agency_code
    except NotFound:
        return ""


def _margin(now: datetime) -> timedelta:
    return timedelta(days=profiles.terms_on(now.astimezone(VN).date()).vault.renewal_days)


def _failed(error: Exception) -> Objection:
    return Objection(
        f"Chưa gia hạn được ({error}). Hệ thống sẽ thử lại sau một ngày; hãy kiểm tra dịch vụ dấu thời gian và CRL.",
        f"Not renewed yet ({error}). It is tried again after a day; check the time-stamp authority and the CRLs.",
    )


def jobs(renewing: Renewing) -> dict[str, Job]:
    """One process at a time runs it: the schedule's row is locked meanwhile."""

    async def sweep(_: UnitOfWork, __: str) -> None:
        await renewing.once()

    return {"renewals": Job(every=60, run=sweep), **JOBS}


async def troubled(uow: UnitOfWork, *, agency_code: str = "", limit: int = 200) -> tuple[Renewal, ...]:
    """Documents that could not be renewed, the first to lapse first; with an agency's code, those of its dossiers."""
    return await repository.troubled(uow.conn, agency_code, limit)


async def renewed_since(uow: UnitOfWork, since: datetime, *, agency_code: str = "") -> int:
    """How many were renewed."""
    return await repository.renewed_since(uow.conn, since, agency_code)
