"""Telling people once (DOS-06, DOS-07)."""

import asyncio
from typing import Any
from uuid import UUID

from hub import notification
from hub.kernel.ids import uuid7
from tests.support.modules import Hub


async def told(hub: Hub, person: UUID | None, key: str = "dossier:1:2", **more: Any) -> None:
    given: dict[str, Any] = {
        "email": "dao@example.vn",
        "phone": "0912345678",
        "title": "Hồ sơ đã được tiếp nhận",
        "text": "Mã hồ sơ H01.05-261123-0007.",
        "link": "/ho-so/1",
    }
    async with hub.begin() as uow:
        await notification.tell(uow, person_id=person, key=key, **(given | more))


async def test_an_occasion_is_told_once_in_the_inbox_and_by_mail(hub: Hub) -> None:
    person = uuid7()
    for _ in range(3):
        await told(hub, person)
    (mail,) = hub.told(notification.MailWanted)
    assert (mail.key, mail.to, mail.subject) == ("dossier:1:2", "dao@example.vn", "Hồ sơ đã được tiếp nhận")
    async with hub.db.read() as uow:
        (notice,) = await notification.inbox_of(uow, person)
    assert (notice.body, notice.link, notice.read_at) == ("Mã hồ sơ H01.05-261123-0007.", "/ho-so/1", None)


async def test_the_same_occasion_told_at_once_from_two_sides_is_told_once(hub: Hub) -> None:
    person = uuid7()
    await asyncio.gather(*(told(hub, person) for _ in range(5)))
    assert len(hub.told(notification.MailWanted)) == 1
    assert len(hub.told(notification.Told)) == 1


async def test_without_an_address_only_the_inbox_is_told(hub: Hub) -> None:
    person = uuid7()
    await told(hub, person, email="")
    assert hub.told(notification.MailWanted) == []
    async with hub.db.read() as uow:
        assert await notification.unread(uow, person) == 1


async def test_without_an_account_only_the_address_is_told(hub: Hub) -> None:
    await told(hub, None)
    assert len(hub.told(notification.MailWanted)) == 1


async def test_a_line_break_in_a_title_adds_no_mail_header(hub: Hub) -> None:
    await told(hub, uuid7(), title="Hồ sơ\r\nBcc: x@example.vn")
    assert hub.told(notification.MailWanted)[0].subject == "Hồ sơ Bcc: x@example.vn"


async def test_a_person_reads_their_own_notices_newest_first(hub: Hub) -> None:
    person, other = uuid7(), uuid7()
    for n in range(3):
        await told(hub, person, key=f"k{n}", title=f"Tin {n}")
        hub.clock.forward(minutes=1)
    await told(hub, other, key="k9")
    async with hub.begin() as uow:
        newest, middle, oldest = await notification.inbox_of(uow, person)
        assert [n.title for n in (newest, middle, oldest)] == ["Tin 2", "Tin 1", "Tin 0"]
        assert await notification.inbox_of(uow, person, before=middle.told_at) == (oldest,)
        await notification.mark_read(uow, other, newest.id)
        assert await notification.unread(uow, person) == 3
        await notification.mark_read(uow, person, newest.id)
        assert await notification.unread(uow, person) == 2
        await notification.mark_read(uow, person)
        assert await notification.unread(uow, person) == 0
        assert await notification.unread(uow, other) == 1
