"""Sealing and opening at rest, beside AES-256-GCM of `cryptography` and SHA-256 over the same bytes in the same run."""

import time
from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.kernel.storage import SealedStorage
from hub.kernel.storage.envelope import CHUNK, Opener, Sealer
from tests.bench.harness import Bench, Row, more
from tests.support.files import folder_storage

SIZE = 32 * CHUNK
ROUNDS = 12
KEY, ID = bytes(range(32)), bytes(16)
OF = "bare AES-256-GCM and SHA-256, 32 MiB"


async def rows(bench: Bench) -> list[Row]:
    data = memoryview(bytearray(SIZE))
    data[:] = sha256(b"mot-cua").digest() * (SIZE // 32)
    sealer = Sealer(KEY, ID)
    at_rest = b"".join(sealer.update(data) + sealer.finish())
    boxes = _boxes(data)
    seal, open_ = _best(_seal(data), _bare_seal(data)), _best(_open(at_rest), _bare_open(boxes, data))
    through = await _read_through(folder_storage(bench.folder / "vault"), bytes(data), _bare_open(boxes, data))
    return [
        more("sealing a stored file", *seal, "MB/s", OF, 0.6),
        more("opening a stored file", *open_, "MB/s", OF, 0.6),
        more("reading a stored file from a folder, as a stream", *through, "MB/s", OF, 0.6),
    ]


def _best(*tasks: Callable[[], None]) -> tuple[float, ...]:
    """MB/s of each at its best; they take turns, so that a busy machine slows all of them."""
    best = [0.0] * len(tasks)
    for _ in range(ROUNDS):
        for n, task in enumerate(tasks):
            best[n] = max(best[n], _rate(task))
    return tuple(best)


def _rate(task: Callable[[], None]) -> float:
    began = time.perf_counter()
    task()
    return SIZE / 1e6 / (time.perf_counter() - began)


def _chunks(data: memoryview, size: int = CHUNK) -> list[memoryview]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _seal(data: memoryview) -> Callable[[], None]:
    def run() -> None:
        sealer = Sealer(KEY, ID)
        for part in _chunks(data, 4 * CHUNK):  # as the store passes them
            sealer.update(part)
        sealer.finish()

    return run


def _bare_seal(data: memoryview) -> Callable[[], None]:
    def run() -> None:
        _boxes(data)
        sha256(data).digest()

    return run


def _boxes(data: memoryview) -> list[bytes]:
    cipher = AESGCM(KEY)
    return [cipher.encrypt(n.to_bytes(12, "big"), chunk, b"") for n, chunk in enumerate(_chunks(data))]


def _open(at_rest: bytes) -> Callable[[], None]:
    def run() -> None:
        opener = Opener(KEY, ID)
        for part in _chunks(memoryview(at_rest), 4 * CHUNK):
            opener.update(part)
        opener.finish()

    return run


def _bare_open(boxes: list[bytes], data: memoryview) -> Callable[[], None]:
    def run() -> None:
        cipher = AESGCM(KEY)
        for n, box in enumerate(boxes):
            cipher.decrypt(n.to_bytes(12, "big"), box, b"")
        sha256(data).digest()

    return run


async def _read_through(storage: SealedStorage, data: bytes, bare: Callable[[], None]) -> tuple[float, float]:
    digest = (await storage.put(data)).sha256
    best, limit = 0.0, 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        async for _chunk in await storage.open(digest):
            pass
        best = max(best, SIZE / 1e6 / (time.perf_counter() - began))
        limit = max(limit, _rate(bare))
    return best, limit
