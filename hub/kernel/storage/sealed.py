"""Sealed files in a folder or a bucket.

k/ab/<name>      the key object: the file's data key, wrapped, and where its content lies. <name> is an HMAC of the
                 digest. This object makes a file exist, and a rotation rewrites only it.
c/ab/<id>        the content in its envelope, under a random id, so that two writers at once never mix
sha256/ab/cd/…   plain files of installations from before; read, and sealed by `hub vault seal`
"""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from hashlib import sha256

import msgspec

from hub.kernel.storage.envelope import CHUNK, Opener, Sealer, sealed_size
from hub.kernel.storage.errors import Damaged, Missing, StoreAway
from hub.kernel.storage.keyring import KeyFile, KeyRing
from hub.kernel.storage.objects import Objects
from hub.kernel.storage.port import Content, Stored

_READ = 4 * CHUNK
"""Bytes of one ranged read: few round trips to a bucket, and the most that a download holds."""
_WHOLE = 2 * _READ
"""What is sealed in one piece and written in one request."""


class KeyObject(msgspec.Struct, frozen=True, kw_only=True):
    """`size`: of the plaintext; `kek`: the key that `box` is wrapped under."""

    content: str
    size: int
    kek: str
    box: bytes
    version: int = 1

    def bound(self, name: str) -> bytes:
        """What the wrapped key is good for: this file, this content, this size, and nothing else."""
        return f"mot-cua data key {self.version}|{name}|{self.content}|{self.size}".encode()

    def data_key(self, ring: KeyRing, name: str) -> bytes:
        """Raises KeyMissing, Damaged."""
        return ring.unwrap(self.kek, self.box, self.bound(name))

    def rewrapped(self, ring: KeyRing, name: str) -> "KeyObject":
        """Under the ring's current key."""
        box = ring.wrap(self.data_key(ring, name), self.bound(name))
        return msgspec.structs.replace(self, kek=ring.current, box=box)


def key_path(name: str) -> str:
    return f"k/{name[:2]}/{name}"


def content_path(content: str) -> str:
    return f"c/{content[:2]}/{content}"


def plain_path(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest[2:4]}/{digest}"


def key_object(data: bytes) -> KeyObject:
    """Raises Damaged."""
    try:
        return msgspec.json.decode(data, type=KeyObject)
    except msgspec.DecodeError as unread:
        raise Damaged("the key object cannot be read") from unread


class _NewContent:
    """Content on its way in, under an id and a key of its own."""

    def __init__(self) -> None:
        self.id, self.key = os.urandom(16), os.urandom(32)
        self.sealer = Sealer(self.key, self.id)
        self.path = content_path(self.id.hex())

    @property
    def stored(self) -> Stored:
        """What it turned out to be."""
        return Stored(sha256=self.sealer.digest().hex(), size=self.sealer.size)


class SealedStorage:
    """The store of every file. See `Storage` for what its calls raise."""

    def __init__(self, objects: Objects, keys: KeyFile) -> None:
        self.objects = objects
        self.keys = keys

    async def put(self, data: bytes) -> Stored:
        """Store and name; the same content twice is one file."""
        digest = await asyncio.to_thread(lambda: sha256(data).hexdigest())
        if await self.holds(digest):
            return Stored(sha256=digest, size=len(data))
        if len(data) > _WHOLE:
            return await self.put_stream(_pieces(data))
        content = _NewContent()
        sealed = await asyncio.to_thread(lambda: b"".join(content.sealer.update(data) + content.sealer.finish()))
        await self.objects.replace(content.path, sealed)
        return await self._keep(content)

    async def put_stream(self, chunks: AsyncIterable[bytes]) -> Stored:
        """The same of content that comes in pieces; some megabytes of it are in memory at a time."""
        content = _NewContent()
        await self.objects.write(content.path, _sealed(content.sealer, chunks))
        return await self._keep(content)

    async def holds(self, digest: str) -> bool:
        """Whether it is there: a key object that holds and content that it names."""
        name = self._name_of(digest)
        found = await self.objects.get(key_path(name))
        if found is None:
            return False
        try:
            entry = key_object(found)
            entry.data_key(self.keys.ring, name)
        except Damaged:
            return False
        return await self.objects.size(content_path(entry.content)) is not None

    async def read(self, digest: str) -> bytes:
        """The whole content; for what is small."""
        return b"".join([chunk async for chunk in await self.open(digest)])

    async def open(self, digest: str) -> Content:
        """The content as a stream."""
        name = self._name_of(digest)
        found = await self.objects.get(key_path(name))
        if found is None:
            return await self.open_plain(digest)
        entry = key_object(found)
        opener = Opener(entry.data_key(self.keys.ring, name), bytes.fromhex(entry.content))
        path, size = content_path(entry.content), sealed_size(entry.size)
        if await self._size(path, digest) != size:
            raise Damaged("longer or shorter than it was")
        chunks = _opened(opener, self._parts(path, size, digest))
        return Content(entry.size, await _begun(chunks))

    async def open_plain(self, digest: str) -> Content:
        """A file of an installation from before, checked against its address."""
        path = plain_path(digest)
        size = await self._size(path, digest)
        return Content(size, await _begun(_checked(digest, self._parts(path, size, digest))))

    async def delete(self, digest: str) -> None:
        """Gone. The key goes first: a crash leaves content that nobody can open, never a key without content."""
        name = self._name_of(digest)
        found = await self.objects.get(key_path(name))
        await self.objects.delete(key_path(name))
        if found is not None:
            await self.objects.delete(content_path(key_object(found).content))
        await self.objects.delete(plain_path(digest))

    def _name_of(self, digest: str) -> str:
        return self.keys.ring.name(bytes.fromhex(digest))

    async def _keep(self, content: _NewContent) -> Stored:
        """Name what was written; what was there already, or came first, stays, and the new content goes."""
        stored = content.stored
        try:
            kept = not await self.holds(stored.sha256) and await self._name(stored, content)
        except BaseException:
            await self._forget(content.path)
            raise
        if not kept:
            await self._forget(content.path)
        return stored

    async def _name(self, stored: Stored, content: _NewContent) -> bool:
        """Write the key object; False when another writer was first. One that leads nowhere is written over."""
        ring, name = self.keys.ring, self._name_of(stored.sha256)
        new = KeyObject(content=content.id.hex(), size=stored.size, kek=ring.current, box=b"")
        new = msgspec.structs.replace(new, box=ring.wrap(content.key, new.bound(name)))
        encoded = msgspec.json.encode(new)
        if await self.objects.create(key_path(name), encoded):
            return True
        if await self.holds(stored.sha256):
            return False
        await self.objects.replace(key_path(name), encoded)
        return True

    async def _forget(self, path: str) -> None:
        """Content that nothing names; what cannot be removed now is an orphan that `hub vault check` lists."""
        with suppress(StoreAway):
            await self.objects.delete(path)

    async def _size(self, path: str, digest: str) -> int:
        size = await self.objects.size(path)
        if size is None:
            raise Missing(digest)
        return size

    async def _parts(self, path: str, size: int, digest: str) -> AsyncIterator[memoryview]:
        for start in range(0, size, _READ):
            part = await self.objects.part(path, start, min(start + _READ, size))
            if part is None:
                raise Missing(digest)
            yield part


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    view = memoryview(data)
    for start in range(0, len(data), _READ):
        yield view[start : start + _READ]  # type: ignore[misc]


async def _sealed(sealer: Sealer, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        for piece in await asyncio.to_thread(sealer.update, chunk):
            yield piece
    for piece in sealer.finish():
        yield piece


async def _opened(opener: Opener, parts: AsyncIterator[memoryview]) -> AsyncIterator[bytes]:
    async for part in parts:
        for piece in await asyncio.to_thread(opener.update, part):
            yield piece
    yield opener.finish()


async def _checked(digest: str, parts: AsyncIterator[memoryview]) -> AsyncIterator[bytes]:
    """A plain file has nothing but its digest: the last part waits for it."""
    whole, held = sha256(), b""
    async for part in parts:
        if held:
            yield held
        held = bytes(part)
        await asyncio.to_thread(whole.update, held)
    if whole.hexdigest() != digest:
        raise Damaged("a plain file does not hash to its address")
    yield held


async def _begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """With its first chunk read, so that what is damaged or missing shows before an answer begins."""
    first = await anext(chunks)

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return whole()
