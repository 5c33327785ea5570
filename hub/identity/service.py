"""Accounts, log-in and sessions: one function per verb."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from hub.identity import checks, passwords, repository
from hub.identity.errors import NoMandate, NoSuchAccount, NoSuchUnit, TooManyAttempts, WrongCredentials
from hub.identity.events import AccountLocked, CitizenRegistered
from hub.identity.model import Agency, Citizen, Mandate, NewOfficer, Officer, Principal, Registration, Role, Unit
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.errors import Invalid
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
FREE_FAILURES = 5
PAUSE = timedelta(minutes=15)


def problems_of(given: Registration, now: datetime) -> tuple[Invalid, ...]:
    """Everything that is wrong with a registration, for a page that shows all at once."""
    return checks.registration(given, now.astimezone(VN).date())[1]


async def register(uow: UnitOfWork, given: Registration) -> Citizen:
    """A citizen's own account (ACC-01, ACC-08). Raises the first Invalid, or AlreadyRegistered."""
    clean, wrong = checks.registration(given, uow.now.astimezone(VN).date())
    if wrong:
        raise wrong[0]
    account = uuid7()
    await repository.add_citizen(uow.conn, account, clean, await passwords.make(clean.password), uow.now)
    await uow.audit("portal:account:register", str(account), {"declared": True})
    await uow.emit(CitizenRegistered(citizen_id=account, name=clean.name))
    return await citizen(uow, account)


async def citizen(uow: UnitOfWork, account: UUID) -> Citizen:
    """Raises NoSuchAccount."""
    found = await repository.citizen(uow.conn, account)
    if found is None:
        raise NoSuchAccount
    return found


async def citizen_by_number(uow: UnitOfWork, id_number: str) -> Citizen | None:
    """Whether the person of this number has an account."""
    return await repository.citizen(uow.conn, None, id_number)


async def log_in(uow: UnitOfWork, login: str, password: str) -> Principal:
    """Raises WrongCredentials (counted, although the transaction ends in an error) or TooManyAttempts."""
    login = nfc(login).strip().lower()
    key = sha256(login.encode()).digest()
    if until := await repository.locked_until(uow.conn, key, uow.now):
        raise TooManyAttempts(until)
    known = await repository.secret(uow.conn, login)
    holds = await passwords.holds(known.password_hash if known else None, password[:1024])
    if known is None or not holds:
        await _count_failure(uow, key, known.principal if known else None)
        raise WrongCredentials
    await repository.clear(uow.conn, key)
    if passwords.outdated(known.password_hash):
        await repository.set_password(uow.conn, known.principal.id, await passwords.make(password), changed=False)
    return known.principal


async def _count_failure(uow: UnitOfWork, key: bytes, principal: Principal | None) -> None:
    until = await repository.failed(uow.conn, key, uow.now, FREE_FAILURES, PAUSE)
    if until is not None and principal is not None:
        await uow.audit("portal:account:lock", str(principal.id), {"until": until.isoformat()})
        await uow.emit(AccountLocked(account_id=principal.id, login=principal.login))


async def open_session(uow: UnitOfWork, principal: Principal) -> str:
    """The token for the cookie; the database keeps only its hash."""
    token = secrets.token_urlsafe(32)
    await repository.add_session(uow.conn, _hash(token), principal.id, uow.now, uow.now + LONGEST)
    return token


async def principal_of(uow: UnitOfWork, token: str) -> Principal | None:
    """Who this session belongs to; None when it has ended, idled out or never was."""
    return await repository.session(uow.conn, _hash(token), uow.now, IDLE)


async def close_session(uow: UnitOfWork, token: str) -> None:
    """Log out; nothing happens when the session has ended already."""
    await repository.end_session(uow.conn, _hash(token))


async def change_password(uow: UnitOfWork, principal: Principal, old: str, new: str, *, token: str = "") -> None:
    """Also ends the demand of ACC-07 and every other session. Raises WrongCredentials or Invalid."""
    if not await passwords.holds(await repository.password_hash(uow.conn, principal.id), old):
        raise WrongCredentials
    clean = checks.password(new, old, principal.login)
    await repository.set_password(uow.conn, principal.id, await passwords.make(clean), changed=True)
    await repository.end_sessions(uow.conn, principal.id, _hash(token) if token else b"")
    await uow.audit("portal:account:change-password", str(principal.id))


async def add_officer(uow: UnitOfWork, new: NewOfficer, password: str, *, must_change: bool = True) -> Officer:
    """An account issued to an official; raises AlreadyRegistered."""
    account = uuid7()
    await repository.add_officer(uow.conn, account, new, await passwords.make(password), must_change, uow.now)
    await uow.audit("operator:account:issue", str(account), {"login": new.login, "roles": sorted(new.roles)})
    return await officer(uow, account)


async def disable(uow: UnitOfWork, account: UUID, cause: str) -> None:
    """No log-in any more, and every session ends now."""
    if not await repository.disable(uow.conn, account, uow.now):
        raise NoSuchAccount
    await repository.end_sessions(uow.conn, account)
    await uow.audit("operator:account:disable", str(account), {"cause": cause})


async def officer(uow: UnitOfWork, account: UUID) -> Officer:
    """Raises NoSuchAccount."""
    found = await repository.officers(uow.conn, account=account)
    if not found:
        raise NoSuchAccount
    return found[0]


async def officers_of(uow: UnitOfWork, unit_id: UUID) -> tuple[Officer, ...]:
    """Those of a unit."""
    return await repository.officers(uow.conn, unit=unit_id)


async def acting_for(uow: UnitOfWork, agency_code: str, roles: Collection[Role]) -> tuple[Officer, ...]:
    """Officers with one of these roles who act for an agency, by name."""
    return await repository.acting_for(uow.conn, agency_code, roles)


async def put_agency(uow: UnitOfWork, agency: Agency) -> None:
    """Store or rename an agency."""
    await repository.put_agency(uow.conn, agency)


async def agency(uow: UnitOfWork, code: str) -> Agency:
    """Raises NoSuchUnit."""
    found = await repository.agencies(uow.conn, code) if code else ()
    if not found:
        raise NoSuchUnit(code)
    return found[0]


async def agencies(uow: UnitOfWork) -> tuple[Agency, ...]:
    """All, by code."""
    return await repository.agencies(uow.conn)


async def put_unit(uow: UnitOfWork, agency_code: str, name: str, *, one_stop: bool = False) -> Unit:
    """The unit of this name in this agency, made when it is not there."""
    return await repository.put_unit(uow.conn, agency_code, nfc(name), one_stop)


async def unit(uow: UnitOfWork, unit_id: UUID) -> Unit:
    """Raises NoSuchUnit."""
    found = await repository.units(uow.conn, unit=unit_id)
    if not found:
        raise NoSuchUnit(str(unit_id))
    return found[0]


async def units_of(uow: UnitOfWork, agency_code: str) -> tuple[Unit, ...]:
    """Those of an agency, by name."""
    return await repository.units(uow.conn, agency_code=agency_code)


async def issue_machine_key(uow: UnitOfWork, name: str, *, agency_code: str = "") -> str:
    """A new key for a partner's system; the one before stops working. Shown once, only its hash is kept."""
    key = f"mc_{secrets.token_urlsafe(32)}"
    await repository.put_machine(uow.conn, name, _hash(key), agency_code, uow.now)
    await uow.audit("operator:machine:issue-key", name)
    return key


async def authenticate_machine(uow: UnitOfWork, key: str) -> Principal | None:
    """Found by hash, so the time tells nothing about the key."""
    return await repository.machine(uow.conn, _hash(key))


async def revoke_machine(uow: UnitOfWork, name: str) -> None:
    """The key works no more."""
    await repository.revoke_machine(uow.conn, name, uow.now)
    await uow.audit("operator:machine:revoke", name)


async def record_mandate(
    uow: UnitOfWork,
    *,
    owner_id: UUID,
    representative_id: UUID,
    basis: str,
    valid_until: datetime,
    procedure_code: str = "",
    evidence_id: UUID | None = None,
) -> Mandate:
    """Authority to act for another person (ACC-04); `basis` names the paper, `evidence_id` its scan in the vault."""
    mandate = Mandate(
        id=uuid7(),
        owner_id=owner_id,
        representative_id=representative_id,
        procedure_code=procedure_code,
        basis=nfc(basis),
        valid_from=uow.now,
        valid_until=valid_until,
        evidence_id=evidence_id,
    )
    await repository.add_mandate(uow.conn, mandate, uow.actor.name)
    await uow.audit("counter:mandate:record", str(mandate.id), {"owner": str(owner_id), "for": procedure_code})
    return mandate


async def revoke_mandate(uow: UnitOfWork, mandate_id: UUID) -> None:
    """Nothing happens when it is revoked already."""
    if await repository.revoke_mandate(uow.conn, mandate_id, uow.now):
        await uow.audit("counter:mandate:revoke", str(mandate_id))


async def mandates_of(uow: UnitOfWork, representative_id: UUID) -> tuple[Mandate, ...]:
    """For whom this person may act now."""
    return await repository.mandates(uow.conn, representative_id, uow.now)


async def named_as_evidence(uow: UnitOfWork, uploads: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these uploads a mandate rests on."""
    return await repository.named_as_evidence(uow.conn, uploads)


async def require_mandate(uow: UnitOfWork, *, owner_id: UUID, representative_id: UUID, procedure_code: str) -> None:
    """Passes for the owner and for who holds authority in force for this procedure; else raises NoMandate."""
    if owner_id == representative_id:
        return
    for held in await repository.mandates(uow.conn, representative_id, uow.now):
        if held.owner_id == owner_id and held.procedure_code in ("", procedure_code):
            return
    raise NoMandate


async def sweep(uow: UnitOfWork) -> None:
    """Delete sessions and failure counts that have run out; call it now and then."""
    await repository.sweep(uow.conn, uow.now)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
