"""Paper results digitised (RES-07, NĐ 45/2020 Điều 25) and certified electronic copies (SUB-02, NĐ 45/2020 Điều 10)."""

import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace
from PIL import Image
from pypdf import PdfReader, PdfWriter

from hub import identity, portfolio, result, sealing, vault
from hub.kernel.documents import vietnamese_font
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.ids import uuid7
from hub.kernel.signatures import Checker, FixedTrust
from hub.sealing import Case, CopyDesk, CopyKind, Paper
from hub.sealing.scan import look_at
from signing import Role, verify
from signing.test_pki import Pki
from tests.support.modules import OFFICER, Hub, blank_pdf

PAPER = Paper(
    name="Giấy phép xây dựng", symbol="45/GPXD", issued_on=date(2019, 5, 6), authority="UBND thành phố Long Xuyên",
    signer="Trần Văn Ký", pages=2, declared=True,
)  # fmt: skip


def scanned(*dpi: int) -> bytes:
    """A page a figure: one picture that fills an A4 page at so many dots an inch."""
    pages = [Image.new("L", (round(8.27 * d), round(11.69 * d)), 230) for d in dpi]
    writer = PdfWriter()
    for picture, fineness in zip(pages, dpi, strict=True):
        out = BytesIO()
        picture.save(out, "PDF", resolution=fineness)
        writer.append(PdfReader(out))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    from tests.unit.signing.makers import NOW

    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", NOW)


@pytest.fixture
def desk(hub: Hub, pki: Pki) -> CopyDesk:
    checker = Checker(pki.trust(hub.clock.now))
    return CopyDesk(
        pki.key("receiver"), pki.key("center"), pki.tsa(hub.clock), vietnamese_font(), checker, "https://hub/xac-minh/"
    )


@pytest.fixture
async def case(hub: Hub, pki: Pki) -> Case:
    """Of a centre whose seal is registered."""
    async with hub.begin() as uow:
        await result.bring_seals(uow, ["H01.12"], [pki.certificate("center").der])
    made = uuid7()
    return Case(
        id=made, code=f"H01.12-{made.hex}", owner_id=uuid7(), agency_code="H01.12", agency_name="Trung tâm PVHCC"
    )


async def content(hub: Hub, copy: sealing.Copy) -> bytes:
    async with hub.db.read() as uow:
        return await uow.storage.read((await vault.entry(uow, copy.entry_id)).sha256)


async def test_a_paper_result_becomes_the_dossiers_result_signed_by_officer_and_agency(
    hub: Hub, desk: CopyDesk, case: Case, pki: Pki
) -> None:
    """RES-07, RES-11: stored in the owner's vault under `…-KQ1`."""
    copy, scan = await sealing.digitise(hub.db, desk, OFFICER, PAPER, scanned(300, 300), case=case)
    assert (copy.original_code, copy.owner_id, copy.pages, copy.dpi) == (f"{case.code}-KQ1", case.owner_id, 2, 300)
    assert scan.coarse == ()
    data = await content(hub, copy)
    report = verify(data, trust=pki.trust(hub.clock.now), at=hub.clock.now)
    assert report.passed
    assert [s.signer for s in report.signatures if s.role is not Role.TIMESTAMP] == [
        "Trần Thị Mai",
        "Trung tâm Phục vụ hành chính công tỉnh An Giang",
    ]
    async with hub.db.read() as uow:
        (kept,) = await result.of_dossier(uow, case.id)
        assert kept.entry_id == copy.entry_id
        assert await sealing.copy_by_token(uow, copy.token) == copy
        assert await sealing.copy_of_content(uow, data) == copy
    (fact,) = hub.told(sealing.CopyMade)
    assert (fact.kind, fact.original_code) == ("digitised", kept.code)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await hub.db.pool.execute("update sealing.copy set signer = 'x'")


async def test_the_copy_says_in_the_upper_right_corner_who_and_when(
    hub: Hub, desk: CopyDesk, case: Case, tmp_path: Path
) -> None:
    """NĐ 30/2020: agency and time of page 1, ISO 8601 with the offset, no image."""
    copy, _ = await sealing.digitise(hub.db, desk, OFFICER, PAPER, scanned(200, 200), case=case)
    (tmp_path / "a.pdf").write_bytes(await content(hub, copy))
    said = words(tmp_path / "a.pdf", 1)
    assert "Trung tâm Phục vụ hành chính công" in said
    assert "2026-11-23T09:00:00+07:00" in said
    assert words(tmp_path / "a.pdf", 2) == ""


def words(path: Path, page: int) -> str:
    done = subprocess.run(
        ["pdftotext", "-f", str(page), "-l", str(page), "-layout", str(path), "-"], capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


async def test_an_old_paper_of_a_citizen_without_a_dossier_goes_to_their_vault(hub: Hub, desk: CopyDesk) -> None:
    async with hub.begin() as uow:
        citizen = await identity.register(
            uow,
            identity.Registration(
                name="Lê Thị Mẩu",
                id_number="091190000001",
                phone="0912345678",
                password="mat-khau-dai-9",
                declared=True,
            ),
        )
    given: dict[str, Any] = {"case": None, "owner_number": "091190000001"}
    copy, scan = await sealing.digitise(hub.db, desk, OFFICER, PAPER, scanned(150, 300), **given)
    assert (copy.owner_id, copy.original_code, copy.code) == (citizen.id, "", "000001/2026/SH")
    assert (scan.dpi, scan.coarse) == (150, (1,))
    async with hub.db.read() as uow:
        assert [entry.id for entry in await vault.entries_of(uow, citizen.id)] == [copy.entry_id]
    with pytest.raises(Invalid, match="nobody"):
        await sealing.digitise(hub.db, desk, OFFICER, PAPER, scanned(200, 200), case=None, owner_number="0")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"declared": False}, "sealing.not-declared"),
        ({"pages": 3}, "sealing.pages-differ"),
        ({"symbol": " "}, "sealing.incomplete"),
        ({"issued_on": None}, "sealing.incomplete"),
    ],
)
async def test_what_is_not_taken(hub: Hub, desk: CopyDesk, case: Case, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        await sealing.digitise(hub.db, desk, OFFICER, replace(PAPER, **change), scanned(200, 200), case=case)
    assert refused.value.code == code
    assert await hub.value("select count(*) from sealing.copy") == 0
    assert await hub.value("select count(*) from vault.entry") == 0


@pytest.mark.parametrize("data", [b"%PDF-1.4\nnothing", b"", scanned(100)[:-400]])
def test_a_scan_that_cannot_be_read(data: bytes) -> None:
    with pytest.raises(Invalid, match="unreadable"):
        look_at(data)


def test_a_page_of_text_has_no_resolution() -> None:
    from tests.unit.signing.makers import plain_pdf

    assert look_at(plain_pdf()).dpi is None
    assert look_at(blank_pdf()).coarse == ()


async def test_a_certified_copy_names_its_original_and_holds_every_page(
    hub: Hub, desk: CopyDesk, case: Case, pki: Pki, tmp_path: Path
) -> None:
    original, _ = await sealing.digitise(hub.db, desk, OFFICER, PAPER, scanned(200, 200), case=case)
    copy = await sealing.extract(hub.db, desk, OFFICER, original.original_code)
    assert (copy.kind, copy.code, copy.original_code) == (CopyKind.EXTRACT, "000001/2026/BSĐT", original.original_code)
    assert (copy.source_sha256, copy.symbol, copy.signer) == (original.sha256, "45/GPXD", "Trần Văn Ký")
    data = await content(hub, copy)
    report = verify(data, trust=pki.trust(hub.clock.now), at=hub.clock.now)
    assert report.passed
    (tmp_path / "a.pdf").write_bytes(data)
    said = words(tmp_path / "a.pdf", 1)
    for part in ("BẢN SAO ĐIỆN TỬ", original.original_code, original.sha256[:32], "45/GPXD", "06/05/2019", copy.code):
        assert part in said
    assert len(PdfReader(BytesIO(data)).pages) == 3
    async with hub.db.read() as uow:
        assert await sealing.copy_of_content(uow, data) == copy
        assert await sealing.copy_of_content(uow, data + b"\n") is None
    assert (await sealing.extract(hub.db, desk, OFFICER, original.original_code)).code == "000002/2026/BSĐT"


async def test_no_copy_of_what_counts_no_more(hub: Hub, desk: CopyDesk, case: Case) -> None:
    original, _ = await sealing.digitise(hub.db, desk, OFFICER, PAPER, scanned(200, 200), case=case)
    async with hub.begin() as uow:
        await result.revoke(uow, original.original_code, cause="cấp sai")
    with pytest.raises(Conflict, match="counts-no-more"):
        await sealing.extract(hub.db, desk, OFFICER, original.original_code)
    with pytest.raises(NotFound):
        await sealing.extract(hub.db, desk, OFFICER, "H01-KQ9")
    async with hub.db.read() as uow:
        with pytest.raises(NotFound):
            await sealing.copy_by_token(uow, "nothing")
        with pytest.raises(NotFound):
            await sealing.made_copy(uow, original.id, uuid7())


async def test_certified_copies_are_renewed_like_results_and_stay_known_by_their_content(
    hub: Hub, desk: CopyDesk, case: Case, pki: Pki
) -> None:
    """SUB-02: a copy is no less one when its long-term data were renewed (SIGNING §1)."""
    _, _ = await sealing.digitise(hub.db, desk, OFFICER, PAPER, scanned(150, 150), case=case)
    copy = await sealing.extract(hub.db, desk, OFFICER, f"{case.code}-KQ1")
    hub.clock.forward(days=3 * 365 - 60)
    trust = pki.trust(hub.clock.now)
    renewing = portfolio.Renewing(db=hub.db, checker=Checker(trust), trust=FixedTrust(trust), tsa=pki.tsa(hub.clock))
    await renewing.once(limit=1000)
    async with hub.db.read() as uow:
        stands = (await vault.current(uow, [copy.entry_id]))[copy.entry_id]
        data = await uow.storage.read(stands.sha256)
        assert stands.version == 2
        assert await sealing.copy_of_content(uow, data) == copy
