"""The vault on a real database (RES-05, RES-06, RES-09, RES-10)."""

import asyncio

import asyncpg
import pytest

from hub import vault
from hub.kernel.actor import Actor
from hub.kernel.ids import uuid7
from hub.vault import Entry, Kind, Numbered, Retention
from tests.support.modules import OFFICER, Hub

pytestmark = pytest.mark.anyio


async def stored(hub: Hub, data: bytes = b"noi dung", **more: object) -> Entry:
    given: dict[str, object] = {
        "owner_id": uuid7(),
        "kind": Kind.COMPONENT,
        "name": "Đơn đề nghị.pdf",
        "media_type": "application/pdf",
    }
    async with hub.begin() as uow:
        return await vault.store(uow, data, **(given | more))  # type: ignore[arg-type]


async def test_a_document_belongs_to_its_owner_and_its_dossier(hub: Hub) -> None:
    """RES-05."""
    dossier = uuid7()
    entry = await stored(hub, dossier_id=dossier)
    await stored(hub)
    async with hub.begin() as uow:
        assert await vault.entries_of(uow, entry.owner_id) == (entry,)
        assert await vault.entries_of_dossier(uow, dossier) == (entry,)
        assert await vault.entry(uow, entry.id) == entry
        assert await vault.entries(uow, [uuid7(), entry.id]) == (entry,)
        with pytest.raises(vault.NoSuchEntry):
            await vault.entry(uow, uuid7())


async def test_a_new_version_keeps_the_old_one(hub: Hub) -> None:
    first = await stored(hub, b"ban mot")
    second = await stored(hub, b"ban hai", owner_id=first.owner_id, document_id=first.document_id)
    assert (second.document_id, second.version) == (first.document_id, 2)
    async with hub.begin() as uow:
        assert await vault.entries_of(uow, first.owner_id) == (second,)
        assert await vault.versions(uow, first.document_id) == (first, second)
        assert await vault.read(uow, first.id) == b"ban mot"


async def test_nobody_adds_a_version_to_another_persons_document(hub: Hub) -> None:
    first = await stored(hub)
    with pytest.raises(vault.NoSuchEntry):
        await stored(hub, document_id=first.document_id)


async def test_two_versions_at_once_do_not_share_a_number(hub: Hub) -> None:
    first = await stored(hub)
    same = {"owner_id": first.owner_id, "document_id": first.document_id}
    ends = await asyncio.gather(*(stored(hub, b"%d" % n, **same) for n in range(4)), return_exceptions=True)
    kept = sorted(end.version for end in ends if isinstance(end, Entry))
    assert len(kept) == len(set(kept)) >= 1
    assert all(isinstance(end, Entry | vault.NewerVersion) for end in ends)


async def test_the_same_content_lies_in_the_store_once(hub: Hub) -> None:
    one, two = await stored(hub), await stored(hub)
    assert one.sha256 == two.sha256
    assert one.id != two.id


async def test_the_owner_sees_who_read_what_when_and_why(hub: Hub) -> None:
    """RES-06."""
    entry = await stored(hub, dossier_id=uuid7())
    async with hub.begin() as uow:
        await vault.read(uow, entry.id, purpose="kiểm tra thành phần hồ sơ")
    hub.clock.forward(minutes=5)
    async with hub.begin(Actor(kind="machine", id="vbdlis", name="vbdlis")) as uow:
        await vault.saw(uow, owner_id=entry.owner_id, dossier_id=entry.dossier_id, what="thông tin thửa đất")
    async with hub.db.read() as uow:
        log = await vault.seen(uow, owner_id=entry.owner_id)
        assert [(a.actor_name, a.what, a.purpose) for a in log] == [
            ("vbdlis", "thông tin thửa đất", ""),
            (OFFICER.name, "Đơn đề nghị.pdf", "kiểm tra thành phần hồ sơ"),
        ]
        assert await vault.seen(uow, dossier_id=entry.dossier_id) == log
        assert await vault.seen(uow, owner_id=entry.owner_id, before=log[0].at) == log[1:]
        assert await vault.seen(uow, owner_id=uuid7()) == ()
        assert await vault.seen(uow) == ()


async def test_a_dossier_shows_who_read_papers_that_were_uploaded_before_it_was_there(hub: Hub) -> None:
    """RES-06, OPS-07."""
    paper = await stored(hub)
    async with hub.begin(Actor(kind="machine", id="vbdlis", name="Hệ thống thông tin đất đai")) as uow:
        await vault.read(uow, paper.id, purpose="đồng bộ hồ sơ")
    async with hub.db.read() as uow:
        [read] = await vault.seen(uow, dossier_id=uuid7(), entry_ids=[paper.id])
    assert (read.entry_id, read.actor_name) == (paper.id, "Hệ thống thông tin đất đai")


async def test_the_access_log_cannot_be_changed(hub: Hub) -> None:
    entry = await stored(hub)
    async with hub.begin() as uow:
        await vault.read(uow, entry.id)
    for sql in (
        "update vault.access set purpose = 'x'",
        "delete from vault.access",
        "update vault.entry set name = 'x'",
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await hub.value(sql)


async def test_only_a_draft_may_be_deleted(hub: Hub) -> None:
    await stored(hub, retention=Retention.DRAFT)
    await hub.value("delete from vault.entry")
    await stored(hub)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await hub.value("delete from vault.entry")


async def test_a_paper_copy_is_numbered_recorded_and_kept(hub: Hub) -> None:
    """RES-09, RES-10."""
    entry = await stored(hub, b"ban goc", kind=Kind.RESULT, name="Quyết định.pdf")
    printed: list[Numbered] = []

    async def render(numbered: Numbered, original: Entry, content: bytes) -> bytes:
        printed.append(numbered)
        return content + numbered.number.encode()

    async with hub.begin() as uow:
        one = await vault.convert_to_paper(uow, entry.id, render=render)
        two = await vault.convert_to_paper(uow, entry.id)
    assert (one.number, two.number) == ("000001/2026/CĐ", "000002/2026/CĐ")
    assert (one.sha256, one.converted_by, one.unit) == (entry.sha256, OFFICER.name, OFFICER.unit)
    assert printed[0].token == one.token
    assert one.token != two.token
    assert [f.number for f in hub.told(vault.ConvertedToPaper)] == [one.number, two.number]
    async with hub.begin() as uow:
        assert one.paper_id is not None
        assert await vault.read(uow, one.paper_id) == b"ban goc" + one.number.encode()
        assert await vault.conversion_by_token(uow, one.token) == one
        assert await vault.conversions_of(uow, entry.id) == (one, two)
        with pytest.raises(vault.NoSuchConversion):
            await vault.conversion_by_token(uow, "khong-co")


async def test_paper_copies_made_at_once_get_numbers_without_gap(hub: Hub) -> None:
    entry = await stored(hub)

    async def convert() -> str:
        async with hub.begin() as uow:
            return (await vault.convert_to_paper(uow, entry.id)).number

    numbers = await asyncio.gather(*(convert() for _ in range(8)))
    assert sorted(numbers) == [f"{n:06d}/2026/CĐ" for n in range(1, 9)]
