"""Reading dossiers: for their owner, for the desk, for the public lookup."""

from uuid import UUID

import msgspec

from hub import catalog, profiles
from hub.dossier import repository
from hub.dossier.errors import not_found
from hub.dossier.model import Component, Dossier, Glance, LogRow, Move, Receipt, Supplement
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from schemas.messages.dossier import Channel, Status

TO_DO = [Status.REGISTERED, Status.ACCEPTED, Status.RESOLVED, Status.WITHDRAWAL_REQUESTED]
"""What waits for the counter."""
_FIRST = UUID(int=0)


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier with all that belongs to it."""

    dossier: Dossier
    log: tuple[LogRow, ...]
    components: tuple[Component, ...]
    supplements: tuple[Supplement, ...]


class Lookup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the public may know of a dossier (LOOK-02, AG23 12); empty where not yet valid or masked."""

    code: str
    status: int
    agency: str
    submitter: str
    received_at: str
    procedure: str = ""
    units: tuple[str, ...] = ()
    due_at: str = ""


async def get(uow: UnitOfWork, dossier_id: UUID) -> Dossier:
    """By id; raises NotFound."""
    return await repository.get(uow.conn, dossier_id)


async def by_code(uow: UnitOfWork, code: str) -> Dossier:
    """By code or by lookup reference; raises NotFound."""
    if _is_code(uow, code):
        return await repository.by_code(uow.conn, code)
    return await repository.by_reference(uow.conn, code.upper())


def _is_code(uow: UnitOfWork, text: str) -> bool:
    return "." in text or profiles.active().at(uow.now.astimezone(VN).date()).codes.is_dossier_code(text)


async def story(uow: UnitOfWork, dossier_id: UUID) -> Story:
    """Everything; the caller has checked that it may be seen."""
    return Story(
        dossier=await repository.get(uow.conn, dossier_id),
        log=await repository.log(uow.conn, dossier_id),
        components=await repository.components(uow.conn, dossier_id),
        supplements=await repository.supplements(uow.conn, dossier_id),
    )


async def move(uow: UnitOfWork, dossier_id: UUID, version: int) -> Move:
    """One step; raises NotFound."""
    found = await repository.moves(uow.conn, (dossier_id, version - 1), 1)
    if not found or (found[0].dossier_id, found[0].version) != (dossier_id, version):
        raise not_found()
    return found[0]


async def moves(uow: UnitOfWork, *, after: tuple[UUID, int] = (_FIRST, 0), limit: int = 500) -> tuple[Move, ...]:
    """Every step of every dossier, page by page."""
    return await repository.moves(uow.conn, after, limit)


async def receipts(uow: UnitOfWork, *, after: UUID = _FIRST, limit: int = 500) -> tuple[Receipt, ...]:
    """Every receipt, page by page, by dossier."""
    return await repository.receipts(uow.conn, after, limit)


async def of_owner(uow: UnitOfWork, owner_id: UUID) -> tuple[Dossier, ...]:
    """Newest first."""
    return await repository.of_owner(uow.conn, owner_id)


async def owned(uow: UnitOfWork, owner_id: UUID, dossier_id: UUID) -> Dossier:
    """This citizen's; somebody else's is not told apart from none."""
    dossier = await repository.get(uow.conn, dossier_id)
    if dossier.owner_id != owner_id:
        raise not_found()
    return dossier


async def queue(uow: UnitOfWork, agency: str, statuses: list[Status] = TO_DO) -> tuple[Dossier, ...]:
    """The desk's list, most urgent first (SUB-07)."""
    return await repository.queue(uow.conn, agency, statuses, 200)


async def of_desk(uow: UnitOfWork, agency: str, dossier_id: UUID) -> Dossier:
    """A dossier of this agency's desk; another agency's is not told apart from none."""
    dossier = await repository.get(uow.conn, dossier_id)
    if dossier.agency_code != agency:
        raise not_found()
    return dossier


def limit_of(procedure: catalog.Procedure, channel: Channel) -> catalog.Limit:
    """The time limit of the channel that a dossier came by; of any channel when that one has none."""
    return next((limit for limit in procedure.limits if limit.channel == channel.value), procedure.limits[0])


async def lookup(uow: UnitOfWork, code: str) -> Lookup:
    """One indexed read; names masked by the profile (REQUIREMENTS §4.8). Raises NotFound."""
    if _is_code(uow, code):
        return public(await repository.glance_by_code(uow.conn, code))
    return public(await repository.glance_by_reference(uow.conn, code.upper()))


def public(seen: Glance) -> Lookup:
    """LOOK-02: a not-yet-valid online dossier shows a, b, đ, e only."""
    valid = seen.received_at is not None
    received = seen.received_at or seen.submitted_at
    return Lookup(
        code=seen.code or seen.reference,
        status=seen.status,
        agency=seen.agency_name,
        submitter=masked(seen.applicant),
        received_at=received.astimezone(VN).isoformat(timespec="minutes"),
        procedure=seen.procedure_name if valid else "",
        units=(seen.unit_name,) if valid else (),
        due_at=seen.due_at.astimezone(VN).isoformat(timespec="minutes") if valid and seen.due_at else "",
    )


def masked(name: str) -> str:
    """`Nguyễn Văn Mẫu` → `N*** V*** Mẫu`."""
    *rest, last = name.split() or [""]
    return " ".join([*(f"{part[0]}***" for part in rest), last])
