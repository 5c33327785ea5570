"""What a unit of work sees of the store."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Protocol

import msgspec


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """`sha256` in hex; `size` in bytes."""

    sha256: str
    size: int


class Content:
    """An opened file: its beginning has been read and holds. The rest comes as it is asked for, once."""

    def __init__(self, size: int, chunks: AsyncIterator[bytes]) -> None:
        self.size = size
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._chunks


class Storage(Protocol):
    """Where content lives. Every call may raise StoreAway, KeyMissing; reading also Missing, Damaged."""

    async def put(self, data: bytes) -> Stored: ...

    async def put_stream(self, chunks: AsyncIterable[bytes]) -> Stored: ...

    async def read(self, digest: str) -> bytes: ...

    async def open(self, digest: str) -> Content: ...

    async def holds(self, digest: str) -> bool: ...

    async def delete(self, digest: str) -> None: ...
