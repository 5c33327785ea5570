"""What every store of files must do, on a folder and on a bucket (RES-05, OPS-06, OPS-08)."""

import asyncio
import os
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest

from hub.kernel.storage import Damaged, Missing, SealedStorage, StoreAway, plain_files, rewrap, seal_plain, stock
from hub.kernel.storage.envelope import CHUNK
from hub.kernel.storage.objects import Objects

from .conftest import NOW

pytestmark = pytest.mark.anyio
ABSENT = sha256(b"never stored").hexdigest()


async def in_pieces(data: bytes, size: int = 700_001) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def paths(objects: Objects, prefix: str = "") -> list[str]:
    return sorted([each.path async for each in objects.list(prefix)])


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK, 9 * CHUNK + 5])
async def test_what_goes_in_comes_out(storage: SealedStorage, size: int) -> None:
    data = os.urandom(size)
    stored = await storage.put(data)
    assert (stored.sha256, stored.size) == (sha256(data).hexdigest(), size)
    content = await storage.open(stored.sha256)
    assert content.size == size
    assert b"".join([chunk async for chunk in content]) == data == await storage.read(stored.sha256)
    assert await storage.put_stream(in_pieces(data)) == stored
    assert len(await paths(storage.objects)) == 2


async def test_an_empty_stream_is_a_file_too(storage: SealedStorage) -> None:
    stored = await storage.put_stream(in_pieces(b""))
    assert await storage.read(stored.sha256) == b""


async def test_nothing_at_rest_tells_what_it_is(storage: SealedStorage) -> None:
    """Neither content nor digest, in a name or in a byte."""
    data = b"So dinh danh 091204000123 " * 100
    stored = await storage.put(data)
    told = (b"091204000123", stored.sha256.encode(), bytes.fromhex(stored.sha256))
    for path in await paths(storage.objects):
        at_rest = await storage.objects.get(path) or b""
        assert not [each for each in told if each in at_rest or each.decode("latin-1") in path]


async def test_the_same_content_at_once_is_one_file(storage: SealedStorage) -> None:
    data = os.urandom(3 * CHUNK)
    stored = await asyncio.gather(
        *(storage.put(data) for _ in range(4)), *(storage.put_stream(in_pieces(data)) for _ in range(4))
    )
    assert len({each.sha256 for each in stored}) == 1
    assert await storage.read(stored[0].sha256) == data
    assert len(await paths(storage.objects)) == 2


async def test_what_is_not_there_is_missing(storage: SealedStorage) -> None:
    assert not await storage.holds(ABSENT)
    with pytest.raises(Missing):
        await storage.read(ABSENT)
    await storage.delete(ABSENT)


async def test_a_stream_that_breaks_leaves_nothing(storage: SealedStorage) -> None:
    async def breaks() -> AsyncIterator[bytes]:
        yield os.urandom(6 << 20)
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, StoreAway)):
        await storage.put_stream(breaks())
    assert await paths(storage.objects) == []


async def test_content_whose_key_was_never_written_is_harmless_and_named(storage: SealedStorage) -> None:
    """The crash between the two."""
    data = os.urandom(1000)
    stored = await storage.put(data)
    (key,) = await paths(storage.objects, "k/")
    await storage.objects.delete(key)
    assert not await storage.holds(stored.sha256)
    assert await storage.put(data) == stored
    assert await storage.read(stored.sha256) == data
    found = await stock(storage)
    assert (found.sealed, len(found.unnamed)) == (1, 1)


async def test_a_key_whose_content_is_gone_does_not_hinder_a_new_upload(storage: SealedStorage) -> None:
    data = os.urandom(1000)
    stored = await storage.put(data)
    for path in await paths(storage.objects, "c/"):
        await storage.objects.delete(path)
    assert not await storage.holds(stored.sha256)
    with pytest.raises(Missing):
        await storage.read(stored.sha256)
    await storage.put(data)
    assert await storage.read(stored.sha256) == data


async def test_a_deleted_file_is_gone_and_may_come_again(storage: SealedStorage) -> None:
    stored = await storage.put(b"tep")
    await storage.delete(stored.sha256)
    assert await paths(storage.objects) == []
    await storage.put(b"tep")
    assert await storage.read(stored.sha256) == b"tep"


@pytest.mark.parametrize("kind", ["c/", "k/"])
@pytest.mark.parametrize("harm", ["flip", "cut", "append", "swap"])
async def test_whatever_is_done_to_an_object_is_found(storage: SealedStorage, kind: str, harm: str) -> None:
    data = os.urandom(5 * CHUNK)
    stored, other = await storage.put(data), await storage.put(os.urandom(5 * CHUNK))
    mine, theirs = await paths(storage.objects, kind)
    for path, new in ((mine, theirs), (theirs, mine)):
        at_rest = await storage.objects.get(path)
        assert at_rest is not None
        if harm == "swap":
            at_rest = await storage.objects.get(new)
            await storage.objects.replace(mine, at_rest or b"")
            break
        middle = len(at_rest) // 2
        changed = {
            "flip": at_rest[:middle] + bytes([at_rest[middle] ^ 1]) + at_rest[middle + 1 :],
            "cut": at_rest[:-1],
            "append": at_rest + b"x",
        }
        await storage.objects.replace(path, changed[harm])
    ends = await asyncio.gather(*(storage.read(each.sha256) for each in (stored, other)), return_exceptions=True)
    refused = [end.code for end in ends if isinstance(end, Damaged)]
    whole = [sha256(end).hexdigest() for end in ends if isinstance(end, bytes)]
    assert refused == ["storage.damaged"] * (1 if harm == "swap" else 2)
    assert len(whole) + len(refused) == 2
    assert set(whole) <= {stored.sha256, other.sha256}


async def test_damage_at_the_end_of_a_long_file_is_found_before_the_stream_ends(storage: SealedStorage) -> None:
    stored = await storage.put(os.urandom(9 * CHUNK))
    (path,) = await paths(storage.objects, "c/")
    at_rest = await storage.objects.get(path) or b""
    await storage.objects.replace(path, at_rest[:-1] + bytes([at_rest[-1] ^ 1]))
    content = await storage.open(stored.sha256)
    with pytest.raises(Damaged):
        assert [len(chunk) async for chunk in content]


async def test_a_turned_key_rewrites_only_the_wrapped_keys(storage: SealedStorage) -> None:
    files = [await storage.put(b"tep %d" % n) for n in range(40)]
    contents = {path: await storage.objects.get(path) for path in await paths(storage.objects, "c/")}
    old = storage.keys.ring
    storage.keys.replace(old.turned(NOW))
    done = [each async for each in rewrap(storage)]
    assert done == ["changed"] * 40
    assert [each async for each in rewrap(storage)] == ["fresh"] * 40
    assert (await stock(storage)).by_key == {storage.keys.ring.current: 40}
    assert {path: await storage.objects.get(path) for path in await paths(storage.objects, "c/")} == contents
    storage.keys.replace(storage.keys.ring.without(old.current))
    assert [await storage.read(each.sha256) for each in files] == [b"tep %d" % n for n in range(40)]


async def test_a_rotation_that_is_broken_off_goes_on_and_readers_never_notice(storage: SealedStorage) -> None:
    files = [(await storage.put(b"tep %d" % n)).sha256 for n in range(30)]
    reading = True

    async def read_all() -> int:
        rounds = 0
        while reading:
            for n, digest in enumerate(files):
                assert await storage.read(digest) == b"tep %d" % n
            rounds += 1
        return rounds

    reader = asyncio.create_task(read_all())
    storage.keys.replace(storage.keys.ring.turned(NOW))
    changed = 0
    async for each in rewrap(storage):
        changed += each == "changed"
        if changed == 10:
            break
    assert len((await stock(storage)).by_key) == 2
    assert [each async for each in rewrap(storage)].count("changed") == 20
    reading = False
    assert await reader > 0
    assert (await stock(storage)).by_key == {storage.keys.ring.current: 30}


async def test_plain_files_of_an_older_installation_are_read_and_sealed(storage: SealedStorage) -> None:
    data = os.urandom(9 * CHUNK)
    digest = sha256(data).hexdigest()
    await storage.objects.replace(f"sha256/{digest[:2]}/{digest[2:4]}/{digest}", data)
    assert await storage.read(digest) == data
    assert await plain_files(storage) == (digest,)
    await seal_plain(storage, digest)
    assert await plain_files(storage) == ()
    assert await storage.read(digest) == data
    assert len(await paths(storage.objects)) == 2


async def test_a_plain_file_that_is_not_what_its_name_says_is_refused_and_stays(storage: SealedStorage) -> None:
    path = f"sha256/{ABSENT[:2]}/{ABSENT[2:4]}/{ABSENT}"
    await storage.objects.replace(path, os.urandom(5 * CHUNK))
    with pytest.raises(Damaged):
        await storage.read(ABSENT)
    with pytest.raises(Damaged):
        await seal_plain(storage, ABSENT)
    assert await paths(storage.objects) == [path]
