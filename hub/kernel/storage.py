"""Content-addressed files: the name is the SHA-256 of the content, so a second put changes nothing."""

import asyncio
import os
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore

from hub.kernel.errors import NotFound


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """`sha256` in hex; `size` in bytes."""

    sha256: str
    size: int


class Storage(Protocol):
    """Where content lives."""

    async def put(self, data: bytes) -> Stored: ...

    async def read(self, digest: str) -> bytes: ...


class FolderStorage:
    """A local folder. A file is on the disk, fsynced, before the row that names it can commit."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store = LocalStore(folder)

    async def put(self, data: bytes) -> Stored:
        """Store and name; the same content twice is one file."""
        digest = await asyncio.to_thread(lambda: sha256(data).hexdigest())
        try:
            await self._store.put_async(_path(digest), data, mode="create")
        except AlreadyExistsError:
            return Stored(sha256=digest, size=len(data))
        await asyncio.to_thread(_sync, self._folder / _path(digest))
        return Stored(sha256=digest, size=len(data))

    async def read(self, digest: str) -> bytes:
        """The content; raises NotFound."""
        try:
            found = await self._store.get_async(_path(digest))
        except FileNotFoundError:
            raise NotFound(
                "storage.missing",
                "Không tìm thấy nội dung tệp trong kho. Cán bộ vận hành đã được báo để khôi phục.",
                "The file's content is missing from the store; the operator must restore it.",
                data={"sha256": digest},
            ) from None
        return bytes(await found.bytes_async())


def _path(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest[2:4]}/{digest}"


def _sync(path: Path) -> None:
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
