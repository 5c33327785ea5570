"""Stored documents are verified again when what their verdict rests on changes (RES-01, RES-10, SUB-11, PAY-04)."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub import identity, notification, portfolio, result, vault
from hub.kernel.actor import Actor
from hub.kernel.errors import Conflict, Forbidden, Invalid
from hub.kernel.ids import uuid7
from hub.kernel.signatures import Checker
from hub.portfolio import Reverifier, Run, Trust, VerdictChanged
from hub.portfolio.running import ATTEMPTS
from hub.result import Delivered
from signing import Level, Look, Role, TrustList, seal_pdf
from signing.test_pki import Pki
from tests.support.modules import OFFICER, Clock, Hub, blank_pdf

OTHER = Actor(kind="officer", id="o-2", name="Đỗ Văn Vận Hành")


class Desk:
    """The operator's work, as a test does it."""

    def __init__(self, hub: Hub, pki: Pki) -> None:
        self.hub = hub
        self.pki = pki
        self.trust = Trust(hub.db)
        self.checker = Checker(self.trust)
        self.runner = Reverifier(hub.db, self.checker)

    async def start(self) -> None:
        async with self.hub.begin() as uow:
            await portfolio.bring(uow, self.pki.trust_list(), ("Người thứ nhất", "Người thứ hai"))
        for name in ("root", "gov-ca", "public-ca"):
            await self.crl(name)

    async def crl(self, name: str) -> Run | None:
        async with self.hub.begin() as uow:
            return await portfolio.import_crl(uow, f"{name}.crl", self.pki.crl(name, self.hub.clock.now))

    async def sealed(self, name: str, *, level: Level = Level.B_T) -> bytes:
        look = Look(role=Role.AGENCY)
        tsa = self.pki.tsa(self.hub.clock) if level is not Level.B_B else None
        return await seal_pdf(blank_pdf(), self.pki.key(name), look, tsa=tsa, level=level, at=self.hub.clock.now)

    async def stored(
        self, name: str, owner: UUID, *, level: Level = Level.B_T, retention: vault.Retention = vault.Retention.DOSSIER
    ) -> UUID:
        content = await self.sealed(name, level=level)
        report = await self.checker.check(content, self.hub.clock.now)
        assert report.passed, report.sentence_en
        async with self.hub.begin() as uow:
            entry = await vault.store(
                uow, content, owner_id=owner, kind=vault.Kind.RESULT, name=f"{name}.pdf", media_type="application/pdf",
                retention=retention,
            )  # fmt: skip
            await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.RELEASE)
        return entry.id

    async def run_all(self) -> int:
        """Until nothing waits; how many documents were verified."""
        total = 0
        while found := await self.runner.once():
            total += found
        return total

    async def round(self, run: Run) -> Run:
        """As it stands now."""
        async with self.hub.db.read() as uow:
            return next(each for each in await portfolio.runs(uow) if each.id == run.id)

    async def verdict(self, entry_id: UUID) -> str:
        async with self.hub.db.read() as uow:
            return (await vault.verdicts(uow, [entry_id]))[entry_id].sub_indication or "TOTAL-PASSED"


@pytest.fixture
async def desk(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    pki = Pki.load_or_create(tmp_path_factory.getbasetemp() / "portfolio-pki", Clock().now)
    desk = Desk(hub, pki)
    await desk.start()
    return desk


async def person(hub: Hub) -> UUID:
    async with hub.begin() as uow:
        new = await identity.register(
            uow,
            identity.Registration(
                name="Nguyễn Thị Mẫu", id_number="089190000001", phone="0912345678", password="Mot-cua-2026!",
                email="mau@example.vn", declared=True,
            ),
        )  # fmt: skip
    return new.id


async def test_a_revoked_certificate_concerns_its_documents_and_no_others_and_each_holder_is_told_once(
    desk: Desk,
) -> None:
    """RES-10: exactly the dependants are verified again; what was time-stamped before the revocation stays valid."""
    hub, owner = desk.hub, await person(desk.hub)
    early = await desk.stored("agency", owner)
    others = [await desk.stored("bank", owner), await desk.stored("leader", owner)]
    hub.clock.forward(hours=2)
    late = await desk.stored("agency", owner)
    desk.pki.revoke("agency", hub.clock.now - timedelta(hours=1))
    hub.clock.forward(minutes=5)
    try:
        run = await desk.crl("gov-ca")
    finally:
        desk.pki.revoked.pop("agency")
    assert run is not None
    assert run.total == 2
    assert await desk.run_all() == 2
    assert await desk.verdict(late) == "REVOKED_NO_POE"
    assert await desk.verdict(early) == "TOTAL-PASSED"
    assert {await desk.verdict(each) for each in others} == {"TOTAL-PASSED"}
    (fact,) = hub.told(VerdictChanged)
    assert (fact.entry_id, fact.from_indication, fact.to_indication) == (late, "TOTAL-PASSED", "INDETERMINATE")
    async with hub.db.read() as uow:
        (notice,) = await notification.inbox_of(uow, owner)
        (change,) = await portfolio.changes(uow)
        (round_, *_) = await portfolio.runs(uow)
        history = await vault.reports_of(uow, late)
    assert "cần xem lại" in notice.title
    assert "thu hồi" in notice.body
    assert len(hub.told(notification.MailWanted)) == 1
    assert change.told == 1
    assert (round_.done, round_.changed, round_.told) == (2, 1, 1)
    assert round_.ended_at == hub.clock.now
    assert [(h.number, h.occasion) for h in history] == [(1, "release"), (2, "again")]


async def test_a_withdrawn_list_is_felt_at_once_and_when_it_comes_back_people_are_told_again(desk: Desk) -> None:
    hub, owner = desk.hub, await person(desk.hub)
    entry = await desk.stored("agency", owner)
    table = desk.pki.trust_list()
    hub.clock.forward(minutes=1)
    async with hub.begin() as uow:
        run = await portfolio.withdraw(uow, table.name, because="CA bị đình chỉ")
    assert run.total == 1
    other_process = Checker(Trust(hub.db))
    assert not (await other_process.check(await desk.sealed("leader"), hub.clock.now)).passed
    await desk.run_all()
    assert await desk.verdict(entry) == "NO_CERTIFICATE_CHAIN_FOUND"
    hub.clock.forward(minutes=1)
    async with hub.begin() as uow:
        await portfolio.propose(uow, table)
    assert not (await desk.checker.check(await desk.sealed("leader"), hub.clock.now)).passed
    async with hub.begin(OTHER) as uow:
        again = await portfolio.approve(uow, table.name)
    assert again.total == 1
    await desk.run_all()
    assert await desk.verdict(entry) == "TOTAL-PASSED"
    async with hub.db.read() as uow:
        titles = [notice.title for notice in await notification.inbox_of(uow, owner)]
    assert len(titles) == 2
    assert any("hợp lệ trở lại" in title for title in titles)


async def test_a_list_needs_two_different_persons(desk: Desk) -> None:
    other = TrustList(name="danh-sách-khác", version="1", anchors=(desk.pki.certificate("other-root").der,))
    async with desk.hub.begin() as uow:
        await portfolio.propose(uow, other)
    with pytest.raises(Forbidden) as refused:
        async with desk.hub.begin() as uow:
            await portfolio.approve(uow, other.name)
    assert refused.value.code == "trust.same-person"
    with pytest.raises(Conflict):
        async with desk.hub.begin(OTHER) as uow:
            await portfolio.propose(uow, other)
    async with desk.hub.begin(OTHER) as uow:
        await portfolio.approve(uow, other.name)
    assert len((await desk.trust.current()).lists) == 2
    names = await desk.hub.value(
        "select array_agg(actor_name order by at, id) from kernel.audit where subject = $1", other.name
    )
    assert names == [OFFICER.name, OTHER.name]


async def test_an_older_crl_a_strangers_crl_and_a_file_that_is_none_are_refused(desk: Desk) -> None:
    old = desk.pki.crl("gov-ca", desk.hub.clock.now - timedelta(days=1))
    for der, code in (
        (old, "trust.older-revocation"),
        (desk.pki.crl("other-root"), "trust.not-revocation"),
        (b"CRL", "trust.not-revocation"),
    ):
        with pytest.raises((Invalid, Conflict)) as refused:
            async with desk.hub.begin() as uow:
                await portfolio.import_crl(uow, "tep.crl", der)
        assert refused.value.code == code
    assert await desk.crl("gov-ca") is None, "the same again is no news"


async def test_an_undecided_document_is_verified_again_when_the_awaited_crl_comes(
    hub: Hub, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pki = Pki.load_or_create(tmp_path_factory.getbasetemp() / "portfolio-pki", Clock().now)
    desk = Desk(hub, pki)
    async with hub.begin() as uow:
        await portfolio.bring(uow, pki.trust_list(), ("Người thứ nhất", "Người thứ hai"))
    content = await desk.sealed("agency")
    report = await desk.checker.check(content, hub.clock.now)
    assert report.sub_indication == "TRY_LATER"
    async with hub.begin() as uow:
        entry = await vault.store(
            uow, content, owner_id=uuid7(), kind=vault.Kind.COMPONENT, name="don.pdf", media_type="application/pdf"
        )
        await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.UPLOAD)
    for name in ("gov-ca", "root"):
        hub.clock.forward(minutes=1)
        run = await desk.crl(name)
        assert run is not None
        await desk.run_all()
    assert await desk.verdict(entry.id) == "TOTAL-PASSED"


async def test_a_worker_that_dies_loses_nothing_and_nobody_is_told_twice(desk: Desk) -> None:
    """What it had taken is free again when its lease ends; the round ends once."""
    hub, owner = desk.hub, await person(desk.hub)
    entries = [await desk.stored("agency", owner) for _ in range(3)]
    async with hub.begin() as uow:
        await portfolio.withdraw(uow, desk.pki.trust_list().name, because="thử")
    dying = asyncio.create_task(Reverifier(hub.db, Dying()).once())
    with pytest.raises(asyncio.CancelledError):
        await dying
    assert await desk.runner.once() == 0, "the dead worker's lease still runs"
    hub.clock.forward(minutes=3)
    assert await desk.run_all() == 3
    assert {await desk.verdict(each) for each in entries} == {"NO_CERTIFICATE_CHAIN_FOUND"}
    assert len(hub.told(VerdictChanged)) == 3
    assert await desk.runner.once() == 0


async def test_a_draft_that_was_deleted_meanwhile_holds_up_no_round(desk: Desk) -> None:
    hub, owner = desk.hub, await person(desk.hub)
    draft = await desk.stored("agency", owner, retention=vault.Retention.DRAFT)
    kept = await desk.stored("agency", owner)
    async with hub.begin() as uow:
        run = await portfolio.withdraw(uow, desk.pki.trust_list().name, because="thử")
        await vault.discard(uow, [draft])
    assert await desk.run_all() == 2
    round_ = await desk.round(run)
    assert (round_.total, round_.done, round_.changed) == (2, 2, 1)
    assert round_.ended_at is not None
    assert [fact.entry_id for fact in hub.told(VerdictChanged)] == [kept]


async def test_a_document_that_fails_every_time_keeps_its_verdict_and_ends_the_round(desk: Desk) -> None:
    hub, owner = desk.hub, await person(desk.hub)
    entry = await desk.stored("agency", owner)
    async with hub.begin() as uow:
        run = await portfolio.withdraw(uow, desk.pki.trust_list().name, because="thử")
    failing = Reverifier(hub.db, Failing())
    for attempt in range(ATTEMPTS):
        assert await failing.once() == 1, f"attempt {attempt + 1}"
        hub.clock.forward(minutes=3)
    assert await failing.once() == 0
    round_ = await desk.round(run)
    assert (round_.done, round_.changed) == (1, 0)
    assert round_.ended_at is not None
    assert await desk.verdict(entry) == "TOTAL-PASSED"
    assert hub.told(VerdictChanged) == []


async def test_a_process_that_is_killed_in_the_middle_of_a_round_is_taken_over(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    """kill -9, for real: every document is verified, each holder told once, the round ends."""
    hub, owner, documents = desk.hub, await person(desk.hub), 50
    content = await desk.sealed("agency")
    report = await desk.checker.check(content, hub.clock.now)
    async with hub.begin() as uow:
        for number in range(documents):
            entry = await vault.store(
                uow, content, owner_id=owner, kind=vault.Kind.RESULT, name=f"{number}.pdf", media_type="application/pdf"
            )
            await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.RELEASE)
        await portfolio.withdraw(uow, desk.pki.trust_list().name, because="thử")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.reverifier", database_url, str(tmp_path),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.readline() == b"20\n"
    process.kill()
    await process.wait()
    done = "select count(*) from portfolio.task where done_at is not null"
    assert 20 <= await hub.value(done) < documents
    hub.clock.now = datetime.now(UTC) + timedelta(minutes=3)
    await desk.run_all()
    assert await hub.value(done) == documents
    assert await hub.value("select count(*) from portfolio.change") == documents
    assert await hub.value("select count(*) from notification.notice where person_id = $1", owner) == documents
    assert await hub.value("select count(*) from portfolio.run where ended_at is null") == 0


class Dying(Checker):
    """As if the process were ended in the middle of a verification."""

    def __init__(self) -> None:
        pass

    async def check(self, *_: object, **__: object) -> None:  # type: ignore[override]
        raise asyncio.CancelledError


class Failing(Dying):
    """As if the file met a defect of ours."""

    async def check(self, *_: object, **__: object) -> None:  # type: ignore[override]
        raise RuntimeError


async def test_an_older_report_never_replaces_a_newer_one(desk: Desk) -> None:
    hub = desk.hub
    entry = await desk.stored("agency", uuid7())
    content = await desk.sealed("agency")
    stale = await Checker(desk.pki.trust(hub.clock.now - timedelta(hours=1))).check(
        content[:300] + b"x" + content[301:], hub.clock.now - timedelta(hours=1)
    )
    assert not stale.passed
    async with hub.begin() as uow:
        step = await vault.keep_report(uow, entry, stale, occasion=vault.Occasion.AGAIN)
    assert not step.changed
    assert await desk.verdict(entry) == "TOTAL-PASSED"


async def test_the_public_check_says_the_new_verdict(desk: Desk) -> None:
    """RES-10: at once, by the token on the paper."""
    hub = desk.hub
    async with hub.begin() as uow:
        await result.bring_seals(uow, ["H01.03"], [desk.pki.certificate("agency").der])
        (released,) = await result.receive(
            uow,
            dossier_id=uuid7(),
            dossier_code="H01.03-261123-0007",
            owner_id=uuid7(),
            files=(Delivered(name="Quyết định.pdf", content=await desk.sealed("agency")),),
            checker=desk.checker,
            deciders=("H01.03",),
            unit_name="Sở Nông nghiệp và Môi trường",
        )
    hub.clock.forward(minutes=1)
    async with hub.begin() as uow:
        await portfolio.withdraw(uow, desk.pki.trust_list().name, because="thử")
    await desk.run_all()
    async with hub.db.read() as uow:
        seen = await result.by_token(uow, released.token)
    assert "chưa tin cậy được" in seen.verdict_vi
