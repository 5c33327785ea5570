"""The hub's checker remembers, and forgets when it must."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from hub.kernel.signatures import Checker
from signing import Look, Policy, Report, Role, SubIndication, TrustStore, seal_pdf, verify
from signing.test_pki import Pki
from tests.support.modules import blank_pdf

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


class Counting:
    """Stands where the pool of workers stands, and counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.cut = False

    async def verify(self, source: bytes | Path, *, at: datetime, **more: Any) -> Report:
        self.asked += 1
        data = source if isinstance(source, bytes) else source.read_bytes()
        report = verify(data, at=at, trust=more["trust"], policy=more["policy"])
        return _cut(report) if self.cut else report


def _cut(report: Report) -> Report:
    return replace(report, sub_indication=SubIndication.POLICY_PROCESSING_ERROR)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", NOW)


@pytest.fixture
async def sealed(pki: Pki) -> bytes:
    return await seal_pdf(blank_pdf(), pki.key("agency"), Look(role=Role.AGENCY), tsa=pki.tsa(lambda: NOW), at=NOW)


def checker(trust: TrustStore, pool: Counting) -> Checker:
    return Checker(trust, workers=pool)  # type: ignore[arg-type]


async def test_the_same_file_is_verified_once_in_a_while(pki: Pki, sealed: bytes, tmp_path: Path) -> None:
    """RES-10: anybody may ask about a result, as often as they like."""
    pool = Counting()
    check = checker(pki.trust(NOW), pool)
    (tmp_path / "same.pdf").write_bytes(sealed)
    first = await check.check(sealed, NOW)
    later = NOW + timedelta(minutes=4)
    assert await check.check(tmp_path / "same.pdf", later) == replace(first, at=later)
    assert (first.passed, pool.asked) == (True, 1)
    await check.check(sealed, NOW + timedelta(minutes=6))
    await check.check(sealed, NOW, policy=Policy.OWN)
    await check.check(sealed + b"\n", NOW)
    assert pool.asked == 4


async def test_what_was_judged_later_says_nothing_of_an_earlier_moment(pki: Pki, sealed: bytes) -> None:
    pool = Counting()
    check = checker(pki.trust(NOW), pool)
    await check.check(sealed, NOW)
    await check.check(sealed, NOW - timedelta(minutes=1))
    assert pool.asked == 2


async def test_another_trust_is_another_question(pki: Pki, sealed: bytes) -> None:
    pool, trusts = Counting(), [pki.trust(NOW), TrustStore()]

    class Changing:
        async def current(self) -> TrustStore:
            return trusts[0]

    check = Checker(Changing(), workers=pool)  # type: ignore[arg-type]
    assert (await check.check(sealed, NOW)).passed
    trusts.pop(0)
    assert not (await check.check(sealed, NOW)).passed


async def test_a_password_and_a_verdict_that_was_cut_short_are_not_remembered(pki: Pki, sealed: bytes) -> None:
    pool = Counting()
    check = checker(pki.trust(NOW), pool)
    pool.cut = True
    await check.check(sealed, NOW)
    pool.cut = False
    assert (await check.check(sealed, NOW)).passed
    for _ in range(2):
        await check.check(sealed, NOW, password="bí mật")
    assert pool.asked == 4
