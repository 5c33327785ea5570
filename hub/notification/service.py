"""Telling people, once."""

from uuid import UUID

from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc
from hub.notification import repository
from hub.notification.events import MailWanted
from hub.notification.model import Message


async def tell(
    uow: UnitOfWork, *, person_id: UUID, email: str, phone: str, key: str, title: str, text: str, link: str
) -> bool:
    """Into the inbox and, where there is an address, on its way by e-mail; False when `key` was told before."""
    message = Message(
        id=uuid7(),
        key=key,
        person_id=person_id,
        email=email,
        phone=phone,
        title=nfc(title),
        text=nfc(text),
        link=link,
        told_at=uow.now,
    )
    if not await repository.add(uow.conn, message):
        return False
    if email:
        await uow.emit(MailWanted(key=key, to=email, subject=message.title, text=message.text))
    return True


async def inbox(uow: UnitOfWork, person_id: UUID, *, limit: int = 50) -> tuple[Message, ...]:
    """Newest first."""
    return await repository.inbox(uow.conn, person_id, limit)


async def unread(uow: UnitOfWork, person_id: UUID) -> int:
    """How many wait to be read."""
    return await repository.unread(uow.conn, person_id)


async def read(uow: UnitOfWork, person_id: UUID) -> None:
    """The person has looked at the inbox."""
    await repository.read(uow.conn, person_id, uow.now)
