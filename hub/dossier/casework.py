"""The inner steps of an internal procedure: what each desk sees and does, and what it means for the dossier.

WFL-03 assign, examine, draft; WFL-07 approve or send back; WFL-08 the signed document; DOS-11, DOS-14 through the leader.
"""

import asyncio
from pathlib import Path
from uuid import UUID

import msgspec

from hub import catalog, identity, vault, workflow
from hub.dossier import processing, reception, repository, signatures
from hub.dossier.errors import (
    changed_meanwhile,
    no_attachment,
    no_such_colleague,
    not_in_hand,
    notice_too_late,
    waits_for_signature,
)
from hub.dossier.events import HandedOver, Returned, Stopped
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.model import Deed, Dossier
from hub.dossier.signatures import Signatures
from hub.dossier.writing import move
from hub.identity import Role
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.signatures import Checker
from hub.settings import Settings
from hub.workflow import Assignee, Assignment, Doer, Outcome, Waiting, Work
from schemas.messages.dossier import Status

WORKED = frozenset({Status.PROCESSING, Status.RESOLVED})
"""States in which the department or the counter has the ball."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of «Việc của tôi»: what waits, and on which dossier."""

    waiting: Waiting
    dossier: Dossier


class InHand(msgspec.Struct, frozen=True, kw_only=True):
    """A task with its dossier, and what this officer may do with it now: nothing while a signature is awaited."""

    assignment: Assignment
    dossier: Dossier
    actions: tuple[catalog.Action, ...]
    signatures: Signatures | None = None

    @property
    def waits(self) -> bool:
        """Somebody has the document in the app."""
        return self.signatures is not None and self.signatures.waiting is not None


def doer(principal: identity.Principal) -> Doer:
    """An officer as the steps know one: roles, and the agencies for which they act."""
    return Doer(
        id=str(principal.id),
        name=principal.name,
        roles=principal.roles,
        agencies=principal.scopes | {principal.agency_code},
    )


async def work_list(uow: UnitOfWork, who: Doer, *, limit: int = 50, offset: int = 0) -> tuple[Line, ...]:
    """What waits for this officer, the nearest deadline first (WFL-10)."""
    return await _lines(uow, await workflow.tasks.queue(uow, who, limit=limit, offset=offset))


async def unit_list(uow: UnitOfWork, who: Doer, *, limit: int = 50, offset: int = 0) -> tuple[Line, ...]:
    """What waits for anybody in the units that this officer answers for, the nearest deadline first (WFL-10)."""
    return await _lines(uow, await workflow.tasks.of_units(uow, who, limit=limit, offset=offset))


async def _lines(uow: UnitOfWork, waiting: tuple[Waiting, ...]) -> tuple[Line, ...]:
    found = await repository.several(uow.conn, [each.task.dossier_id for each in waiting])
    return tuple(Line(waiting=each, dossier=found[each.task.dossier_id]) for each in waiting)


async def in_hand(uow: UnitOfWork, who: Doer, task_id: UUID) -> InHand:
    """A task with its dossier; one of another unit is not told apart from none. Raises NoTask."""
    known = await workflow.tasks.assignment(uow, task_id)
    if not who.agencies & {known.places.unit, known.places.counter}:
        raise workflow.NoTask
    dossier = await repository.get(uow.conn, known.task.dossier_id)
    it = InHand(assignment=known, dossier=dossier, actions=(), signatures=await signatures.of(uow, known))
    free = dossier.status in WORKED and not it.waits
    return msgspec.structs.replace(it, actions=known.offered(who)) if free else it


async def colleagues(uow: UnitOfWork, it: InHand) -> tuple[identity.Officer, ...]:
    """Who may be given the dossier to examine: specialists of the unit, or its head (WFL-03)."""
    return await identity.acting_for(uow, it.assignment.places.unit, (Role.SPECIALIST, Role.HEAD))


async def act(uow: UnitOfWork, who: Doer, task_id: UUID, deed: Deed, *, checker: Checker) -> Dossier:
    """Do the task; the dossier moves by what the step means.

    Raises NoTask, NotYourTask, TaskClosed, NeedMissing, ActionUnknown; Conflict when the dossier is not what the
    officer saw or waits for the citizen; `result.…` Invalid for a document whose signatures do not hold (RES-01).
    """
    it = await in_hand(uow, who, task_id)
    await workflow.tasks.hold(uow, it.dossier.id)
    it = msgspec.structs.replace(it, signatures=await signatures.of(uow, it.assignment))
    check(it, who, deed.version)
    work = Work(
        action=deed.action,
        note=deed.note,
        papers=deed.papers,
        assignee=await _colleague(uow, it, deed.assignee),
        document_id=await _attached(uow, it, who, deed.document),
    )
    outcome = await workflow.tasks.complete(uow, it.dossier.id, who, work, task_id=task_id)
    return await _meant(uow, it.dossier, work, outcome, checker)


def check(it: InHand, who: Doer, version: int | None) -> None:
    """May this officer decide now, on what they saw? Raises NotYourTask, Conflict.

    A decision while a signature is awaited is refused, not taken for a cancellation: the person may be confirming at
    this very moment, and what they confirm must not be thrown away without somebody having said so.
    """
    if it.assignment.task.open and not it.assignment.offered(who):
        raise workflow.NotYourTask(it.assignment.task.assignee_name or "")
    if version not in (None, it.dossier.version):
        raise changed_meanwhile()
    if it.dossier.status not in WORKED:
        raise not_in_hand(it.dossier.status)
    _nobody_signs(it)


def _nobody_signs(it: InHand) -> None:
    waiting = it.signatures.waiting if it.signatures else None
    if it.assignment.task.open and waiting is not None:
        raise waits_for_signature(waiting.holder)


async def claim(uow: UnitOfWork, who: Doer, task_id: UUID) -> InHand:
    """Take what lies free on one's desk. Raises NoTask, NotYourTask, TaskTaken."""
    await in_hand(uow, who, task_id)
    await workflow.tasks.claim(uow, task_id, who)
    return await in_hand(uow, who, task_id)


async def reassign(uow: UnitOfWork, who: Doer, task_id: UUID, person: UUID) -> InHand:
    """The head gives a task to somebody else of the unit. Raises NoTask, NotYourTask, Invalid; Conflict as `check`."""
    it = await in_hand(uow, who, task_id)
    await workflow.tasks.hold(uow, it.dossier.id)
    _nobody_signs(msgspec.structs.replace(it, signatures=await signatures.of(uow, it.assignment)))
    await workflow.tasks.reassign(uow, task_id, who, await _colleague(uow, it, person))
    return await in_hand(uow, who, task_id)


async def urge(uow: UnitOfWork, who: Doer, task_id: UUID, note: str) -> InHand:
    """A word to whoever holds the task (WFL-10). Raises NoTask, NotYourTask, NeedMissing."""
    await in_hand(uow, who, task_id)
    await workflow.tasks.urge(uow, task_id, who, note)
    return await in_hand(uow, who, task_id)


async def attach(
    db: Database, settings: Settings, principal: identity.Principal, task_id: UUID, *, name: str, file: Path
) -> vault.Entry:
    """Keep a draft or a signed document for the step, in the writer's own hands until it is issued.

    Raises UploadRefused, Infected, AntivirusAway, NoTask, NotYourTask.
    """
    media_type = await asyncio.to_thread(vault.inspect, name, file, max_bytes=settings.upload_max_bytes)
    await vault.scanner(settings.clamd_address).scan(name, file)
    async with db.begin(principal.actor) as uow:
        it = await in_hand(uow, doer(principal), task_id)
        if not it.actions:
            raise workflow.NotYourTask(it.assignment.task.assignee_name or "")
        return await vault.store(
            uow,
            file,
            owner_id=principal.id,
            kind=vault.Kind.DRAFT,
            name=vault.safe_name(name),
            media_type=media_type,
            dossier_id=it.dossier.id,
        )


async def begin(uow: UnitOfWork, fact: HandedOver) -> None:
    """What is handed over to a department of ours runs through its steps; a sector system has its own."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    if dossier.connector:
        return
    procedure = await catalog.procedure(uow, dossier.procedure_code, version=dossier.procedure_version)
    await workflow.tasks.begin(uow, dossier.id, procedure.workflow, unit=dossier.unit_id, counter=dossier.agency_code)


async def returned(uow: UnitOfWork, fact: Returned) -> None:
    """Whoever handed the result over, the counter's last task is done by it (RES-04)."""
    await workflow.tasks.follow(uow, fact.dossier_id, _whoever(uow), trigger=Trigger.RETURN)


async def stopped(uow: UnitOfWork, fact: Stopped) -> None:
    """No desk waits for a dossier that has ended."""
    await workflow.tasks.cancel(uow, fact.dossier_id, _whoever(uow), note=fact.cause)


def _whoever(uow: UnitOfWork) -> Doer:
    return Doer(id=uow.actor.id, name=uow.actor.name, machine=True)


async def _colleague(uow: UnitOfWork, it: InHand, person: UUID | None) -> Assignee | None:
    if person is None:
        return None
    for each in await colleagues(uow, it):
        if each.id == person:
            return Assignee(str(each.id), each.name)
    raise no_such_colleague()


async def _attached(uow: UnitOfWork, it: InHand, who: Doer, document: UUID | None) -> UUID | None:
    """Only what this officer attached to this dossier, or what was signed and sealed for it in the app."""
    if document is None or (it.signatures is not None and document == it.signatures.sealed):
        return document
    for entry in await vault.entries(uow, (document,)):
        if (entry.kind, entry.dossier_id, str(entry.owner_id)) == (vault.Kind.DRAFT, it.dossier.id, who.id):
            return entry.id
    raise no_attachment()


async def _meant(uow: UnitOfWork, dossier: Dossier, work: Work, outcome: Outcome, checker: Checker) -> Dossier:
    """The lifecycle trigger of the step, with all that belongs to it; a step may mean nothing outside."""
    if not outcome.trigger:
        return dossier
    proposal = outcome.proposal or workflow.Proposal(note=work.note)
    match Trigger(outcome.trigger):
        case Trigger.REQUEST_SUPPLEMENT:
            if (await workflow.due(uow, dossier.id)).at < uow.now:
                raise notice_too_late()
            return await reception.ask_to_supplement(
                uow, dossier, reason=proposal.note, papers=list(proposal.papers), at=uow.now, pauses=True,
                unit=dossier.unit_name,
            )  # fmt: skip
        case Trigger.RESOLVE:
            cause = f"Không giải quyết hồ sơ: {proposal.note}" if proposal.refuses else "Đã có kết quả"
            return await _issue(uow, dossier, work, cause, checker)
        case Trigger.RETURN:
            return await reception.return_result(uow, dossier.id, at=uow.now, cause=work.note or reception.AT_COUNTER)
        case trigger:
            said = outcome.action.name_vi
            cause = f"{said}: {work.assignee.name}" if work.assignee else said
            return await move(uow, transition(dossier, trigger, at=uow.now, cause=cause, unit=dossier.unit_name))


async def _issue(uow: UnitOfWork, dossier: Dossier, work: Work, cause: str, checker: Checker) -> Dossier:
    files = [
        (entry.name, await vault.read(uow, entry.id, purpose="kiểm tra chữ ký trước khi trả kết quả"))
        for entry in await vault.entries(uow, (work.document_id,) if work.document_id else ())
    ]
    return await processing.resolve(uow, dossier, at=uow.now, cause=cause, files=files, checker=checker)
