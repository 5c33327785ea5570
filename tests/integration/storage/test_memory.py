"""A large file never sits whole in memory, on its way in or out."""

import tracemalloc
from collections.abc import AsyncIterator

import pytest

from hub.kernel.storage import SealedStorage
from hub.kernel.storage.envelope import CHUNK

pytestmark = pytest.mark.anyio
SIZE = 48 * CHUNK
MOST = 24 * CHUNK


async def pieces() -> AsyncIterator[bytes]:
    for n in range(SIZE // CHUNK):
        yield bytes([n]) * CHUNK


async def test_forty_eight_megabytes_pass_through_half_of_that(storage: SealedStorage) -> None:
    tracemalloc.start()
    try:
        stored = await storage.put_stream(pieces())
        size = 0
        async for chunk in await storage.open(stored.sha256):
            size += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == SIZE
    assert peak < MOST
