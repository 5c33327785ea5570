"""`hub trust` and `hub seals` as operators use them: two persons, their own passwords, older CRLs refused (RES-10)."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub import identity
from hub.cli import main
from hub.kernel.actor import system
from hub.kernel.db import open_database
from signing.test_pki import LIST_NAME, Pki
from signing.trust_folder import write_list
from tests.support.files import folder_storage

PASSWORD = "Mot-cua-2026!"


async def officers(dsn: str, folder: Path) -> None:
    async with open_database(dsn, folder_storage(folder)) as db, db.begin(system("test")) as uow:
        await identity.put_agency(uow, identity.Agency(code="H01.12", name="Trung tâm"))
        unit = await identity.put_unit(uow, "H01.12", "Trung tâm CNTT")
        for login, role in (
            ("mot", identity.Role.OPERATOR),
            ("hai", identity.Role.OPERATOR),
            ("ba", identity.Role.COUNTER),
            ("bon", identity.Role.CLERK),
            ("nam", identity.Role.LEADER),
        ):
            new = identity.NewOfficer(login=login, name=login, title="", unit_id=unit.id, roles=frozenset({role}))
            await identity.add_officer(uow, new, PASSWORD, must_change=False)


def test_a_list_and_a_seal_count_when_a_second_person_has_approved_them(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HUB_PASSWORD", PASSWORD)
    now = datetime.now(UTC)
    pki = Pki.load_or_create(tmp_path / "own-pki", now)
    write_list(tmp_path / "list", pki.trust_list(), ("a", "b"))
    (tmp_path / "moi.crl").write_bytes(pki.crl("gov-ca", now))
    (tmp_path / "cu.crl").write_bytes(pki.crl("gov-ca", now - timedelta(days=1)))
    (tmp_path / "dau.der").write_bytes(pki.certificate("agency").der)
    asyncio.run(officers(database_url, tmp_path))

    def hub(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    assert "approve" in hub("trust", "add", str(tmp_path / "list"), "--as", "mot").output
    refused = hub("trust", "approve", LIST_NAME, "--as", "mot")
    assert (refused.exit_code, "không thể tự duyệt" in refused.output) == (1, True)
    assert hub("trust", "approve", LIST_NAME, "--as", "ba").exit_code == 1, "not an operator"
    assert hub("trust", "approve", LIST_NAME, "--as", "hai").exit_code == 0
    listed = hub("trust", "list").output
    assert "mot + hai" in listed
    assert "đang dùng" in listed
    taken = hub("trust", "import-crl", str(tmp_path / "moi.crl"), "--as", "mot")
    assert "văn bản được kiểm tra lại" in taken.output
    older = hub("trust", "import-crl", str(tmp_path / "cu.crl"), "--as", "mot")
    assert (older.exit_code, "bản mới hơn" in older.output) == (1, True)
    assert "CRL số" in hub("trust", "state").output
    assert pki.certificate("agency").sha256 not in hub("trust", "show", LIST_NAME).output

    proposed = hub("seals", "propose", str(tmp_path / "dau.der"), "--unit", "H01.03", "--basis", "QĐ 1", "--as", "mot")
    seal_id = proposed.output.split("approve ")[1].split()[0]
    assert hub("seals", "approve", seal_id, "--as", "mot").exit_code == 1
    assert hub("seals", "approve", seal_id, "--as", "hai").exit_code == 0
    assert "mot + hai" in hub("seals", "list").output
    assert hub("trust", "withdraw", LIST_NAME, "--because", "thử", "--as", "hai").exit_code == 0
    assert "không còn dùng" in hub("trust", "list").output


def test_a_clerk_acts_for_the_seals_of_their_own_unit_only(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RES-01, as on the page: an operator for every unit, a clerk or leader for their own."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HUB_PASSWORD", PASSWORD)
    pki = Pki.load_or_create(tmp_path / "own-pki", datetime.now(UTC))
    (tmp_path / "dau.der").write_bytes(pki.certificate("agency").der)
    asyncio.run(officers(database_url, tmp_path))

    def seals(*arguments: str, person: str) -> Result:
        return CliRunner().invoke(main, ["seals", *arguments, "--as", person])

    def propose(unit: str, person: str) -> Result:
        return seals("propose", str(tmp_path / "dau.der"), "--unit", unit, "--basis", "QĐ 1", person=person)

    refused = propose("H01.03", "bon")
    assert refused.exit_code == 1
    assert "Bạn không thuộc đơn vị «H01.03»" in refused.output
    assert "You do not belong to unit 'H01.03'" in refused.output
    others = propose("H01.03", "mot").output.split("approve ")[1].split()[0]
    own = propose("H01.12", "bon").output.split("approve ")[1].split()[0]
    for verb in ("approve", "end"):
        refused = seals(verb, others, person="nam")
        assert refused.exit_code == 1
        assert "Không tìm thấy con dấu này" in refused.output
        assert "There is no such seal" in refused.output
    assert seals("approve", own, person="nam").exit_code == 0
    assert seals("end", own, person="bon").exit_code == 0
    assert seals("approve", others, person="hai").exit_code == 0
