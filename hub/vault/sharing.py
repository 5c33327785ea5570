"""A holder shows one document to somebody, for a time and a purpose (RES-06, OPS-07); every use is told to the holder."""

import re
import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from hub import identity, profiles
from hub.kernel.actor import Actor
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.storage import Content
from hub.kernel.text import nfc
from hub.vault import service
from hub.vault import share_repository as repository
from hub.vault.errors import NoSuchEntry, NoSuchShare, ShareEnded, ShareRefused
from hub.vault.model import Entry, Share, Wish

WHOEVER_HAS_THE_LINK = Actor(kind="system", id="share-link", name="Người có đường dẫn chia sẻ")
_NUMBER = re.compile(r"[0-9]{12}")
_LISTED = 50
_LONGEST_PURPOSE = 200


def longest(uow: UnitOfWork) -> int:
    """Days that the province allows today."""
    return profiles.terms_on(uow.now.astimezone(VN).date()).vault.share_days


async def share(uow: UnitOfWork, owner_id: UUID, wish: Wish) -> tuple[Share, str]:
    """The share and its token, which is told this once; "" when it is for a named citizen.

    Raises NoSuchEntry, ShareRefused. Whether the number has an account is not told: that is nobody's business.
    """
    purpose, number = nfc(wish.purpose).strip(), wish.id_number.replace(" ", "")
    await _refuse(uow, owner_id, purpose, number, wish.days)
    token = "" if number else secrets.token_urlsafe(32)
    new = repository.NewShare(
        id=uuid7(),
        entry_id=wish.entry_id,
        owner_id=owner_id,
        token_hash=_hash(token) if token else None,
        grantee_number=number or None,
        purpose=purpose,
        one_time=wish.one_time,
        made_at=uow.now,
        expires_at=uow.now + timedelta(days=wish.days),
    )
    if not await repository.add(uow.conn, new):
        raise NoSuchEntry
    told = {"share": str(new.id), "to": "citizen" if number else "link", "until": new.expires_at.isoformat()}
    await uow.audit("vault:entry:share", str(wish.entry_id), told)
    return await _found(uow, share_id=new.id), token


async def shares_of(uow: UnitOfWork, owner_id: UUID) -> tuple[Share, ...]:
    """What an owner shares or has shared, newest first, at most 50."""
    return await repository.of_owner(uow.conn, owner_id, _LISTED)


async def shared_with(uow: UnitOfWork, account: UUID) -> tuple[Share, ...]:
    """What others show this citizen now, newest first, at most 50."""
    person = await identity.citizen(uow, account)
    return await repository.with_citizen(uow.conn, person.id_number, uow.now, _LISTED)


async def revoke(uow: UnitOfWork, owner_id: UUID, share_id: UUID) -> None:
    """It opens no more; one that has ended stays as it ended. Raises NoSuchShare."""
    found = await _found(uow, share_id=share_id)
    if found.owner_id != owner_id:
        raise NoSuchShare
    if not found.ended_by(uow.now) and await repository.end(uow.conn, share_id, "revoked", uow.now):
        await uow.audit("vault:share:revoke", str(share_id))


async def by_link(uow: UnitOfWork, token: str) -> Share:
    """What a link opens; looking at it uses nothing up. Raises NoSuchShare, ShareEnded."""
    return _open(uow, await _found(uow, token_hash=_hash(token)))


async def for_citizen(uow: UnitOfWork, account: UUID, share_id: UUID) -> Share:
    """What an owner shows this citizen. Raises NoSuchShare, ShareEnded."""
    found = await _found(uow, share_id=share_id)
    person = await identity.citizen(uow, account)
    if found.grantee_number != person.id_number:
        raise NoSuchShare
    return _open(uow, found)


async def use(uow: UnitOfWork, opened: Share) -> tuple[Entry, Content]:
    """The content, once if it is a one-time share; the owner sees who took it. Raises ShareEnded."""
    if opened.one_time and not await repository.end(uow.conn, opened.id, "used", uow.now):
        raise ShareEnded("used")
    entry = await service.entry(uow, opened.entry_id)
    return entry, await service.stream(uow, entry.id, purpose=f"Chủ tài liệu chia sẻ: {opened.purpose}")


async def _refuse(uow: UnitOfWork, owner_id: UUID, purpose: str, number: str, days: int) -> None:
    most = longest(uow)
    if not purpose or len(purpose) > _LONGEST_PURPOSE:
        raise ShareRefused(
            "purpose",
            f"Ghi mục đích chia sẻ, không quá {_LONGEST_PURPOSE} ký tự, để sau này bạn còn biết đã đưa cho ai làm gì.",
            f"Say what the share is for, in at most {_LONGEST_PURPOSE} characters, so that you still know later.",
            field="purpose",
        )
    if not 1 <= days <= most:
        raise ShareRefused(
            "days",
            f"Thời hạn chia sẻ từ 1 đến {most} ngày. Hết hạn, bạn có thể chia sẻ lại.",
            f"A share lasts from 1 to {most} days. After that you may share again.",
            field="days",
        )
    if number and not _NUMBER.fullmatch(number):
        raise ShareRefused(
            "number",
            "Số định danh cá nhân gồm 12 chữ số. Hãy xem lại số của người nhận.",
            "A personal number has 12 digits. Check the receiver's number.",
            field="id_number",
        )
    if number and (await identity.citizen(uow, owner_id)).id_number == number:
        raise ShareRefused(
            "yourself",
            "Đây là số của chính bạn; tài liệu đã ở trong kho của bạn. Hãy nhập số của người nhận.",
            "This is your own number, and the document is in your vault. Enter the receiver's number.",
            field="id_number",
        )


async def _found(uow: UnitOfWork, *, share_id: UUID | None = None, token_hash: bytes = b"") -> Share:
    found = await repository.one(uow.conn, share_id=share_id, token_hash=token_hash)
    if found is None:
        raise NoSuchShare
    return found


def _open(uow: UnitOfWork, found: Share) -> Share:
    if why := found.ended_by(uow.now):
        raise ShareEnded(why)
    return found


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
