"""What is known of the signatures of each document, and how that came about (SUB-11, RES-01, RES-10)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.kernel.db import UnitOfWork
from hub.vault import report_repository as repository
from hub.vault.model import Kept, Lapsing, Occasion, Step, Verdict
from signing import Report, Role
from signing.dependence import keys_of
from signing.lasting import document_timestamped, lapses_at


async def keep_report(uow: UnitOfWork, entry_id: UUID, report: Report, *, occasion: Occasion) -> Step:
    """The newest verdict. A report whose verdict differs from the one before becomes a row of the history.

    A report that is older than the one kept changes nothing: it was made before something else was known.
    """
    before = await repository.verdict_to_change(uow.conn, entry_id)
    if before is not None and before.checked_at > report.at:
        return Step(before=before, after=before)
    after = _verdict(entry_id, report, before.number if before else 0)
    if before is None or (before.indication, before.sub_indication) != (after.indication, after.sub_indication):
        after = msgspec.structs.replace(after, number=after.number + 1)
        await repository.add_report(uow.conn, after, occasion, report.at, report)
    await repository.put_verdict(uow.conn, after)
    return Step(before=before, after=after)


def _verdict(entry_id: UUID, report: Report, number: int) -> Verdict:
    signed = [s for s in report.signatures if s.role is not Role.TIMESTAMP and not s.empty_field]
    return Verdict(
        entry_id=entry_id,
        number=number,
        checked_at=report.at,
        policy=report.policy.value,
        indication=report.indication.value,
        sub_indication=report.sub_indication.value if report.sub_indication else "",
        sentence_vi=report.sentence_vi,
        sentence_en=report.sentence_en,
        signers=tuple(s.signer or s.organisation or "" for s in signed),
        trust=report.trust,
        depends=keys_of(report),
        lapses_at=lapses_at(report),
        archived=document_timestamped(report),
    )


async def verdicts(uow: UnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Verdict]:
    """The newest verdict of each document that was verified."""
    return {each.entry_id: each for each in await repository.verdicts(uow.conn, ids)}


async def reports_of(uow: UnitOfWork, entry_id: UUID) -> tuple[Kept, ...]:
    """Every verdict that a document had, oldest first, each with its whole report."""
    return await repository.reports(uow.conn, entry_id)


async def dependants(uow: UnitOfWork, keys: Sequence[str]) -> list[UUID]:
    """Documents whose newest verdict rests on one of these (`signing.dependence`)."""
    return await repository.dependants(uow.conn, keys)


async def lapsing(
    uow: UnitOfWork, before: datetime, after: tuple[datetime, UUID], *, limit: int
) -> tuple[Lapsing, ...]:
    """Kept documents, newest versions, whose evidence ends by `before`, page by page; the first to end come first.

    Archived ones (with a document time-stamp) of any retention, and others that are kept for ever.
    """
    return await repository.lapsing(uow.conn, before, after, limit)
