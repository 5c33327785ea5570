"""The citizen's side: draft, submit, supplement, withdraw."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hub import catalog, identity, profiles, vault, workflow
from hub.dossier import checks, numbering, repository, signatures
from hub.dossier.competence import Competence, competent
from hub.dossier.errors import not_declared, not_found, procedure_withdrawn, reason_needed, unknown_file
from hub.dossier.events import Submitted
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.model import Component, Dossier, Submission
from hub.dossier.writing import move
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.errors import Invalid
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc
from schemas.messages.dossier import Party, PartyKind, Status

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


async def submit(uow: UnitOfWork, owner_id: UUID, given: Submission) -> Dossier:
    """Store, acknowledge, status 1. Raises Invalid with every problem in `data["problems"]`, nothing stored."""
    if not given.declared:
        raise not_declared()
    procedure = await _procedure(uow, given)
    form = checks.clean(given.form)
    _refuse(checks.problems(procedure, form, given.files))
    owner = await identity.citizen(uow, owner_id)
    papers = await _papers(uow, owner_id, procedure, given.files)
    dossier = await _new(uow, procedure, given, form, owner)
    await repository.insert(uow.conn, dossier, papers, uow.actor)
    await vault.hold(uow, tuple(given.files.values()), dossier.id)
    await uow.audit("portal:dossier:submit", str(dossier.id), {"procedure": procedure.code})
    await uow.emit(
        Submitted(
            dossier_id=dossier.id,
            code=dossier.code,
            revision=1,
            status=Status.REGISTERED,
            at=uow.now,
            cause="Nộp hồ sơ trực tuyến",
        )
    )
    return dossier


async def supplement(
    uow: UnitOfWork, owner_id: UUID, dossier_id: UUID, *, answer: str, files: dict[str, UUID]
) -> Dossier:
    """Add papers to an open request: same code, history kept, clock resumed (DOS-03, DOS-09)."""
    dossier = await owned(uow, owner_id, dossier_id)
    if not files and not answer.strip():
        raise reason_needed()
    change = transition(dossier, Trigger.SUPPLEMENT, at=uow.now, cause=nfc(answer).strip() or "Bổ sung giấy tờ")
    procedure = await catalog.procedure(uow, dossier.procedure_code, version=dossier.procedure_version)
    papers = await _papers(uow, owner_id, procedure, files)
    if dossier.accepted:
        await workflow.resume(uow, dossier.id, at=uow.now)
        change.columns["due_at"] = (await workflow.due(uow, dossier.id)).at
    after = change.columns.get("due_at")
    number = await repository.answer_supplement(uow.conn, dossier.id, uow.now, change.cause, after)
    for paper in papers:
        component = Component(**paper, added_at=uow.now, supplement=number)
        await repository.add_component(uow.conn, dossier.id, component)
    await vault.hold(uow, tuple(files.values()), dossier.id)
    return await move(uow, change)


async def withdraw(uow: UnitOfWork, owner_id: UUID, dossier_id: UUID, *, reason: str) -> Dossier:
    """The citizen wants it back (DOS-17); nobody is to sign for it any more."""
    dossier = await owned(uow, owner_id, dossier_id)
    if not reason.strip():
        raise reason_needed()
    await signatures.call_off(uow, dossier_id, cause="Công dân đề nghị rút hồ sơ")
    return await move(uow, transition(dossier, Trigger.WITHDRAW, at=uow.now, cause=nfc(reason).strip()))


async def owned(uow: UnitOfWork, owner_id: UUID, dossier_id: UUID) -> Dossier:
    """This citizen's dossier; somebody else's is not told apart from none."""
    dossier = await repository.get(uow.conn, dossier_id)
    if dossier.owner_id != owner_id:
        raise not_found()
    return dossier


async def _procedure(uow: UnitOfWork, given: Submission) -> catalog.Procedure:
    procedure = await catalog.procedure(uow, given.procedure_code)
    if not procedure.in_use or given.procedure_version not in (None, procedure.version):
        raise procedure_withdrawn(procedure.code)
    return procedure


def _refuse(found: tuple[Any, ...]) -> None:
    if not found:
        return
    first = found[0]
    listed = [{"field": p.field, "code": p.code, "vi": p.vi, "en": p.en} for p in found]
    raise Invalid(first.code, first.vi, first.en, field=first.field, data={"problems": listed})


async def _papers(
    uow: UnitOfWork, owner_id: UUID, procedure: catalog.Procedure, files: dict[str, UUID]
) -> list[dict[str, Any]]:
    """Each file must be this citizen's own upload."""
    entries = {entry.id: entry for entry in await vault.entries(uow, tuple(files.values()))}
    specs = {component.code: component for component in procedure.components}
    papers = []
    for code, entry_id in files.items():
        entry = entries.get(entry_id)
        if entry is None or entry.owner_id != owner_id or code not in specs:
            raise unknown_file(code)
        spec = specs[code]
        papers.append(
            {
                "id": uuid7(), "spec_code": code, "name": spec.name, "originals": spec.originals,
                "copies": spec.copies, "entry_id": entry.id, "file_name": entry.name,
                "media_type": entry.media_type, "size": entry.size, "sha256": entry.sha256,
            }
        )  # fmt: skip
    return papers


async def _new(
    uow: UnitOfWork, procedure: catalog.Procedure, given: Submission, form: dict[str, str], owner: identity.Citizen
) -> Dossier:
    day = uow.now.astimezone(VN).date()
    terms = profiles.active().at(day)
    place = competent(procedure, day)
    code = await numbering.next_code(uow, place.agency_code) if terms.codes.issued_at == "submission" else None
    ack_due = workflow.due_after(workflow.budget_of(terms.deadlines.acceptance), uow.now)
    return _row(procedure, given, form, owner, place, code=code, now=uow.now, ack_due=ack_due)


def _row(
    procedure: catalog.Procedure,
    given: Submission,
    form: dict[str, str],
    owner: identity.Citizen,
    place: Competence,
    *,
    code: str | None,
    now: datetime,
    ack_due: datetime,
) -> Dossier:
    return Dossier(
        id=uuid7(),
        reference="-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3)),
        code=code,
        status=Status.REGISTERED,
        version=1,
        procedure_code=procedure.code,
        procedure_version=procedure.version,
        procedure_name=procedure.name,
        field_code=procedure.field_code,
        field_name=procedure.field_name,
        channel=given.channel,
        return_way=given.return_way,
        return_address=given.return_address,
        owner_id=owner.id,
        applicant=party(owner),
        form=form,
        summary=form.get("noi_dung") or procedure.name,
        receiver_id="",
        receiver_name="",
        receipt_entry=None,
        submitted_at=now,
        ack_due_at=ack_due,
        received_at=None,
        due_at=None,
        refused_at=None,
        resolved_at=None,
        returned_at=None,
        updated_at=now,
        **msgspec.structs.asdict(place),
    )


def party(owner: identity.Citizen) -> Party:
    """The account as partners may know it."""
    return Party(
        kind=PartyKind.CITIZEN,
        name=owner.name,
        id_number=owner.id_number,
        phone=owner.phone,
        email=owner.email,
        address=owner.address,
        tech_id=owner.tech_id,
        verified=owner.verified_at is not None,
    )
