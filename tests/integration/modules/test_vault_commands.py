"""`hub vault …` as an operator runs it: its own process, beside a hub that goes on reading and writing."""

import asyncio
import os
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hub import vault
from hub.kernel.ids import uuid7
from hub.kernel.storage import KeyFile, SealedStorage
from hub.vault import Entry, Kind
from tests.support.files import folder_storage
from tests.support.forks import forked
from tests.support.modules import Hub

pytestmark = pytest.mark.anyio


class Operator:
    """Runs the command on the database and the folder of this test."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DATA_DIR": str(folder),
            "VAULT_KEYS": str(folder / "keys.json"),
        }

    async def run(self, *words: str, **environ: str) -> tuple[int | None, str]:
        with TemporaryDirectory() as folder:
            said = Path(folder) / "said"
            process = await forked(("hub", "vault", *words), self.environ | environ, said)
            code = await process.wait()
            return code, said.read_text()

    @property
    def storage(self) -> SealedStorage:
        return folder_storage(self.folder)


@pytest.fixture
def operator(database_url: str, tmp_path: Path) -> Operator:
    return Operator(database_url, tmp_path)


async def kept(hub: Hub, data: bytes) -> Entry:
    async with hub.begin() as uow:
        return await vault.store(
            uow, data, owner_id=uuid7(), kind=Kind.COMPONENT, name="Đơn.pdf", media_type="application/pdf"
        )


async def test_a_key_is_turned_while_the_hub_works_and_the_old_one_goes_later(hub: Hub, operator: Operator) -> None:
    """OPS-06."""
    entries = [await kept(hub, b"tep %d" % n) for n in range(25)]
    old = operator.storage.keys.ring
    turning = asyncio.create_task(operator.run("rotate"))
    more = 0
    while not turning.done():
        await kept(hub, b"den giua chung %d" % more)
        async with hub.begin() as uow:
            assert await vault.read(uow, entries[more % 25].id) == b"tep %d" % (more % 25)
        more += 1
    code, said = await turning
    assert (code, more > 0) == (0, True), said
    new = operator.storage.keys.ring
    assert (new.current != old.current, new.rewrapping, new.names) == (True, False, old.names)
    code, said = await operator.run("keys", "--retire")
    assert code == 0
    assert old.current in {each.id for each in operator.storage.keys.ring.keys}, "a write may still be in flight"
    assert await hub.value("select count(*) from kernel.audit where action = 'vault:keys:rotate'") == 1
    assert (await operator.run("check"))[0] == 0


async def test_a_rotation_that_was_broken_off_is_finished_without_another_key(hub: Hub, operator: Operator) -> None:
    await kept(hub, b"tep")
    keys = operator.storage.keys
    keys.replace(keys.ring.turned(hub.clock.now))
    begun = keys.ring
    _, said = await operator.run("keys")
    assert "hub vault rotate" in said
    code, said = await operator.run("rotate")
    assert (code, keys.ring.current, keys.ring.rewrapping) == (0, begun.current, False), said
    code, said = await operator.run("keys", "--retire")
    assert [each.id for each in keys.ring.keys] == [begun.current], said


async def test_check_names_what_is_missing_and_what_is_damaged(hub: Hub, operator: Operator) -> None:
    good, lost, hurt = [await kept(hub, data) for data in (b"con", b"mat", b"hong")]
    again = await kept(hub, b"mat")
    storage = operator.storage
    assert (await operator.run("check"))[0] == 0
    await storage.delete(lost.sha256)
    await storage.put(b"khong ai nhac den")
    await storage.objects.replace("c/00/00000000000000000000000000000000", b"dang tai len")
    name = storage.keys.ring.name(bytes.fromhex(hurt.sha256))
    await storage.objects.replace(f"k/{name[:2]}/{name}", b"{}")
    code, said = await operator.run("check")
    assert code == 1
    assert f"storage.missing {lost.sha256}" in said
    assert f"storage.damaged {hurt.sha256}" in said
    for entry in (lost, again, hurt):
        assert str(entry.id) in said
    assert str(good.id) not in said
    assert "(harmless): 1" in said
    assert "c/00/00000000000000000000000000000000" in said


async def test_check_finds_a_file_under_a_key_that_the_ring_lacks(hub: Hub, operator: Operator) -> None:
    await kept(hub, b"tep")
    keys = operator.storage.keys
    keys.replace(keys.ring.turned(hub.clock.now).without(keys.ring.current))
    code, said = await operator.run("check")
    assert (code, "storage.key-missing" in said) == (1, True)


async def test_files_of_an_older_installation_are_sealed(hub: Hub, operator: Operator) -> None:
    entry = await kept(hub, b"ban cu")
    storage = operator.storage
    await storage.delete(entry.sha256)
    digest, wrong = sha256(b"ban cu").hexdigest(), sha256(b"khac").hexdigest()
    for each, data in ((digest, b"ban cu"), (wrong, b"khong phai")):
        await storage.objects.replace(f"sha256/{each[:2]}/{each[2:4]}/{each}", data)
    async with hub.begin() as uow:
        assert await vault.read(uow, entry.id) == b"ban cu"
    code, said = await operator.run("seal")
    assert (code, wrong in said, digest in said) == (1, True, False), said
    assert [each.path async for each in storage.objects.list("sha256")] == [f"sha256/{wrong[:2]}/{wrong[2:4]}/{wrong}"]
    assert await storage.read(digest) == b"ban cu"


async def test_a_ring_is_made_once(operator: Operator, tmp_path: Path) -> None:
    place = tmp_path / "etc" / "ring.json"
    code, _ = await operator.run("init", VAULT_KEYS=str(place))
    assert (code, KeyFile(place).ring.current != "") == (0, True)
    made = place.read_bytes()
    code, said = await operator.run("init", VAULT_KEYS=str(place))
    assert (code, place.read_bytes() == made) == (1, True), said
    place.chmod(0o644)
    code, said = await operator.run("check", VAULT_KEYS=str(place))
    assert (code, "chmod 600" in said, "Traceback" in said) == (1, True, False)
