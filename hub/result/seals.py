"""Whose signature counts for a unit's results: seals of the province's profile, and those that two persons registered."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from hub import profiles
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc
from hub.result import errors
from hub.result import seal_repository as repository
from hub.result.model import RegisteredSeal, Seal, SealState
from signing import load_cert


async def seals_of(uow: UnitOfWork, units: Sequence[str]) -> tuple[Seal, ...]:
    """Every seal of these units, each with the days on which it counts."""
    day = uow.now.astimezone(VN).date()
    in_profile = tuple(
        Seal(
            unit_code=each.unit,
            certificate_sha256=each.certificate_sha256,
            subject=each.subject,
            organisation=each.organisation,
            issuer=each.issuer,
            valid_from=each.since,
            valid_until=each.until,
        )
        for each in profiles.active().at(day).seals
        if each.unit in units
    )
    return (*in_profile, *await repository.registered(uow.conn, units))


async def seals(uow: UnitOfWork, *, agency_code: str = "") -> tuple[RegisteredSeal, ...]:
    """The registered ones, those that wait for a second person first; with an agency's code, its own."""
    return await repository.seals(uow.conn, agency_code)


async def propose_seal(
    uow: UnitOfWork,
    unit_code: str,
    certificate: bytes,
    *,
    basis: str,
    valid_from: date | None = None,
    agency_code: str = "",
) -> RegisteredSeal:
    """A unit's certificate (PEM or DER), pinned by SHA-256; it counts when another person approves it.

    Raises Invalid: no certificate, no such unit, no basis. With an agency's code only its own are proposed, else Forbidden.
    """
    day = uow.now.astimezone(VN).date()
    if profiles.active().at(day).unit(unit_code) is None:
        raise errors.seal_unit_unknown(unit_code)
    if agency_code and unit_code != agency_code:
        raise errors.seal_of_another_unit(unit_code)
    if not basis.strip():
        raise errors.seal_basis_needed()
    try:
        cert = load_cert(certificate)
    except ValueError as error:
        raise errors.seal_unreadable() from error
    new = RegisteredSeal(
        id=uuid7(),
        unit_code=unit_code,
        certificate_sha256=cert.sha256,
        subject=cert.subject_text,
        organisation=cert.organisation or "",
        issuer=cert.issuer_text,
        valid_from=valid_from or cert.not_before.astimezone(VN).date(),
        valid_until=cert.not_after.astimezone(VN).date(),
        basis=nfc(basis).strip(),
        state=SealState.PROPOSED,
        proposed_by=uow.actor.id,
        proposed_by_name=uow.actor.name,
        proposed_at=uow.now,
    )
    await repository.add_seal(uow.conn, new)
    await uow.audit("result:seal:propose", str(new.id), {"unit": unit_code, "sha256": cert.sha256, "basis": new.basis})
    return new


async def approve_seal(uow: UnitOfWork, seal_id: UUID, *, agency_code: str = "") -> None:
    """The second person's word. Raises NotFound, and Forbidden for whoever proposed it.

    With an agency's code only its own seals are there.
    """
    found = await _seal(uow, seal_id, agency_code)
    if found.state is not SealState.PROPOSED:
        raise errors.no_such_seal()
    if found.proposed_by == uow.actor.id:
        raise errors.seal_same_person()
    await repository.approve_seal(uow.conn, seal_id, uow.actor.id, uow.actor.name, uow.now)
    await uow.audit("result:seal:approve", str(seal_id), {"unit": found.unit_code, "subject": found.subject})


async def end_seal(uow: UnitOfWork, seal_id: UUID, *, agency_code: str = "") -> None:
    """It counts for nothing signed after today; a proposal is dropped. Raises NotFound.

    With an agency's code only its own seals are there.
    """
    found = await _seal(uow, seal_id, agency_code)
    if found.state is SealState.ENDED:
        raise errors.no_such_seal()
    await repository.end_seal(uow.conn, seal_id, uow.now.astimezone(VN).date(), uow.actor.name, uow.now)
    await uow.audit("result:seal:end", str(seal_id), {"unit": found.unit_code, "subject": found.subject})


async def _seal(uow: UnitOfWork, seal_id: UUID, agency_code: str) -> RegisteredSeal:
    found = await repository.seal(uow.conn, seal_id)
    if found is None or (agency_code and found.unit_code != agency_code):
        raise errors.no_such_seal()
    return found


async def bring_seals(uow: UnitOfWork, units: Sequence[str], certificates: Sequence[bytes]) -> None:
    """A demonstration's signers count for every unit of its province; what is there already stays."""
    there = {(s.unit_code, s.certificate_sha256) for s in await repository.registered(uow.conn, units)}
    for unit_code in units:
        for der in certificates:
            if (unit_code, load_cert(der).sha256) in there:
                continue
            proposed = await propose_seal(uow, unit_code, der, basis="Bản trình diễn")
            await repository.approve_seal(uow.conn, proposed.id, "demo", "Bộ kiểm thử", uow.now)
