"""An officer enters the certificate that they sign with: the service is asked, the person chooses, we check whose it is."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.kernel.actor import Actor
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Problem
from hub.kernel.text import fold
from hub.sealing import errors, service
from hub.sealing.model import Credential, Service
from hub.sealing.services import Studio
from signing import Cert, KeyUnavailable
from signing.remote import Answered, Offered, UnknownAccount

_KNOWS_NOBODY = (400, 404)
"""How services answer about an account that they do not have."""


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Who enters it. `agency_name`: whose seal they may answer for as well; empty for who keeps none."""

    officer_id: UUID
    name: str
    agency_code: str
    agency_name: str
    actor: Actor


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What the service is asked about. `provider`: the CA, where the service is the national gateway."""

    service: Service
    name: str
    provider: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of the account as its owner sees it. `why`: they cannot sign with it; None when they can."""

    key: str
    subject: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime
    why: Problem | None = None


async def choices(studio: Studio, account: Account, owner: Owner, at: datetime) -> tuple[Choice, ...]:
    """The certificates of the account, the newest first. Raises Invalid, Away."""
    return tuple(_choice(each, owner, at) for each in reversed(await _offered(studio, account)))


def _choice(it: Offered, owner: Owner, at: datetime) -> Choice:
    certificate = it.certificate
    return Choice(
        key=it.key,
        subject=certificate.subject_text,
        issuer=certificate.issuer_text,
        serial=f"{certificate.serial:x}",
        valid_from=certificate.not_before,
        valid_until=certificate.not_after,
        why=objection_to(certificate, owner, at),
    )


async def _offered(studio: Studio, account: Account) -> list[Offered]:
    """What the service keeps for the account, the newest last. Raises Invalid; Away for a service that does not answer."""
    if not account.name.strip():
        raise errors.account_needed()
    if account.service is Service.NEAC and not account.provider.strip():
        raise errors.provider_needed()
    try:
        return await studio.offered(account.service, account.name.strip(), account.provider.strip())
    except UnknownAccount:
        raise errors.unknown_account() from None
    except Answered as said:
        if said.status in _KNOWS_NOBODY:
            raise errors.unknown_account() from said
        raise errors.service_away() from said
    except KeyUnavailable as away:
        raise errors.service_away() from away


def objection_to(certificate: Cert, owner: Owner, at: datetime) -> Problem | None:
    """Why this certificate is not for this person now; None when they may sign with it. Pure.

    Authorities write names in capitals or without marks, and an agency's with its province behind.
    """
    if certificate.is_ca or not certificate.may_sign_documents():
        return errors.certificate_not_for_signing()
    named, agency = _plain(certificate.subject_text), _plain(owner.agency_name)
    if named != _plain(owner.name) and not (agency and (named == agency or named.startswith(f"{agency} "))):
        return errors.certificate_not_yours(certificate.subject_text)
    if not certificate.valid_at(at):
        return errors.certificate_lapsed(certificate.not_after)
    return None


def _plain(name: str) -> str:
    return " ".join(fold(name).split())


async def enroll(
    db: Database, studio: Studio, owner: Owner, account: Account, key: str, *, instead_of: UUID | None = None
) -> Credential:
    """The service is asked again: what a form says about a certificate is not believed. `instead_of`: the one before.

    Raises Invalid, Away.
    """
    chosen = next((each for each in await _offered(studio, account) if each.key == key), None)
    if chosen is None:
        raise errors.certificate_gone()
    wrong = objection_to(chosen.certificate, owner, db.now())
    if wrong is not None:
        raise wrong
    async with db.begin(owner.actor) as uow:
        if instead_of is not None:
            await own_credential(uow, instead_of, owner.officer_id)
            await service.retire_credential(uow, instead_of)
        return await service.know_credential(
            uow,
            officer_id=owner.officer_id,
            agency_code=owner.agency_code,
            holder=chosen.certificate.subject_text,
            service=account.service,
            account=account.name,
            provider=account.provider,
            chosen=chosen,
        )


async def check_credential(studio: Studio, credential: Credential, owner: Owner, at: datetime) -> None:
    """Whether the service still has the certificate, and it is still good for its owner. Raises Invalid, Away."""
    account = Account(service=credential.service, name=credential.account, provider=credential.provider)
    found = await _offered(studio, account)
    held = next((each for each in found if each.key == credential.key), None) if credential.key else found[-1]
    if held is None:
        raise errors.certificate_gone()
    wrong = objection_to(held.certificate, owner, at)
    if wrong is not None:
        raise wrong


async def own_credential(uow: UnitOfWork, credential_id: UUID, officer_id: UUID) -> Credential:
    """A certificate in use of this officer; another's is not told apart from none. Raises Invalid."""
    for each in await service.credentials(uow, officer_id=officer_id):
        if each.id == credential_id:
            return each
    raise errors.no_such_credential()
