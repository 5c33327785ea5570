"""Whoever holds a result's code gets the renewed file, is told so, and still gets the one that was issued (RES-10)."""

from hashlib import sha256
from pathlib import Path

import httpx

from hub import identity, portfolio, sealing
from hub.install import Installation, installed
from hub.kernel.actor import system
from hub.kernel.documents import vietnamese_font
from hub.main import create_app
from hub.sealing import CopyDesk
from hub.settings import load
from signing.test_pki import Pki
from tests.integration.modules.test_copies import PAPER, scanned
from tests.support.house_keys import with_keys
from tests.support.modules import OFFICER, Clock

ACTOR = system("test")


async def test_the_public_page_serves_both_files(database_url: str, tmp_path: Path) -> None:
    environ = {"DATABASE_URL": database_url, "DATA_DIR": str(with_keys(tmp_path)), "SECRET_KEY": "k" * 40}
    clock = Clock()
    async with (
        installed(load(environ), clock) as parts,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(parts, environ=environ)), base_url="http://hub.test", timeout=60
        ) as client,
    ):
        pki = Pki.load_or_create(parts.keys.folder, clock.now)
        copy, content = await _digitised(parts)
        page = f"/xac-minh/{copy.token}"
        assert "Dữ liệu dài hạn" not in (await client.get(page)).text
        clock.forward(days=3 * 365 - 60)
        await _new_crls(parts, pki, clock)
        assert await parts.renewing.once(limit=1000) >= 1
        shown = (await client.get(page)).text
        assert "Gia hạn ngày 23/09/2029" in shown
        assert copy.sha256 in shown
        issued = (await client.get(f"{page}/tep-goc")).content
        renewed = (await client.get(f"{page}/tep")).content
    assert issued == content
    assert renewed.startswith(content)
    assert len(renewed) > len(content)
    assert copy.sha256 == sha256(issued).hexdigest()


async def _digitised(parts: Installation) -> tuple[sealing.Copy, bytes]:
    """A paper result of a citizen without a dossier, sealed at B-T as the counter does it."""
    keys = parts.keys
    desk = CopyDesk(
        keys.receiver, keys.agency, parts.tsa, vietnamese_font(), parts.checker, "http://hub.test/xac-minh/"
    )
    async with parts.db.begin(ACTOR) as uow:
        await identity.register(
            uow,
            identity.Registration(
                name="Nguyễn Thị Mẫu", id_number="089190000077", phone="0912345677", password="Mot-cua-2026!",
                email="mau77@example.vn", declared=True,
            ),
        )  # fmt: skip
    copy, _ = await sealing.digitise(
        parts.db, desk, OFFICER, PAPER, scanned(100, 100), owner_number="089190000077", case=None
    )
    async with parts.db.read() as uow:
        return copy, await uow.storage.read(copy.sha256)


async def _new_crls(parts: Installation, pki: Pki, clock: Clock) -> None:
    for name in ("root", "gov-ca", "public-ca"):
        async with parts.db.begin(ACTOR) as uow:
            await portfolio.import_crl(uow, f"{name}.crl", pki.crl(name, clock.now))
