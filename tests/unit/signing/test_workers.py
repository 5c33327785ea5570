"""Files from outside are verified in processes that can be killed, and the pool is alive afterwards (SUB-11, RES-10)."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from signing import Indication, Look, Policy, Role, SubIndication, TrustStore, seal_pdf
from signing.test_pki import Pki
from signing.workers import Workers
from tests.support.modules import Clock, blank_pdf


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", Clock().now)


async def sealed(pki: Pki, name: str = "agency") -> bytes:
    clock = Clock()
    return await seal_pdf(blank_pdf(), pki.key(name), Look(role=Role.AGENCY), tsa=pki.tsa(clock), at=clock.now)


async def test_bytes_and_files_get_the_same_report_and_new_revocation_data_is_told(pki: Pki, tmp_path: Path) -> None:
    at, data = Clock().now, await sealed(pki)
    file = tmp_path / "van-ban.pdf"
    file.write_bytes(data)
    trust = TrustStore([pki.trust_list()])
    async with Workers(1) as workers:
        first = await workers.verify(data, trust=trust, at=at)
        assert first.sub_indication is SubIndication.TRY_LATER
        pki.refresh(trust, at)
        second = await workers.verify(file, trust=trust, at=at)
        assert (second.indication, second.sha256) == (Indication.TOTAL_PASSED, first.sha256)
        other = await workers.verify(file, trust=TrustStore(), at=at)
        assert other.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
        assert workers.replaced == 0


async def test_a_worker_over_its_time_is_ended_the_answer_says_so_and_the_next_file_is_verified(pki: Pki) -> None:
    at, data, trust = Clock().now, await sealed(pki), pki.trust(Clock().now)
    async with Workers(1, seconds=0.0) as hasty:
        report = await hasty.verify(data, trust=trust, at=at, policy=Policy.OWN)
        assert report.indication is Indication.INDETERMINATE
        assert report.sub_indication is SubIndication.POLICY_PROCESSING_ERROR
        assert "vượt giới hạn" in report.sentence_vi
        assert report.size == len(data)
        hasty._seconds = 30.0
        assert (await hasty.verify(data, trust=trust, at=at)).passed


async def test_a_file_that_takes_too_much_memory_is_undetermined_and_the_pool_is_alive(pki: Pki) -> None:
    at, data, trust = Clock().now, await sealed(pki), pki.trust(Clock().now)
    async with Workers(1, seconds=60, memory=24 * 1024 * 1024) as workers:
        report = await workers.verify(data + b"\0" * 40 * 1024 * 1024, trust=trust, at=at)
        assert report.sub_indication is SubIndication.POLICY_PROCESSING_ERROR
        assert workers.replaced == 1
        assert (await workers.verify(data, trust=trust, at=at)).passed


async def test_a_worker_that_was_killed_is_replaced(pki: Pki) -> None:
    at, data, trust = Clock().now, await sealed(pki), pki.trust(Clock().now)
    async with Workers(1, seconds=60) as workers:
        assert (await workers.verify(data, trust=trust, at=at)).passed
        (worker,) = workers._idle
        os.kill(worker.process.pid, signal.SIGKILL)
        await worker.process.wait()
        assert (await workers.verify(data, trust=trust, at=at)).passed


async def test_workers_know_no_secret_of_the_hub(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not-for-parsers-of-hostile-files")
    async with Workers(1, seconds=60) as workers:
        await workers.verify(b"%PDF-1.7", trust=TrustStore(), at=Clock().now)
        (worker,) = workers._idle
        environment = await asyncio.to_thread(Path(f"/proc/{worker.process.pid}/environ").read_bytes)
    assert b"SECRET_KEY" not in environment
