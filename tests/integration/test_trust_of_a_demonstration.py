"""A demonstration's CRLs are issued anew before they lapse, and forget nothing (issue 3, trust)."""

from pathlib import Path

from hub import portfolio
from hub.install import installed
from hub.kernel.actor import system
from hub.kernel.clock import Clock as AnyClock
from hub.settings import Settings, load
from signing.test_pki import Pki
from tests.support.modules import Clock


async def test_a_restart_after_a_crl_lapsed_keeps_the_revocations_that_were_imported(
    database_url: str, tmp_path: Path
) -> None:
    environ = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 40}
    clock = Clock()
    async with installed(load(environ), clock) as parts:
        pki = Pki.load_or_create(parts.keys.folder, clock.now)
        clock.forward(minutes=5)
        pki.revoke("leader", clock.now)
        async with parts.db.begin(system("test")) as uow:
            assert await portfolio.import_crl(uow, "gov-ca.crl", pki.crl("gov-ca", clock.now)) is not None
    clock.forward(days=6, hours=12)
    number, revoked = await _newest(load(environ), clock, pki)
    assert number == int(clock.now.timestamp())
    assert pki.certificate("leader").serial in revoked
    assert pki.certificate("revoked").serial in revoked


async def _newest(settings: Settings, clock: AnyClock, pki: Pki) -> tuple[int | None, dict[int, object]]:
    async with installed(settings, clock) as parts:
        crl = (await portfolio.Trust(parts.db).current()).revocation.newest_crl(pki.certificate("gov-ca"))
    assert crl is not None
    return crl.number, dict(crl.entries())
