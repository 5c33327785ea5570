"""Signing requests: one function per verb. Nothing here leaves the hub: `rounds` talks to the services."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hub import vault
from hub.kernel.actor import Actor
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.lifecycle import Change, LogRow
from hub.kernel.text import nfc
from hub.sealing import errors, lifecycle, repository
from hub.sealing.events import ENDS
from hub.sealing.lifecycle import Trigger
from hub.sealing.model import STAMPS, Credential, Face, Request, Service, Status
from signing.remote import Offered

PATIENCE = timedelta(hours=24)
"""How long a request waits for its signer unless the asker says otherwise."""
WEBHOOK = Actor(kind="machine", id="signing-service", name="Dịch vụ ký số")
_AGAIN = (Status.DECLINED, Status.EXPIRED, Status.FAILED, Status.CANCELLED)


async def know_credential(
    uow: UnitOfWork,
    *,
    officer_id: UUID,
    agency_code: str,
    holder: str,
    service: Service,
    account: str,
    provider: str = "",
    chosen: Offered | None = None,
) -> Credential:
    """This officer answers for this certificate. `holder`: whose it is, as people say; an agency's seal has a clerk.

    `chosen`: which of the account's certificates, as the service showed it; without one its only or newest.
    """
    credential = await repository.add_credential(
        uow.conn,
        Credential(
            id=uuid7(),
            officer_id=officer_id,
            agency_code=agency_code,
            holder=nfc(holder).strip(),
            service=service,
            account=account.strip(),
            active=True,
            added_at=uow.now,
            added_by=uow.actor.name,
            provider=provider.strip(),
            **(_said(chosen) if chosen else {}),
        ),
    )
    await uow.audit("sealing:credential:know", str(credential.id), {"service": service, "holder": credential.holder})
    return credential


def _said(chosen: Offered) -> dict[str, Any]:
    """What the certificate says."""
    certificate = chosen.certificate
    return {
        "key": chosen.key,
        "subject": nfc(certificate.subject_text),
        "issuer": nfc(certificate.issuer_text),
        "serial": f"{certificate.serial:x}",
        "valid_from": certificate.not_before,
        "valid_until": certificate.not_after,
    }


async def retire_credential(uow: UnitOfWork, credential_id: UUID) -> None:
    """No new requests for it; what waits goes on. Raises Invalid when it is not in use."""
    if not await repository.retire(uow.conn, credential_id):
        raise errors.no_such_credential()
    await uow.audit("sealing:credential:retire", str(credential_id))


async def credentials(
    uow: UnitOfWork, *, officer_id: UUID | None = None, agency_code: str = ""
) -> tuple[Credential, ...]:
    """Those in use: of an officer, of an agency, or all."""
    return await repository.credentials(uow.conn, officer_id=officer_id, agency_code=agency_code)


async def ask(
    uow: UnitOfWork,
    *,
    entry_id: UUID,
    credential_id: UUID,
    face: Face,
    title: str,
    words: str = "",
    patience: timedelta = PATIENCE,
    dossier_id: UUID | None = None,
) -> Request:
    """Have a stored PDF signed by the holder of this certificate, in the caller's transaction and without the network.

    The request is prepared, started and watched by the worker (RES-01, WFL-08); what became of it comes as a fact.
    Whether the caller may have this document signed is the caller's to check. Raises Invalid; Conflict while another
    signature of the document is awaited.
    """
    entry = await vault.entry(uow, entry_id)
    if entry.media_type != vault.MediaType.PDF:
        raise errors.not_pdf()
    if face in STAMPS and not words.strip():
        raise errors.words_needed()
    credential = await repository.credential(uow.conn, credential_id)
    if credential is None or not credential.active:
        raise errors.no_such_credential()
    if not credential.service.shows(face):
        raise errors.no_stamps_there()
    return await _add(
        uow,
        _fresh(
            uow,
            patience,
            document_id=entry.document_id,
            entry_id=entry.id,
            dossier_id=dossier_id or entry.dossier_id,
            title=nfc(title).strip() or entry.name,
            face=face,
            words=nfc(words).strip(),
            credential_id=credential.id,
            officer_id=credential.officer_id,
            holder=credential.holder,
            previous_id=None,
        ),
    )


def _fresh(uow: UnitOfWork, patience: timedelta, **what: Any) -> Request:
    """The row as it begins."""
    made = uuid7()
    return Request(
        id=made,
        transaction=made.hex,
        asked_by_id=uow.actor.id,
        asked_by=uow.actor.name,
        status=Status.ASKED,
        version=1,
        asked_at=uow.now,
        until=uow.now + patience,
        updated_at=uow.now,
        prepared="",
        signer="",
        remote=None,
        trouble="",
        polls=0,
        next_poll_at=uow.now,
        signed_entry=None,
        ended_at=None,
        cause="",
        **what,
    )


async def take(uow: UnitOfWork, data: bytes, *, name: str, officer_id: UUID) -> vault.Entry:
    """A PDF that an officer brings to be signed; it is theirs until it becomes something's. Inspected before."""
    return await vault.store(
        uow,
        data,
        owner_id=officer_id,
        kind=vault.Kind.COMPONENT,
        name=vault.safe_name(name),
        media_type=vault.MediaType.PDF,
    )


async def credential_of(uow: UnitOfWork, credential_id: UUID, agency_code: str) -> Credential:
    """A certificate of this agency; raises Invalid for another's."""
    found = await repository.credential(uow.conn, credential_id)
    if found is None or not found.active or found.agency_code != agency_code:
        raise errors.no_such_credential()
    return found


async def again(uow: UnitOfWork, request_id: UUID, *, patience: timedelta = PATIENCE) -> Request:
    """The same once more after a refusal: a request of its own, so a late answer to the old one signs nothing.

    The newest version of the document is signed. Raises NotFound; Conflict when it still waits, or was asked again.
    """
    old = await get(uow, request_id)
    if old.status not in _AGAIN:
        raise errors.not_over()
    newest = (await vault.versions(uow, old.document_id))[-1]
    kept = ("document_id", "dossier_id", "title", "face", "words", "credential_id", "officer_id", "holder")
    what = {name: getattr(old, name) for name in kept}
    return await _add(uow, _fresh(uow, patience, entry_id=newest.id, previous_id=old.id, **what))


async def _add(uow: UnitOfWork, request: Request) -> Request:
    await repository.add(uow.conn, request, uow.actor)
    await uow.audit("sealing:request:ask", str(request.id), {"entry": str(request.entry_id), "holder": request.holder})
    return request


async def cancel(uow: UnitOfWork, request_id: UUID, *, cause: str = "") -> Request:
    """Wait no longer: whatever the person does in the app from now on, nothing is embedded. Raises NotFound, Conflict."""
    request = await repository.locked(uow.conn, request_id)
    if request is None:
        raise errors.no_such_request()
    await uow.audit("sealing:request:cancel", str(request.id), {"cause": cause})
    return await move(uow, lifecycle.transition(request, Trigger.CANCEL, at=uow.now, cause=nfc(cause)))


async def nudge(uow: UnitOfWork, transaction: str) -> None:
    """A service says that something happened: look now. Nothing that it says is believed. Raises NotFound."""
    request = await repository.one(uow.conn, transaction=transaction)
    if request is None:
        raise errors.no_such_request()
    if request.open:
        await repository.look_again(uow.conn, request.id, uow.now)


async def get(uow: UnitOfWork, request_id: UUID) -> Request:
    """How far it is; raises NotFound."""
    found = await repository.one(uow.conn, request_id=request_id)
    if found is None:
        raise errors.no_such_request()
    return found


async def seen_by(uow: UnitOfWork, request_id: UUID, officer_id: UUID) -> Request:
    """A request that this officer signs or has asked for; another's is not told apart from none."""
    found = await get(uow, request_id)
    if officer_id != found.officer_id and str(officer_id) != found.asked_by_id:
        raise errors.no_such_request()
    return found


async def of_officer(uow: UnitOfWork, officer_id: UUID, *, limit: int = 100) -> tuple[Request, ...]:
    """What this officer is to sign or has asked others to sign: open ones first."""
    return await repository.of_officer(uow.conn, officer_id, limit)


async def of_dossier(uow: UnitOfWork, dossier_id: UUID) -> tuple[Request, ...]:
    """A dossier's requests, oldest first."""
    return await repository.of_dossier(uow.conn, dossier_id)


async def story(uow: UnitOfWork, request_id: UUID) -> tuple[LogRow[Status], ...]:
    """Every change of status, oldest first."""
    return await repository.log(uow.conn, request_id)


async def move(uow: UnitOfWork, change: Change[Request, Status]) -> Request:
    """Write the change and tell it."""
    moved = await repository.write(uow.conn, change, uow.actor, uow.now)
    if change.fact:
        await uow.emit(
            ENDS[change.fact](
                request_id=moved.id,
                dossier_id=moved.dossier_id,
                document_id=moved.document_id,
                entry_id=moved.entry_id,
                face=moved.face.value,
                cause=moved.cause,
                signed_entry=moved.signed_entry,
            )
        )
    return moved
