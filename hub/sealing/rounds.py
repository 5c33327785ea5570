"""Takes a request one step further each time it is looked at; a crash anywhere only means that it is looked at again.

Each step asks the service outside a transaction and writes what it learned in one. The service knows the request by
its transaction id, which is committed before the first call: what is asked twice is signed once.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog

from hub import vault
from hub.kernel.actor import system
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Away, Conflict
from hub.sealing import repository, service
from hub.sealing.lifecycle import Trigger, transition
from hub.sealing.model import Credential, Request, Status
from hub.sealing.services import RowStates, Studio
from signing import BadSignature, Declined, KeyUnavailable, SealError, TimestampError, Waiting

log = structlog.get_logger(__name__)
_SIGNER = system("sealing")
_PAUSES = (2, 3, 5, 8, 15, 30)
"""Seconds to the next look; the last one repeats."""
_LEASE = timedelta(seconds=90)
"""Longer than one look can take: until then no other worker looks at the same request."""
_AT_ONCE = 8
_UNDER_WAY = 32
"""Looks of one worker at a time: some of them listen to a service until somebody decides."""
_NEWER = "Văn bản đã có phiên bản mới hơn trong lúc chờ ký. / The document got a newer version while it waited."
_LAPSED = "Hết thời gian chờ xác nhận trên ứng dụng. / Nobody confirmed in the app in time."


async def advance(db: Database, studio: Studio, request_id: UUID) -> Request:
    """As far as it goes now. Raises NotFound; never for what a service does."""
    return await _go(db, studio, request_id, lambda _, __: False)


async def begin(db: Database, studio: Studio, request_id: UUID) -> Request:
    """The same without listening to a service that holds the line until the person decides: a page does not wait."""
    return await _go(db, studio, request_id, _would_hold)


def _would_hold(request: Request, credential: Credential) -> bool:
    return request.status is Status.WAITING and credential.service.holds_the_line


async def _go(db: Database, studio: Studio, request_id: UUID, enough: Callable[[Request, Credential], bool]) -> Request:
    async with db.read() as uow:
        request = await service.get(uow, request_id)
        credential = await repository.credential(uow.conn, request.credential_id)
    assert credential is not None
    states = RowStates(request)
    try:
        while request.open and not enough(request, credential):
            step = _STEPS[request.status]
            request = await step(db, studio, request, credential, states)
    except Waiting:
        return await _note(db, request, states, "")
    except Declined as said:
        return await _decline(db, request, str(said))
    except (KeyUnavailable, TimestampError) as away:
        if db.now() >= request.until:
            return await _end(db, request, Trigger.EXPIRE, _LAPSED)
        return await _note(db, request, states, str(away)[:300])
    except (SealError, BadSignature) as wrong:
        return await _end(db, request, Trigger.FAIL, str(wrong)[:300])
    return request


async def _prepare(
    db: Database, studio: Studio, request: Request, credential: Credential, states: RowStates
) -> Request:
    """The document that lacks only its signature value, made once: the digest must not change any more."""
    if db.now() >= request.until:
        return await _end(db, request, Trigger.EXPIRE, _LAPSED)
    pen = await studio.pen(credential, states)
    async with db.begin(_SIGNER) as uow:
        pdf = await vault.read(uow, request.entry_id, purpose="chuẩn bị ký số")
    ready = await pen.prepare(pdf, studio.look(request), db.now())
    signer = ready.certificate.subject_text
    if not ready.certificate.valid_at(db.now()):
        raise SealError(f"chứng thư số của {signer} không còn hiệu lực / is not valid now")
    async with db.begin(_SIGNER) as uow:
        stored = await uow.storage.put(ready.kept)
        return await service.move(
            uow, transition(request, Trigger.PREPARE, at=uow.now, prepared=stored.sha256, signer=signer)
        )


async def _start(db: Database, studio: Studio, request: Request, credential: Credential, states: RowStates) -> Request:
    """Into the person's app. The same transaction asked twice is one confirmation."""
    kept = await _kept(db, request)
    pen = await studio.pen(credential, states)
    await pen.start(request.transaction, kept, request.title)
    async with db.begin(_SIGNER) as uow:
        return await service.move(uow, transition(request, Trigger.START, at=uow.now, remote=states.encoded))


async def _collect(
    db: Database, studio: Studio, request: Request, credential: Credential, states: RowStates
) -> Request:
    """What the person decided. What comes back is verified before it is kept; file and status are one transaction."""
    kept = await _kept(db, request)
    pen = await studio.pen(credential, states)
    try:
        signed = await pen.collect(request.transaction, kept, request.title)
    except Waiting:
        if db.now() >= request.until:
            return await _end(db, request, Trigger.EXPIRE, _LAPSED)
        raise
    async with db.begin(_SIGNER) as uow:
        if (await vault.versions(uow, request.document_id))[-1].id != request.entry_id:
            return await service.move(uow, transition(request, Trigger.FAIL, at=uow.now, cause=_NEWER))
        entry = await _keep(uow, request, signed)
        return await service.move(uow, transition(request, Trigger.SIGN, at=uow.now, signed_entry=entry.id))


_STEPS = {Status.ASKED: _prepare, Status.PREPARED: _start, Status.WAITING: _collect}


async def _kept(db: Database, request: Request) -> bytes:
    async with db.read() as uow:
        return await uow.storage.read(request.prepared)


async def _keep(uow: UnitOfWork, request: Request, signed: bytes) -> vault.Entry:
    """The next version of the document that was signed."""
    before = await vault.entry(uow, request.entry_id)
    return await vault.store(
        uow,
        signed,
        owner_id=before.owner_id,
        kind=before.kind,
        name=before.name,
        media_type=before.media_type,
        retention=before.retention,
        dossier_id=before.dossier_id,
        document_id=before.document_id,
    )


async def _decline(db: Database, request: Request, words: str) -> Request:
    """A service says that the person refused, or that its own time ran out."""
    if words == "EXPIRED":
        return await _end(db, request, Trigger.EXPIRE, _LAPSED)
    return await _end(db, request, Trigger.DECLINE, words[:300])


async def _end(db: Database, request: Request, trigger: Trigger, cause: str) -> Request:
    async with db.begin(_SIGNER) as uow:
        return await service.move(uow, transition(request, trigger, at=uow.now, cause=cause))


async def _note(db: Database, request: Request, states: RowStates, trouble: str) -> Request:
    pause = _PAUSES[min(request.polls, len(_PAUSES) - 1)]
    async with db.begin(_SIGNER) as uow:
        again = min(uow.now + timedelta(seconds=pause), max(request.until, uow.now))
        await repository.note(uow.conn, request.id, remote=states.encoded, trouble=trouble, again=again)
        return await service.get(uow, request.id)


class Rounds:
    """Looks at what is due until cancelled; any number of workers share the requests."""

    def __init__(self, db: Database, studio: Studio, *, poll_seconds: float) -> None:
        self._db = db
        self._studio = studio
        self._pause = poll_seconds

    async def run(self) -> None:
        """The loop. A look that takes long holds up no other."""
        places = asyncio.Semaphore(_UNDER_WAY)
        async with asyncio.TaskGroup() as looks:
            while True:
                due = await self._due()
                for request_id in due:
                    await places.acquire()
                    looks.create_task(self._look(request_id)).add_done_callback(lambda _: places.release())
                if not due:
                    await asyncio.sleep(self._pause)

    async def once(self) -> int:
        """How many were looked at."""
        due = await self._due()
        await asyncio.gather(*(self._look(request_id) for request_id in due))
        return len(due)

    async def _due(self) -> list[UUID]:
        """None while the database is away."""
        try:
            async with self._db.begin(_SIGNER) as uow:
                found = await repository.claim(uow.conn, uow.now, uow.now + _LEASE, _AT_ONCE)
        except Away:
            return []
        return [request_id for request_id, _ in found]

    async def _look(self, request_id: UUID) -> None:
        try:
            with suppress(Conflict):  # somebody cancelled it, or a page looked at the same time
                await advance(self._db, self._studio, request_id)
        except Away:
            log.warning("sealing.away", request=str(request_id))
        except Exception:
            log.exception("sealing.defect", request=str(request_id))
