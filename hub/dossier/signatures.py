"""How far the proposed document is signed in people's apps: told by its signing requests (WFL-07, WFL-08)."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub import sealing, vault
from hub.kernel.db import UnitOfWork
from hub.sealing import Face, Status
from hub.workflow import Assignment


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One signature that was asked for. `cause`: why it ended without one; `until`: how long it is waited for."""

    id: UUID
    face: Face
    status: Status
    holder: str
    words: str
    officer_id: UUID
    asked_at: datetime
    until: datetime
    cause: str
    signed_entry: UUID | None


class Signatures(msgspec.Struct, frozen=True, kw_only=True):
    """Of the proposed PDF, oldest first. `entry`: its newest version; `document_id`: all its versions."""

    document_id: UUID
    entry: UUID
    asked: tuple[Signature, ...]

    @property
    def waiting(self) -> Signature | None:
        """The one that somebody has in the app now; there is never a second."""
        return next((each for each in self.asked if each.status in sealing.OPEN), None)

    @property
    def missed(self) -> Signature | None:
        """The latest one, when it was declined, came too late or failed."""
        last = self.asked[-1] if self.asked else None
        return last if last and last.status in (Status.DECLINED, Status.EXPIRED, Status.FAILED) else None

    @property
    def sealed(self) -> UUID | None:
        """The version that bears the leader's signature and the agency's seal, the newest one."""
        return self.entry if self.bears(Face.LEADER) and self.bears(Face.AGENCY) else None

    def bears(self, face: Face) -> bool:
        """Whether the document has been signed in this look."""
        return any(each.face is face and each.status is Status.SIGNED for each in self.asked)


async def of(uow: UnitOfWork, run: Assignment) -> Signatures | None:
    """None when no PDF is proposed: nothing else can be signed."""
    proposal = run.proposal
    if proposal is None or proposal.document_id is None:
        return None
    for draft in await vault.entries(uow, (proposal.document_id,)):
        if draft.media_type == vault.MediaType.PDF:
            requests = await sealing.of_dossier(uow, run.task.dossier_id)
            return Signatures(
                document_id=draft.document_id,
                entry=(await vault.versions(uow, draft.document_id))[-1].id,
                asked=tuple(_told(each) for each in requests if each.document_id == draft.document_id),
            )
    return None


async def call_off(uow: UnitOfWork, dossier_id: UUID, *, cause: str) -> None:
    """Nobody is to sign for this dossier any more.

    Before the dossier's row changes, never after: who confirms in the app holds the request's row, then wants that one.
    """
    for each in await sealing.of_dossier(uow, dossier_id):
        if each.open:
            await sealing.cancel(uow, each.id, cause=cause)


def _told(it: sealing.Request) -> Signature:
    return Signature(
        id=it.id,
        face=it.face,
        status=it.status,
        holder=it.holder,
        words=it.words,
        officer_id=it.officer_id,
        asked_at=it.asked_at,
        until=it.until,
        cause=it.cause,
        signed_entry=it.signed_entry,
    )
