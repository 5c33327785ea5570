"""The national gateway signs whole files and answers when the person has decided (WIRE §12, RES-01, WFL-08)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub import sealing, vault
from hub.kernel.errors import Invalid
from hub.sealing import Face, Rounds, Service, Status
from signing import Role, verify
from signing.test_pki import Pki
from tests.support.modules import Hub
from tests.support.signing_app import LEADER, App, asked, looked, signing_app


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    from tests.unit.signing.makers import NOW

    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", NOW)


@pytest.fixture
async def app(hub: Hub, tmp_path: Path, pki: Pki) -> AsyncIterator[App]:
    async with signing_app(hub, tmp_path, pki) as made:
        yield made


async def content(hub: Hub, request: sealing.Request) -> bytes:
    async with hub.db.read() as uow:
        return await uow.storage.read((await vault.versions(uow, request.document_id))[-1].sha256)


async def test_a_page_does_not_wait_for_the_person(hub: Hub, app: App) -> None:
    """The gateway's transaction is stored before the file goes; the worker sends it."""
    request = await sealing.begin(hub.db, app.studio, (await asked(hub, Service.NEAC)).id)
    assert request.status is Status.WAITING
    assert request.remote is not None
    assert app.asked() == []
    assert (await looked(hub, app, request)).status is Status.WAITING
    assert len(app.asked()) == 1


async def test_a_line_that_breaks_asks_for_the_same_signature_again(hub: Hub, app: App) -> None:
    """kill -9 while the gateway holds the line: one confirmation on the phone, one signature."""
    request = await sealing.begin(hub.db, app.studio, (await asked(hub, Service.NEAC)).id)
    for _ in range(3):
        look = asyncio.create_task(looked(hub, app, request))
        while not app.asked():
            await asyncio.sleep(0)
        look.cancel()
        await asyncio.gather(look, return_exceptions=True)
    app.confirm()
    assert (await looked(hub, app, request)).status is Status.SIGNED
    assert len(app.asked()) == 1


async def test_the_seal_goes_on_top_of_what_the_gateway_signed(hub: Hub, app: App) -> None:
    """Its signature has no time-stamp of its own, so ours proves when it was there; the agency's seal may follow."""
    request = await looked(hub, app, await asked(hub, Service.NEAC))
    app.confirm()
    request = await looked(hub, app, request)
    assert request.status is Status.SIGNED
    assert request.signed_entry is not None
    before = await content(hub, request)
    async with hub.begin() as uow:
        seal = await sealing.know_credential(
            uow, officer_id=LEADER, agency_code="H01", holder="Văn thư", service=Service.CSC2, account="vanthu"
        )
        request = await sealing.ask(
            uow, entry_id=request.signed_entry, credential_id=seal.id, face=Face.AGENCY, title="Quyết định"
        )
    await looked(hub, app, request)
    app.confirm()
    await looked(hub, app, request)
    data = await content(hub, request)
    assert data.startswith(before)
    report = verify(data, trust=app.pki.trust(hub.clock.now), at=hub.clock.now + timedelta(minutes=5))
    assert report.passed
    signed = [each for each in report.signatures if each.role is not Role.TIMESTAMP]
    assert [each.signer for each in signed] == ["Nguyễn Văn Minh", "Sở Tài nguyên và Môi trường tỉnh An Giang"]
    assert signed[0].best_time == hub.clock.now


async def test_a_document_that_came_back_changed_is_refused(hub: Hub, app: App) -> None:
    request = await looked(hub, app, await asked(hub, Service.NEAC))
    app.confirm()
    app.fault("forged-signature", None)
    failed = await looked(hub, app, request)
    assert failed.status is Status.FAILED
    assert "changes more than a signature" in failed.cause
    assert hub.told(sealing.DocumentSigned) == []


async def test_a_person_declines_or_lets_the_time_pass(hub: Hub, app: App) -> None:
    request = await looked(hub, app, await asked(hub, Service.NEAC))
    app.confirm("declined")
    assert (await looked(hub, app, request)).status is Status.DECLINED
    request = await looked(hub, app, await asked(hub, Service.NEAC))
    hub.clock.forward(hours=25)
    assert (await looked(hub, app, request)).status is Status.EXPIRED


@pytest.mark.parametrize("face", [Face.NUMBER, Face.DATE])
async def test_the_gateway_shows_no_number_and_no_date(hub: Hub, app: App, face: Face) -> None:
    with pytest.raises(Invalid, match="no-stamps-there"):
        await asked(hub, Service.NEAC, face=face, words="Số: 12/QĐ")


async def test_a_service_that_holds_the_line_holds_up_nobody_else(hub: Hub, tmp_path: Path, pki: Pki) -> None:
    async with signing_app(hub, tmp_path, pki, hold=60) as app:
        held = await asked(hub, Service.NEAC)
        worker = asyncio.create_task(Rounds(hub.db, app.studio, poll_seconds=0.01).run())
        while not app.asked():
            await asyncio.sleep(0.01)
        other = await asked(hub)
        await until(hub, other, Status.WAITING)
        assert (await state(hub, held)).status is Status.WAITING
        app.confirm()  # the newest one
        await until(hub, other, Status.SIGNED)
        app.confirm()
        await until(hub, held, Status.SIGNED)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def state(hub: Hub, request: sealing.Request) -> sealing.Request:
    async with hub.db.read() as uow:
        return await sealing.state_of(uow, request.id)


async def until(hub: Hub, request: sealing.Request, status: Status) -> None:
    """Time goes on meanwhile: the next look is due some seconds after the last one."""
    while (await state(hub, request)).status is not status:
        hub.clock.forward(seconds=1)
        await asyncio.sleep(0.05)
