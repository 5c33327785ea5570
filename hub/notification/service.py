"""Telling people, once for each occasion: in the portal's inbox and by e-mail."""

from datetime import datetime, timedelta
from uuid import UUID

from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc
from hub.notification import repository
from hub.notification.events import MailWanted, Told
from hub.notification.model import Notice


async def tell(
    uow: UnitOfWork,
    *,
    person_id: UUID | None,
    email: str,
    phone: str,
    key: str,
    title: str,
    text: str,
    link: str,
) -> None:
    """Told once for each `key`, whatever is repeated (DOS-06, DOS-07). `phone` waits for a channel of its own."""
    notice = Notice(
        id=uuid7(),
        key=key,
        person_id=person_id,
        email=email,
        phone=phone,
        title=_line(title),
        body=nfc(text),
        link=link,
        told_at=uow.now,
    )
    if not await repository.tell(uow.conn, notice):
        return
    await uow.emit(Told(notice_id=notice.id, person_id=person_id))
    if email:
        await uow.emit(MailWanted(key=key, to=email, subject=notice.title, text=notice.body))


def _line(text: str) -> str:
    """A subject is one line: a line break in it could add headers to the mail."""
    return " ".join(nfc(text).split())


async def inbox_of(
    uow: UnitOfWork, person_id: UUID, *, before: datetime | None = None, limit: int = 50
) -> tuple[Notice, ...]:
    """Newest first; `before` continues an earlier page."""
    return await repository.inbox(uow.conn, person_id, before or uow.now + timedelta(days=1), limit)


async def unread(uow: UnitOfWork, person_id: UUID) -> int:
    """How many are unread."""
    return await repository.unread(uow.conn, person_id)


async def mark_read(uow: UnitOfWork, person_id: UUID, notice_id: UUID | None = None) -> None:
    """One, or all; another person's notice stays as it is."""
    await repository.read(uow.conn, person_id, notice_id, uow.now)
