"""Long-term data are renewed before the time-stamp that vouches for them lapses (SIGNING §1; issue 3, Seal)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub import identity, migrations, notification, portfolio, result, vault
from hub.kernel.ids import uuid7
from hub.kernel.signatures import Checker
from hub.portfolio import LongTermRenewed, Outcome, Renewing, Trust, renewal_telling
from hub.result import Delivered
from signing import (
    LaterChanges,
    Level,
    LocalTimestamper,
    Look,
    Policy,
    Role,
    TimestampError,
    TrustStore,
    seal_pdf,
    verify,
)
from signing.keys import SoftKey
from signing.test_pki import Pki
from tests.support.modules import Clock, Hub, blank_pdf

YEAR = timedelta(days=365)
CAS = ("root", "gov-ca", "public-ca")


class Archive:
    """An installation whose first time-stamp authority ends after a year."""

    def __init__(self, hub: Hub, pki: Pki) -> None:
        self.hub = hub
        self.pki = pki
        self.trust = Trust(hub.db)
        self.checker = Checker(self.trust)
        now = hub.clock.now
        self.short = pki.issue("root", "TSA ngắn", start=now - timedelta(days=1), end=now + YEAR, kind="tsa")
        self.renewing = Renewing(db=hub.db, checker=self.checker, trust=self.trust, tsa=pki.tsa(hub.clock))

    async def start(self) -> None:
        async with self.hub.begin() as uow:
            await portfolio.bring(uow, self.pki.trust_list(), ("Người thứ nhất", "Người thứ hai"))
        await self.crls()

    async def crls(self) -> None:
        for name in CAS:
            async with self.hub.begin() as uow:
                await portfolio.import_crl(uow, f"{name}.crl", self.pki.crl(name, self.hub.clock.now))

    async def later(self, **by: float) -> None:
        self.hub.clock.forward(**by)
        await self.crls()

    async def sealed(self, *, level: Level = Level.B_LTA, certify: bool = False, tsa: SoftKey | None = None) -> bytes:
        return await seal_pdf(
            blank_pdf(),
            self.pki.key("agency"),
            Look(role=Role.AGENCY),
            tsa=LocalTimestamper(tsa or self.short, self.hub.clock),
            trust=await self.trust.current(),
            level=level,
            certify=certify,
            at=self.hub.clock.now,
        )

    def troubling(self) -> Renewing:
        """With an authority that lasts no longer than the one before."""
        tsa = LocalTimestamper(self.short, self.hub.clock)
        return Renewing(db=self.hub.db, checker=self.checker, trust=self.trust, tsa=tsa)

    async def stored(
        self,
        content: bytes,
        *,
        policy: Policy = Policy.OWN,
        retention: vault.Retention = vault.Retention.PERMANENT,
        owner: UUID | None = None,
    ) -> UUID:
        report = await self.checker.check(content, self.hub.clock.now, policy=policy)
        async with self.hub.begin() as uow:
            entry = await vault.store(
                uow, content, owner_id=owner or uuid7(), kind=vault.Kind.RESULT, name="Quyết định.pdf",
                media_type="application/pdf", retention=retention,
            )  # fmt: skip
            await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.SEALING)
        return entry.id

    async def versions(self, entry_id: UUID) -> list[tuple[vault.Entry, bytes]]:
        async with self.hub.db.read() as uow:
            found = await vault.versions(uow, (await vault.entry(uow, entry_id)).document_id)
            return [(each, await uow.storage.read(each.sha256)) for each in found]

    async def verdicts(self, ids: list[UUID]) -> list[vault.Verdict]:
        async with self.hub.db.read() as uow:
            found = await vault.verdicts(uow, ids)
        return [found[each] for each in ids]

    async def troubled(self) -> tuple[portfolio.Renewal, ...]:
        async with self.hub.db.read() as uow:
            return await portfolio.troubled(uow)

    def years_later(self, data: bytes) -> str:
        """Own policy; nothing but the anchors and the CRL about the time-stamp authority is known by then."""
        at = self.hub.clock.now + 4 * YEAR
        store = TrustStore([self.pki.trust_list()])
        store.import_crl(self.pki.crl("root", at), at)
        return verify(data, trust=store, at=at, policy=Policy.OWN).indication


@pytest.fixture
async def archive(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    made = Archive(hub, Pki.load_or_create(tmp_path_factory.getbasetemp() / "portfolio-pki", Clock().now))
    await made.start()
    return made


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
@pytest.mark.parametrize("certify", [False, True])
async def test_a_result_is_renewed_once_in_time_and_holds_years_later(
    archive: Archive, level: Level, certify: bool
) -> None:
    """Only long-term data are added; what is B-T is lifted. The version before stays as it was."""
    entry = await archive.stored(await archive.sealed(level=level, certify=certify))
    assert await archive.renewing.once() == 0, "a year is left"
    await archive.later(days=300)
    assert await archive.renewing.once() == 1
    assert await archive.renewing.once() == 0
    (first, original), (second, renewed) = await archive.versions(entry)
    assert renewed.startswith(original)
    assert first.id == entry
    assert (second.version, second.retention, second.owner_id) == (2, "permanent", first.owner_id)
    report = await archive.checker.check(renewed, archive.hub.clock.now, policy=Policy.OWN)
    assert report.passed
    assert report.later_changes is not LaterChanges.FORBIDDEN
    assert archive.years_later(renewed) == "TOTAL-PASSED"
    assert archive.years_later(original) == "INDETERMINATE"
    before, after = await archive.verdicts([first.id, second.id])
    assert before.lapses_at is not None
    assert after.lapses_at is not None
    assert after.lapses_at > before.lapses_at + YEAR
    assert after.archived
    (fact,) = archive.hub.told(LongTermRenewed)
    assert (fact.entry_id, fact.renewed_id, fact.holds_until) == (first.id, second.id, after.lapses_at)
    assert await archive.hub.value("select count(*) from kernel.audit where action = 'portfolio:renewal:renewed'") == 1
    async with archive.hub.db.read() as uow:
        (kept,) = await vault.reports_of(uow, second.id)
    assert kept.occasion is vault.Occasion.RENEWAL


async def test_the_public_page_says_that_a_result_was_renewed_and_keeps_its_code_and_first_digest(
    archive: Archive,
) -> None:
    """RES-10, RES-11: by the same token; the verdict is the newest version's."""
    hub = archive.hub
    async with hub.begin() as uow:
        await result.bring_seals(uow, ["H01.03"], [archive.pki.certificate("agency").der])
        (released,) = await result.receive(
            uow,
            dossier_id=uuid7(),
            dossier_code="H01.03-261123-0007",
            owner_id=uuid7(),
            files=(Delivered(name="Quyết định.pdf", content=await archive.sealed()),),
            checker=archive.checker,
            deciders=("H01.03",),
            unit_name="Sở Nông nghiệp và Môi trường",
        )
    await archive.later(days=300)
    await archive.renewing.once()
    async with hub.db.read() as uow:
        seen = await result.by_token(uow, released.token)
        stands = (await vault.current(uow, [released.entry_id]))[released.entry_id]
    assert (seen.code, seen.sha256) == (released.code, released.sha256)
    assert (seen.renewed_at, seen.renewed_sha256) == (hub.clock.now, stands.sha256)
    hub.clock.forward(minutes=1)
    async with hub.begin() as uow:
        run = await portfolio.withdraw(uow, archive.pki.trust_list().name, because="thử")
    assert run.total == 1, "the version before speaks through the newest one: its holder is told once"


async def test_a_document_with_a_bad_verdict_is_named_and_does_not_stop_the_others(archive: Archive) -> None:
    """It is not touched, and looked at again a day later. What was signed before the revocation is renewed."""
    good = await archive.stored(await archive.sealed())
    archive.hub.clock.forward(days=200)
    archive.pki.revoke("agency", archive.hub.clock.now - timedelta(hours=1))
    try:
        await archive.later(minutes=1)
        late = await archive.stored(await archive.sealed(level=Level.B_T))
        await archive.later(days=99)
        assert await archive.renewing.once() == 2
    finally:
        archive.pki.revoked.pop("agency")
    assert [len(await archive.versions(each)) for each in (good, late)] == [2, 1]
    (named,) = await archive.troubled()
    assert (named.entry_id, named.outcome, named.attempts) == (late, Outcome.REFUSED, 1)
    assert "hiện không được kết luận là hợp lệ" in named.why_vi
    assert "thu hồi" in named.why_vi
    assert await archive.renewing.once() == 0
    archive.hub.clock.forward(days=1, minutes=1)
    assert await archive.renewing.once() == 1
    (again,) = await archive.troubled()
    assert again.attempts == 2


async def test_a_process_that_dies_after_the_file_is_written_leaves_nothing_half_done(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await archive.stored(await archive.sealed())
    await archive.later(days=300)
    with monkeypatch.context() as broken:
        broken.setattr("hub.portfolio.renewing.repository.put", _dies)
        with pytest.raises(SystemExit):
            await archive.renewing.once()
    assert len(await archive.versions(entry)) == 1
    assert await archive.renewing.once() == 1
    assert [each.version for each, _ in await archive.versions(entry)] == [1, 2]


async def _dies(*_: object) -> bool:
    raise SystemExit


async def test_an_authority_that_lasts_no_longer_makes_no_version_after_version(archive: Archive) -> None:
    entry = await archive.stored(await archive.sealed())
    await archive.later(days=300)
    assert await archive.troubling().once() == 1
    (named,) = await archive.troubled()
    assert "không bền hơn" in named.why_vi
    assert len(await archive.versions(entry)) == 1


class Silent:
    """An authority that is away."""

    def __init__(self) -> None:
        self.asked = 0

    async def stamp(self, digest: bytes, algorithm: str) -> bytes:
        self.asked += 1
        raise TimestampError("dịch vụ dấu thời gian không trả lời / gave no answer")


async def test_an_authority_that_is_away_is_asked_once_a_run(archive: Archive) -> None:
    """A hundred documents do not each wait for its time-out while the other jobs stand still."""
    for _ in range(3):
        await archive.stored(await archive.sealed())
    await archive.later(days=300)
    silent = Silent()
    away = Renewing(db=archive.hub.db, checker=archive.checker, trust=archive.trust, tsa=silent)
    assert [await away.once(), silent.asked] == [1, 1]
    (named,) = await archive.troubled()
    assert (named.outcome, "không trả lời" in named.why_vi) == (Outcome.FAILED, True)
    assert await archive.renewing.once() == 2


@pytest.mark.parametrize("warned", [False, True])
async def test_a_holder_hears_of_a_renewal_only_after_a_warning(archive: Archive, warned: bool) -> None:
    """RES-05: what goes well is seen in the vault and disturbs nobody."""
    hub = archive.hub
    async with hub.begin() as uow:
        person = await identity.register(
            uow,
            identity.Registration(
                name="Nguyễn Thị Mẫu", id_number="089190000079", phone="0912345679", password="Mot-cua-2026!",
                email="mau79@example.vn", declared=True,
            ),
        )  # fmt: skip
    await archive.stored(await archive.sealed(), owner=person.id)
    await archive.later(days=350 if warned else 300)
    if warned:
        await archive.troubling().once()
        async with hub.begin() as uow:
            await renewal_telling.tell(uow)
        hub.clock.forward(days=1, minutes=1)
        await archive.crls()
    await archive.renewing.once()
    async with hub.db.read() as uow:
        said = [each.title for each in await notification.inbox_of(uow, person.id)]
    about = "Dữ liệu xác minh dài hạn của «Quyết định.pdf»"
    assert said == ([f"{about} đã được gia hạn", f"{about} sắp hết hạn"] if warned else [])


async def test_uploads_that_may_lapse_and_papers_without_a_document_time_stamp_are_left_alone(archive: Archive) -> None:
    draft = await archive.stored(await archive.sealed(), retention=vault.Retention.DRAFT)
    plain = await archive.stored(await archive.sealed(level=Level.B_T), retention=vault.Retention.DOSSIER)
    kept = await archive.stored(await archive.sealed(), retention=vault.Retention.DOSSIER)
    await archive.later(days=300)
    assert await archive.renewing.once() == 1
    assert [len(await archive.versions(each)) for each in (draft, plain, kept)] == [1, 1, 2]


async def test_a_lapse_that_an_older_report_did_not_know_is_looked_up_in_the_file(archive: Archive) -> None:
    """The migration's estimate may be too early; the file decides, and nothing is renewed before its time."""
    entry = await archive.stored(await archive.sealed())
    await archive.hub.db.pool.execute(
        "update vault.verdict set lapses_at = $2 where entry_id = $1", entry, archive.hub.clock.now
    )
    archive.hub.clock.forward(minutes=1)
    assert await archive.renewing.once() == 1
    assert await archive.renewing.once() == 0
    assert len(await archive.versions(entry)) == 1


async def test_two_processes_at_once_make_one_version(archive: Archive) -> None:
    """The schedule lets one run at a time; even without it nothing is renewed twice."""
    entries = [await archive.stored(await archive.sealed()) for _ in range(3)]
    await archive.later(days=300)
    await asyncio.gather(archive.renewing.once(), archive.renewing.once())
    assert [len(await archive.versions(each)) for each in entries] == [2, 2, 2]
    assert await archive.troubled() == ()
    assert len(archive.hub.told(LongTermRenewed)) == 3


async def test_the_migration_estimates_no_later_than_the_file_says(archive: Archive) -> None:
    """Verdicts from before the column: too early only makes the renewal look at the file."""
    entries = [await archive.stored(await archive.sealed(level=level)) for level in (Level.B_T, Level.B_LTA)]
    known = await archive.verdicts(entries)
    pool = archive.hub.db.pool
    await pool.execute("update vault.verdict set lapses_at = null, archived = false")
    for statement in (Path(migrations.__file__).parent / "sql/0020_renewal.sql").read_text().split(";"):
        if "update vault.verdict" in statement:
            await pool.execute(statement)
    for before, after in zip(known, await archive.verdicts(entries), strict=True):
        assert before.lapses_at is not None
        assert after.lapses_at is not None
        assert after.lapses_at <= before.lapses_at
        assert after.archived == before.archived
