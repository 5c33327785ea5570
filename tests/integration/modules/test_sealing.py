"""A person signs in an app and the wait is a state (RES-01, WFL-08): any crash, any answer, signed at most once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from hub import sealing, vault
from hub.kernel.actor import Actor
from hub.kernel.db import UnitOfWork
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.ids import uuid7
from hub.kernel.lifecycle import IllegalTransition
from hub.sealing import Face, Request, Rounds, Service, Status
from hub.sealing.lifecycle import TRANSITIONS, Trigger, transition
from signing import verify
from signing.test_pki import Pki
from tests.support.depth import DEPTH
from tests.support.modules import OFFICER, Hub, blank_pdf
from tests.support.signing_app import LEADER, App, asked, looked, signing_app


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    from tests.unit.signing.makers import NOW

    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", NOW)


@pytest.fixture
async def app(hub: Hub, tmp_path: Path, pki: Pki) -> AsyncIterator[App]:
    async with signing_app(hub, tmp_path, pki) as made:
        yield made


async def versions(hub: Hub, request: Request) -> tuple[vault.Entry, ...]:
    async with hub.db.read() as uow:
        return await vault.versions(uow, request.document_id)


@pytest.mark.parametrize("service", list(Service))
async def test_what_a_person_confirms_is_verified_and_becomes_the_next_version(
    hub: Hub, app: App, service: Service
) -> None:
    """RES-01."""
    request = await looked(hub, app, await asked(hub, service))
    assert (request.status, request.signer) == (Status.WAITING, "Nguyễn Văn Minh")
    assert (await looked(hub, app, request)).status is Status.WAITING
    app.confirm()
    signed = await looked(hub, app, request)
    assert signed.status is Status.SIGNED
    (fact,) = hub.told(sealing.DocumentSigned)
    assert (fact.signed_entry, fact.document_id) == (signed.signed_entry, request.document_id)
    before, after = await versions(hub, request)
    assert (after.id, after.version, after.owner_id) == (signed.signed_entry, 2, before.owner_id)
    async with hub.db.read() as uow:
        data = await uow.storage.read(after.sha256)
        story = [step.target for step in await sealing.story(uow, request.id)]
    assert story == ["asked", "prepared", "waiting", "signed"]
    report = verify(data, trust=app.pki.trust(hub.clock.now), at=hub.clock.now)
    assert report.passed
    assert report.signatures[0].signer == "Nguyễn Văn Minh"
    assert app.asked_once(request)


async def test_a_person_who_declines_is_asked_again_as_another_request(hub: Hub, app: App) -> None:
    request = await looked(hub, app, await asked(hub))
    app.confirm("declined")
    declined = await looked(hub, app, request)
    assert declined.status is Status.DECLINED
    assert [fact.request_id for fact in hub.told(sealing.SigningDeclined)] == [request.id]
    async with hub.begin() as uow:
        fresh = await sealing.again(uow, request.id)
    with pytest.raises(Conflict, match=r"not-over|already-waiting"):
        async with hub.begin() as uow:
            await sealing.again(uow, request.id)
    assert fresh.transaction != request.transaction
    await looked(hub, app, fresh)
    app.confirm()
    assert (await looked(hub, app, fresh)).status is Status.SIGNED
    assert len(await versions(hub, request)) == 2


@pytest.mark.parametrize("service", list(Service))
async def test_a_crash_between_the_services_yes_and_our_record_asks_again_and_signs_once(
    hub: Hub, app: App, service: Service
) -> None:
    """Killed in every transaction after its writes and before its commit: asked again, signed once."""
    request = await asked(hub, service)
    deaths = 0
    for attempt in range(12):
        hub.clock.forward(seconds=90)
        try:
            async with dying(hub, after=attempt % 3):
                await looked(hub, app, request)
        except Killed:
            deaths += 1
        if deaths and app.asked() and not app.decided:
            app.confirm()
    async with hub.db.read() as uow:
        request = await sealing.state_of(uow, request.id)
    assert request.status is Status.SIGNED
    assert deaths >= 4
    assert app.asked_once(request)
    assert len(await versions(hub, request)) == 2


class Killed(Exception):
    """kill -9 while a transaction is open."""


@asynccontextmanager
async def dying(hub: Hub, *, after: int) -> AsyncIterator[None]:
    """The process commits so many transactions; the next one is lost with everything that it wrote."""
    begin, left = hub.db.begin, after

    @asynccontextmanager
    async def begin_and_die(actor: Actor) -> AsyncIterator[UnitOfWork]:
        nonlocal left
        async with begin(actor) as uow:
            yield uow
            left -= 1
            if left < 0:
                raise Killed

    hub.db.begin = begin_and_die  # type: ignore[method-assign]
    try:
        yield
    finally:
        hub.db.begin = begin  # type: ignore[method-assign]


@pytest.mark.parametrize("fault", ["http500", "down", "commit-then-timeout"])
async def test_a_service_that_fails_is_asked_later(hub: Hub, app: App, fault: str) -> None:
    request = await asked(hub)
    app.fault(fault)
    late = await looked(hub, app, request)
    assert late.open
    assert late.trouble
    assert late.next_poll_at > hub.clock.now
    assert (await looked(hub, app, request)).status is Status.WAITING
    app.confirm()
    app.fault(fault)
    await looked(hub, app, request)
    assert (await looked(hub, app, request)).status is Status.SIGNED
    assert len(app.asked()) == 1


async def test_a_forged_answer_is_never_embedded(hub: Hub, app: App) -> None:
    request = await looked(hub, app, await asked(hub))
    app.confirm()
    app.fault("forged-signature", None)
    failed = await looked(hub, app, request)
    assert failed.status is Status.FAILED
    assert "does not verify" in failed.cause
    assert len(await versions(hub, request)) == 1
    assert hub.told(sealing.DocumentSigned) == []


async def test_nobody_confirms_in_time(hub: Hub, app: App) -> None:
    request = await looked(hub, app, await asked(hub, patience=timedelta(hours=2)))
    hub.clock.forward(hours=2)
    assert (await looked(hub, app, request)).status is Status.EXPIRED
    assert len(hub.told(sealing.SigningExpired)) == 1
    app.confirm()
    assert (await looked(hub, app, request)).status is Status.EXPIRED
    assert len(await versions(hub, request)) == 1


async def test_a_service_that_never_answers_does_not_keep_a_request_for_ever(hub: Hub, app: App) -> None:
    request = await asked(hub)
    app.fault("down", None)
    assert (await looked(hub, app, request)).status is Status.ASKED
    hub.clock.forward(hours=25)
    assert (await looked(hub, app, request)).status is Status.EXPIRED


async def test_after_a_cancel_the_app_signs_nothing(hub: Hub, app: App) -> None:
    request = await looked(hub, app, await asked(hub))
    async with hub.begin() as uow:
        await sealing.cancel(uow, request.id, cause="nhầm tệp")
    app.confirm()
    assert (await looked(hub, app, request)).status is Status.CANCELLED
    assert len(await versions(hub, request)) == 1
    with pytest.raises(IllegalTransition):
        async with hub.begin() as uow:
            await sealing.cancel(uow, request.id)


async def test_a_document_that_changed_meanwhile_is_not_overwritten(hub: Hub, app: App) -> None:
    request = await looked(hub, app, await asked(hub))
    async with hub.begin() as uow:
        await vault.store(
            uow, blank_pdf() + b"\n", owner_id=LEADER, kind=vault.Kind.COMPONENT, name="Quyết định.pdf",
            media_type="application/pdf", document_id=request.document_id,
        )  # fmt: skip
    app.confirm()
    failed = await looked(hub, app, request)
    assert (failed.status, len(await versions(hub, request))) == (Status.FAILED, 2)
    assert "mới hơn" in failed.cause


async def test_leader_number_date_and_seal_are_signed_one_after_another(hub: Hub, app: App) -> None:
    """WFL-08, NĐ 30/2020: four signatures, each over the ones before it; every word can be read again."""
    request = await asked(hub)
    for face, account, words in (
        (Face.LEADER, "lanhdao", ""),
        (Face.NUMBER, "vanthu-canhan", "Số: 1234/QĐ-STNMT"),
        (Face.DATE, "vanthu-canhan", "An Giang, ngày 23 tháng 11 năm 2026"),
        (Face.AGENCY, "vanthu", ""),
    ):
        if face is not Face.LEADER:
            newest = (await versions(hub, request))[-1]
            async with hub.begin() as uow:
                credential = await sealing.know_credential(
                    uow, officer_id=LEADER, agency_code="H01", holder="Văn thư", service=Service.CSC2, account=account
                )
                request = await sealing.ask(
                    uow, entry_id=newest.id, credential_id=credential.id, face=face, title="QĐ", words=words
                )
        await looked(hub, app, request)
        app.confirm()
        assert (await looked(hub, app, request)).status is Status.SIGNED
    last = (await versions(hub, request))[-1]
    assert last.version == 5
    async with hub.db.read() as uow:
        data = await uow.storage.read(last.sha256)
    report = verify(data, trust=app.pki.trust(hub.clock.now), at=hub.clock.now)
    assert report.passed
    assert len(report.signatures) == 4
    from tests.unit.signing.test_seal_and_keys import text_of

    words = text_of(data)
    for part in ("Số: 1234/QĐ-STNMT", "An Giang, ngày 23 tháng 11 năm 2026", "Nguyễn Văn Minh"):
        assert part in words


async def test_what_cannot_be_asked(hub: Hub, app: App) -> None:
    request = await asked(hub)
    with pytest.raises(Conflict, match="already-waiting"):
        async with hub.begin() as uow:
            await sealing.ask(
                uow, entry_id=request.entry_id, credential_id=request.credential_id, face=Face.LEADER, title=""
            )
    with pytest.raises(Invalid, match="words-needed"):
        await asked(hub, face=Face.NUMBER)
    with pytest.raises(Invalid, match="no-such-credential"):
        await asked(hub, credential_id=uuid7())
    async with hub.begin() as uow:
        await sealing.retire_credential(uow, request.credential_id)
    async with hub.begin() as uow:
        with pytest.raises(Invalid):
            await sealing.credential_of(uow, request.credential_id, "H01")
        with pytest.raises(NotFound):
            await sealing.seen_by(uow, request.id, uuid7())
        assert (await sealing.seen_by(uow, request.id, LEADER)).id == request.id
        picture = await vault.store(
            uow, b"\x89PNG\r\n\x1a\n", owner_id=LEADER, kind=vault.Kind.COMPONENT, name="a.png", media_type="image/png"
        )
        with pytest.raises(Invalid, match="not-pdf"):
            await sealing.ask(uow, entry_id=picture.id, credential_id=request.credential_id, face=Face.LEADER, title="")


async def test_workers_share_what_is_due_and_look_less_and_less_often(hub: Hub, app: App) -> None:
    requests = [await asked(hub) for _ in range(5)]
    rounds = [Rounds(hub.db, app.studio, poll_seconds=1) for _ in range(3)]
    looked_at = await asyncio.gather(*(each.once() for each in rounds))
    assert sum(looked_at) == 5
    assert sorted(app.asked()) == sorted(each.transaction for each in requests)
    pauses = []
    for _ in range(8):
        async with hub.db.read() as uow:
            waiting = await sealing.state_of(uow, requests[0].id)
        pauses.append((waiting.next_poll_at - hub.clock.now).total_seconds())
        hub.clock.now = waiting.next_poll_at
        while await rounds[0].once():
            pass
    assert pauses == sorted(pauses)
    assert pauses[-1] == 30
    for _ in requests:
        app.confirm()
    async with hub.begin() as uow:
        for each in requests:
            await sealing.nudge(uow, each.transaction)
        with pytest.raises(NotFound):
            await sealing.nudge(uow, "unknown")
    assert sum(await asyncio.gather(*(each.once() for each in rounds))) == 5
    assert len(hub.told(sealing.DocumentSigned)) == 5


MOVES = st.lists(st.sampled_from(sorted(set(Trigger) - {Trigger.ASK})), max_size=8)


@settings(max_examples=40 * DEPTH, suppress_health_check=list(HealthCheck))
@given(MOVES)
async def test_random_triggers_never_leave_the_table(hub: Hub, moves: list[Trigger]) -> None:
    from hub.sealing import repository

    request = await asked(hub)
    for trigger in moves:
        possible = any(e.source is request.status and e.trigger is trigger for e in TRANSITIONS)
        try:
            change = transition(request, trigger, at=hub.clock.now)
        except IllegalTransition:
            assert not possible
            continue
        async with hub.begin() as uow:
            request = await repository.write(uow.conn, change, OFFICER, hub.clock.now)
        assert request.open == (request.ended_at is None)
        with pytest.raises(Conflict):
            async with hub.begin() as uow:
                await repository.write(uow.conn, change, OFFICER, hub.clock.now)
    async with hub.db.read() as uow:
        log = await sealing.story(uow, request.id)
    assert [step.version for step in log] == list(range(1, request.version + 1))
    assert log[-1].target is request.status
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await hub.db.pool.execute(
            "update sealing.request set status = 'signed', version = version + 1 where id = $1", request.id
        )
