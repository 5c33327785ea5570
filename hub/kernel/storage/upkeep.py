"""What an operator has done to the whole store: keys changed, plain files sealed, everything counted. All resumable."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from enum import StrEnum

import msgspec

from hub.kernel.storage.errors import Damaged
from hub.kernel.storage.sealed import SealedStorage, content_path, key_object, plain_path

_PLAIN = "sha256/"
_AT_ONCE = 16


class Rewrapped(StrEnum):
    """What became of one wrapped key."""

    FRESH = "fresh"
    CHANGED = "changed"
    DAMAGED = "damaged"


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """What lies in the store. `by_key`: sealed files under each key; `unnamed`: content that no key object names;
    `unread`: key objects that are damaged."""

    by_key: dict[str, int]
    plain: int
    unnamed: tuple[str, ...]
    unread: tuple[str, ...]
    names: frozenset[bytes]

    @property
    def sealed(self) -> int:
        """Files."""
        return sum(self.by_key.values())


async def stock(storage: SealedStorage) -> Stock:
    """Count; some 200 bytes of memory a file."""
    contents = {bytes.fromhex(_name(each.path)) async for each in storage.objects.list("c/")}
    by_key: Counter[str] = Counter()
    names, unread = set(), []
    async for path, data in _key_objects(storage):
        try:
            entry = key_object(data)
        except Damaged:
            unread.append(path)
            continue
        by_key[entry.kek] += 1
        names.add(bytes.fromhex(_name(path)))
        contents.discard(bytes.fromhex(entry.content))
    return Stock(
        by_key=dict(by_key),
        plain=len(await plain_files(storage)),
        unnamed=tuple(sorted(content_path(each.hex()) for each in contents)),
        unread=tuple(unread),
        names=frozenset(names),
    )


async def rewrap(storage: SealedStorage) -> AsyncIterator[Rewrapped]:
    """Every wrapped key under the current one. Content is not touched. Safe while the hub runs; raises KeyMissing."""
    async for path, data in _key_objects(storage):
        ring = storage.keys.ring
        try:
            entry = key_object(data)
            if entry.kek == ring.current:
                yield Rewrapped.FRESH
                continue
            new = entry.rewrapped(ring, _name(path))
        except Damaged:
            yield Rewrapped.DAMAGED
            continue
        await storage.objects.replace(path, msgspec.json.encode(new))
        yield Rewrapped.CHANGED


async def _key_objects(storage: SealedStorage) -> AsyncIterator[tuple[str, bytes]]:
    """Path and content, read some at a time."""
    paths: list[str] = []
    async for each in storage.objects.list("k/"):
        paths.append(each.path)
        if len(paths) == _AT_ONCE:
            for found in await _read(storage, paths):
                yield found
            paths = []
    for found in await _read(storage, paths):
        yield found


async def _read(storage: SealedStorage, paths: list[str]) -> list[tuple[str, bytes]]:
    found = await asyncio.gather(*(storage.objects.get(path) for path in paths))
    return [(path, data) for path, data in zip(paths, found, strict=True) if data is not None]


async def plain_files(storage: SealedStorage) -> tuple[str, ...]:
    """Digests of what still lies in plain."""
    return tuple([_name(each.path) async for each in storage.objects.list(_PLAIN)])


async def seal_plain(storage: SealedStorage, digest: str) -> None:
    """Seal one, then remove the plain file; raises Damaged for one that is not what its name says."""
    plain = await storage.open_plain(digest)
    await storage.put_stream(plain)
    await storage.objects.delete(plain_path(digest))


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
