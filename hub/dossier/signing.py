"""Signing in the app as part of the steps: the leader's signature approves, the clerk's seal makes the result.

WFL-07, WFL-08, RES-01. The wait is the signing request's state; the task stays open and nothing else is decided on it.
"""

from typing import Annotated
from uuid import UUID

import msgspec

from hub import catalog, sealing, workflow
from hub.dossier import casework, repository, signatures
from hub.dossier.casework import InHand
from hub.dossier.errors import nobody_signs, not_to_be_signed
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.writing import move
from hub.kernel.actor import Actor
from hub.kernel.db import UnitOfWork
from hub.sealing import Face
from hub.workflow import Assignment, Doer, Work
from schemas.messages.dossier import Status

_STAMPS = (Face.AGENCY, Face.NUMBER, Face.DATE)
_IN_THE_APP = "Ký duyệt trên ứng dụng"


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """One that this officer answers for. `holder`: whose it is; `service`: in whose app it is confirmed."""

    id: UUID
    holder: str
    service: sealing.Service


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that may be asked for now, and with which certificates."""

    face: Face
    certificates: tuple[Certificate, ...]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A signature in the app. `words`: what a clerk's stamp shows; `certificate`: the first one offered when not named.

    `version`: of the dossier as it was seen.
    """

    face: Annotated[Face, msgspec.Meta(examples=["leader"])]
    words: Annotated[str, msgspec.Meta(examples=["Số: 12/GXN-SNNMT"], max_length=200)] = ""
    certificate: Annotated[UUID | None, msgspec.Meta(examples=["01a209be-a1fb-7d37-a7b2-758e06573600"])] = None
    version: Annotated[int | None, msgspec.Meta(examples=[4])] = None


async def offers(uow: UnitOfWork, who: Doer, it: InHand) -> tuple[Offer, ...]:
    """What this officer may sign in the app on this task now: the agency's certificate first for its seal."""
    faces = _faces(it)
    known = await sealing.credentials(uow, officer_id=UUID(who.id)) if faces else ()
    own = tuple(Certificate(id=each.id, holder=each.holder, service=each.service) for each in known)
    seal_first = tuple(sorted(own, key=lambda each: each.holder == who.name))
    by_face = {face: seal_first if face is Face.AGENCY else seal_first[::-1] for face in faces}
    able = {face: tuple(each for each in found if each.service.shows(face)) for face, found in by_face.items()}
    return tuple(Offer(face=face, certificates=found) for face, found in able.items() if found)


async def ask(uow: UnitOfWork, who: Doer, task_id: UUID, wish: Wish) -> sealing.Request:
    """The document goes to this officer's app; the task becomes theirs and waits.

    Raises NoTask, TaskClosed, NotYourTask, Invalid; Conflict when a signature is awaited already, or the dossier is
    not what the officer saw.
    """
    it = await casework.in_hand(uow, who, task_id)
    await workflow.tasks.hold(uow, it.dossier.id)
    it = await casework.in_hand(uow, who, task_id)
    if not it.assignment.task.open:
        raise workflow.TaskClosed(it.assignment.task.step)
    casework.check(it, who, wish.version)
    offer = next((each for each in await offers(uow, who, it) if each.face is wish.face), None)
    if it.signatures is None or offer is None:
        raise not_to_be_signed()
    certificate = wish.certificate or offer.certificates[0].id
    if all(each.id != certificate for each in offer.certificates):
        raise not_to_be_signed()
    await workflow.tasks.claim(uow, task_id, who)
    return await sealing.ask(
        uow,
        entry_id=it.signatures.entry,
        credential_id=certificate,
        face=wish.face,
        words=wish.words,
        title=f"{it.dossier.procedure_name} ({it.dossier.code})",
        dossier_id=it.dossier.id,
    )


async def cancel(uow: UnitOfWork, who: Doer, task_id: UUID) -> InHand:
    """Wait no longer: the task is free for every decision. Raises NoTask, NotYourTask; Conflict when nothing waits."""
    it = await casework.in_hand(uow, who, task_id)
    waiting = it.signatures.waiting if it.signatures else None
    if waiting is None:
        raise nobody_signs()
    if not it.assignment.offered(who):
        raise workflow.NotYourTask(it.assignment.task.assignee_name or "")
    await sealing.cancel(uow, waiting.id)
    return await casework.in_hand(uow, who, task_id)


async def signed(uow: UnitOfWork, fact: sealing.DocumentSigned) -> None:
    """The leader's yes in the app is their approval, once, in the transaction that keeps the signed document (WFL-07).

    What has been decided, withdrawn or given to somebody else meanwhile stays as it is.
    """
    if fact.dossier_id is None or fact.face != Face.LEADER:
        return
    await workflow.tasks.hold(uow, fact.dossier_id)
    run = await workflow.tasks.latest(uow, fact.dossier_id)
    approval = _approval(run) if run else None
    if run is None or approval is None or not run.task.open:
        return
    dossier, proposed = await repository.get(uow.conn, fact.dossier_id), await signatures.of(uow, run)
    signer = str((await sealing.state_of(uow, fact.request_id)).officer_id)
    same = proposed is not None and proposed.document_id == fact.document_id
    if not same or signer != run.task.assignee_id or dossier.status is not Status.PROCESSING:
        return
    leader = Doer(id=signer, name=run.task.assignee_name or "")
    work = Work(action=approval.key, document_id=fact.signed_entry)
    with uow.on_behalf(Actor(kind="officer", id=leader.id, name=leader.name, unit=dossier.unit_name)):
        await workflow.tasks.complete(uow, dossier.id, leader, work, task_id=run.task.id)
        change = transition(dossier, Trigger.PROGRESS, at=uow.now, cause=_IN_THE_APP, unit=dossier.unit_name)
        await move(uow, change)


def _faces(it: InHand) -> tuple[Face, ...]:
    """Who approves signs first; who issues puts number, date and, last of all, the seal on what the leader signed."""
    have = it.signatures
    if have is None or not it.actions:
        return ()
    if _approval(it.assignment) is not None:
        return () if have.bears(Face.LEADER) else (Face.LEADER,)
    if not _issues(it.assignment.step) or not have.bears(Face.LEADER) or have.bears(Face.AGENCY):
        return ()
    return tuple(face for face in _STAMPS if not have.bears(face))


def _approval(run: Assignment) -> catalog.Action | None:
    """What a leader does to send the proposed document on to whoever issues it; None in any other step."""
    if run.step.role != "leader":
        return None
    issuing = {step.key for step in run.flow.steps if _issues(step)}
    forward = (each for each in run.step.actions if each.to in issuing and not each.needs)
    return next((each for each in forward if each.trigger == Trigger.PROGRESS), None)


def _issues(step: catalog.Step) -> bool:
    return any("signed-result" in action.needs for action in step.actions)
