"""How long documents stay (RES-08), and that one person's sweep never takes another's content."""

import asyncio
from uuid import UUID

import pytest

from hub import vault
from hub.integration.schedules import delete_discarded, sweep_uploads
from hub.kernel.actor import system
from hub.kernel.ids import uuid7
from hub.vault import Entry, Kind, Retention
from tests.support.modules import Hub

pytestmark = pytest.mark.anyio
CLOCK = system("schedule")
WAITING = """
select exists (select from pg_locks where locktype = 'advisory' and not granted
               and database = (select oid from pg_database where datname = current_database()))
"""


async def uploaded(hub: Hub, data: bytes = b"noi dung", **more: object) -> Entry:
    given: dict[str, object] = {
        "owner_id": uuid7(),
        "kind": Kind.COMPONENT,
        "name": "Đơn đề nghị.pdf",
        "media_type": "application/pdf",
        "retention": Retention.DRAFT,
    }
    async with hub.begin() as uow:
        return await vault.store(uow, data, **(given | more))  # type: ignore[arg-type]


async def swept(hub: Hub) -> None:
    for job in (sweep_uploads, delete_discarded):
        async with hub.begin(CLOCK) as uow:
            await job(uow, "")


async def left(hub: Hub) -> set[UUID]:
    return {row["id"] for row in await hub.db.pool.fetch("select id from vault.entry")}


async def in_store(hub: Hub, entry: Entry) -> bool:
    async with hub.db.read() as uow:
        return await uow.storage.holds(entry.sha256)


async def test_an_upload_that_came_to_nothing_lapses_after_the_days_of_the_profile(hub: Hub) -> None:
    entry = await uploaded(hub)
    hub.clock.forward(days=90)
    await swept(hub)
    assert await left(hub) == {entry.id}
    hub.clock.forward(seconds=1)
    await swept(hub)
    assert (await left(hub), await in_store(hub, entry)) == (set(), False)
    told = await hub.db.pool.fetch(
        "select action, subject from kernel.audit where actor_id = 'schedule' order by at, id"
    )
    assert [tuple(row) for row in told] == [
        ("vault:entry:discard", str(entry.id)),
        ("vault:content:delete", entry.sha256),
    ]
    assert await hub.value("select count(*) from vault.discarded") == 0


async def test_everything_else_stays_for_ever(hub: Hub) -> None:
    kept = [await uploaded(hub, b"%d" % n, retention=each) for n, each in enumerate(Retention) if each != "draft"]
    held, shared, printed = [await uploaded(hub, name) for name in (b"giu", b"chia se", b"in ra")]
    async with hub.begin() as uow:
        await vault.hold(uow, [held.id], uuid7())
        await vault.convert_to_paper(uow, printed.id)
        assert (await vault.entry(uow, held.id)).retention is Retention.DOSSIER
    await hub.value(
        "insert into vault.share (id, entry_id, owner_id, token_hash, purpose, one_time, made_at, expires_at)"
        " values ($1, $2, $3, 'x', 'x', false, now(), now() + interval '1 day')",
        uuid7(), shared.id, shared.owner_id,
    )  # fmt: skip
    hub.clock.forward(days=36500)
    await swept(hub)
    assert await left(hub) == {each.id for each in (*kept, held, shared, printed)}


async def test_what_a_draft_still_needs_stays_while_somebody_works_on_it(hub: Hub) -> None:
    needed, other = await uploaded(hub, b"can"), await uploaded(hub, b"khong can")
    hub.clock.forward(days=91)
    await hub.value(
        "insert into dossier.draft (id, owner_id, procedure_code, procedure_version, files, created_at, updated_at)"
        " values ($1, $2, 'x', 1, $3, $4, $4)",
        uuid7(), needed.owner_id, {"don": {"entry_id": str(needed.id)}}, hub.clock.now,
    )  # fmt: skip
    await swept(hub)
    assert (await left(hub), await in_store(hub, other)) == ({needed.id}, False)
    hub.clock.forward(days=91)
    await swept(hub)
    assert await left(hub) == set()


async def test_one_owners_sweep_never_takes_the_content_of_another(hub: Hub) -> None:
    mine, theirs = await uploaded(hub), await uploaded(hub, retention=Retention.PERMANENT)
    assert mine.sha256 == theirs.sha256
    hub.clock.forward(days=91)
    await swept(hub)
    assert await left(hub) == {theirs.id}
    async with hub.begin() as uow:
        assert await vault.read(uow, theirs.id) == b"noi dung"


async def test_two_that_lapse_together_go_together(hub: Hub) -> None:
    one, _ = await uploaded(hub), await uploaded(hub)
    hub.clock.forward(days=91)
    await swept(hub)
    assert (await left(hub), await in_store(hub, one)) == (set(), False)


async def test_a_crash_between_row_and_content_is_made_good(hub: Hub) -> None:
    entry = await uploaded(hub)
    hub.clock.forward(days=91)
    async with hub.begin(CLOCK) as uow:
        await sweep_uploads(uow, "")
    assert await in_store(hub, entry)
    async with hub.begin(CLOCK) as uow:
        await uow.storage.delete(entry.sha256)  # and the transaction that would have said so is lost
    await swept(hub)
    assert await hub.value("select count(*) from vault.discarded") == 0


async def test_the_same_bytes_uploaded_again_meanwhile_are_kept(hub: Hub) -> None:
    await uploaded(hub)
    hub.clock.forward(days=91)
    async with hub.begin(CLOCK) as uow:
        await sweep_uploads(uow, "")
    again = await uploaded(hub)
    await swept(hub)
    async with hub.begin() as uow:
        assert await vault.read(uow, again.id) == b"noi dung"


async def test_a_deletion_waits_for_an_upload_of_the_same_bytes_that_is_not_yet_committed(hub: Hub) -> None:
    old = await uploaded(hub)
    hub.clock.forward(days=91)
    async with hub.begin(CLOCK) as uow:
        await sweep_uploads(uow, "")

    async def delete() -> None:
        async with hub.begin(CLOCK) as uow:
            await delete_discarded(uow, "")

    async with hub.begin() as uow:
        again = await vault.store(
            uow, b"noi dung", owner_id=uuid7(), kind=Kind.COMPONENT, name="a.pdf", media_type="application/pdf"
        )
        deleting = asyncio.create_task(delete())
        async with asyncio.timeout(30):
            while not deleting.done() and not await hub.value(WAITING):
                await asyncio.sleep(0)
    await deleting
    assert again.sha256 == old.sha256
    assert await in_store(hub, again)


async def test_a_dossier_cannot_take_over_what_has_just_lapsed(hub: Hub) -> None:
    entry = await uploaded(hub)
    hub.clock.forward(days=91)
    await swept(hub)
    with pytest.raises(vault.NoSuchEntry):
        async with hub.begin() as uow:
            await vault.hold(uow, [entry.id], uuid7())


async def test_an_upload_that_is_being_taken_over_is_left_out(hub: Hub) -> None:
    """Also when the taking over is not yet committed."""
    entry = await uploaded(hub)
    hub.clock.forward(days=91)
    async with hub.begin() as uow:
        await vault.hold(uow, [entry.id], uuid7())
        async with asyncio.timeout(10):
            await swept(hub)
    assert await left(hub) == {entry.id}


async def test_nothing_is_deleted_while_keys_are_changed(hub: Hub) -> None:
    entry = await uploaded(hub)
    hub.clock.forward(days=91)
    async with hub.db.pool.acquire() as changing, changing.transaction():
        await changing.execute("select pg_advisory_xact_lock(hashtextextended('vault.upkeep', 0))")
        await swept(hub)
        assert await in_store(hub, entry)
    await swept(hub)
    assert not await in_store(hub, entry)
