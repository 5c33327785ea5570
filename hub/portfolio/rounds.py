"""Verifying again what a change concerns: found by the index, done once, told once (RES-10)."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from hub import dossier, vault
from hub.kernel.db import UnitOfWork
from hub.kernel.errors import NotFound
from hub.kernel.ids import uuid7
from hub.portfolio import repository, telling
from hub.portfolio.events import TrustChanged, VerdictChanged
from hub.portfolio.model import Cause, Change, Run, Taken
from signing import Report


async def begin(uow: UnitOfWork, cause: Cause, subject: str, keys: Sequence[str]) -> Run:
    """Every stored document whose verdict rests on one of the keys is to be verified again; others are not."""
    documents = await vault.dependants(uow, keys) if keys else []
    run = Run(
        id=uuid7(),
        cause=cause,
        subject=subject,
        total=len(documents),
        done=0,
        changed=0,
        told=0,
        begun_by=uow.actor.name,
        begun_at=uow.now,
        ended_at=None if documents else uow.now,
    )
    await repository.begin_run(uow.conn, run, keys, documents)
    await uow.emit(TrustChanged(cause=cause, subject=subject, run_id=run.id, documents=run.total))
    return run


async def record(uow: UnitOfWork, task: Taken, entry: vault.Entry, report: Report) -> None:
    """A document was verified. A verdict that changed is kept for ever, and its holder is told, in one transaction."""
    step = await vault.keep_report(uow, task.entry_id, report, occasion=vault.Occasion.AGAIN)
    outcome = "changed" if step.changed else "same"
    if not await repository.done(uow.conn, task, uow.now, outcome) or step.before is None or not step.changed:
        return
    told = await telling.holder(uow, entry, step)
    change = Change(
        id=uuid7(),
        run_id=task.run_id,
        entry_id=entry.id,
        report_number=step.after.number,
        document=entry.name,
        kind=entry.kind,
        owner_id=entry.owner_id,
        dossier_id=entry.dossier_id,
        agency_code=await _agency(uow, entry.dossier_id),
        from_indication=step.before.indication,
        from_sub_indication=step.before.sub_indication,
        to_indication=step.after.indication,
        to_sub_indication=step.after.sub_indication,
        at=uow.now,
        told=told,
    )
    await repository.add_change(uow.conn, change)
    await uow.emit(
        VerdictChanged(
            entry_id=entry.id,
            owner_id=entry.owner_id,
            dossier_id=entry.dossier_id,
            run_id=task.run_id,
            from_indication=change.from_indication,
            to_indication=change.to_indication,
            to_sub_indication=change.to_sub_indication,
        )
    )


async def give_up(uow: UnitOfWork, task: Taken, outcome: Literal["missing", "failed"]) -> None:
    """Nothing to verify any more (a draft that was deleted meanwhile), or it fails every time; its verdict stays."""
    await repository.done(uow.conn, task, uow.now, outcome)


async def finish(uow: UnitOfWork, run_id: UUID) -> None:
    """When its last document is done: each agency's officers are told once how many of theirs changed."""
    if not await repository.end_run(uow.conn, run_id, uow.now):
        return
    run = await repository.run(uow.conn, run_id)
    assert run is not None
    for agency_code, documents in (await repository.by_agency(uow.conn, run_id)).items():
        await telling.officers(uow, run, agency_code, documents)


async def _agency(uow: UnitOfWork, dossier_id: UUID | None) -> str:
    if dossier_id is None:
        return ""
    try:
        return (await dossier.get(uow, dossier_id)).agency_code
    except NotFound:
        return ""
