"""What a citizen has begun and not yet sent: one draft a submission, kept between visits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub import catalog, identity
from hub.dossier import repository
from hub.dossier.errors import procedure_withdrawn
from hub.dossier.model import Draft
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7


async def start_draft(uow: UnitOfWork, owner_id: UUID, procedure_code: str) -> Draft:
    """Begin; one that is under way for this procedure is continued. The account answers what it can (SUB-10)."""
    procedure = await catalog.procedure(uow, procedure_code)
    if not (procedure.in_use and procedure.online):
        raise procedure_withdrawn(procedure_code)
    begun = await drafts(uow, owner_id)
    for each in begun:
        if (each.procedure_code, each.procedure_version) == (procedure.code, procedure.version):
            return each
    made = uuid7()
    await repository.new_draft(uow.conn, made, owner_id, procedure.code, procedure.version, uow.now)
    empty = await repository.draft(uow.conn, made, owner_id)
    person = await identity.citizen(uow, owner_id)
    known = {field.name: str(getattr(person, field.autofill, "") or "") for field in procedure.form if field.autofill}
    empty.form.update({name: value for name, value in known.items() if value})
    await repository.save_draft(uow.conn, empty, uow.now)
    return empty


async def draft(uow: UnitOfWork, owner_id: UUID, draft_id: UUID) -> Draft:
    """Locked until the transaction ends; somebody else's is not told apart from none."""
    return await repository.draft(uow.conn, draft_id, owner_id)


async def drafts(uow: UnitOfWork, owner_id: UUID) -> tuple[Draft, ...]:
    """Those not yet sent, newest first."""
    return await repository.drafts(uow.conn, owner_id)


async def save_draft(uow: UnitOfWork, changed: Draft) -> None:
    """Its whole content."""
    await repository.save_draft(uow.conn, changed, uow.now)


async def discard_draft(uow: UnitOfWork, owner_id: UUID, draft_id: UUID) -> None:
    """Gone, unless it has been sent."""
    await repository.discard_draft(uow.conn, draft_id, owner_id)


async def named_by_drafts(uow: UnitOfWork, since: datetime, uploads: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these uploads a draft still needs: one that somebody has worked on since that day."""
    return await repository.named_by_drafts(uow.conn, since, uploads)
