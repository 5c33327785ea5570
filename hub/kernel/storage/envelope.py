"""The envelope of one file at rest: AES-256-GCM in chunks that cannot be changed, moved, dropped or added. Pure.

    header   "MCK1" · the content's id (16 random bytes)
    chunk    up to 1 MiB of ciphertext, then its tag (16 bytes); an empty file has one empty chunk

    nonce    first 7 bytes of the id · chunk number (4 bytes, from 0) · 1 on the last chunk, else 0
    AAD      header · chunk number · last

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the number refuses reordering, the last mark
truncation and appending. The key is random and used for one file only, so no nonce can repeat, and a whole file in
another's place does not open.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.kernel.storage.errors import Damaged

Data: TypeAlias = bytes | bytearray | memoryview
MAGIC = b"MCK1"
CHUNK = 1 << 20
TAG = 16
HEADER = len(MAGIC) + 16
FRAME = CHUNK + TAG


def sealed_size(size: int) -> int:
    """Bytes at rest of `size` bytes."""
    return HEADER + size + TAG * max(1, -(-size // CHUNK))


class _Frames:
    """Cuts a stream into frames of one size. The last one, full or not, is held back: it is marked."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = bytearray()

    def push(self, data: Data) -> Iterator[Data]:
        """Frames that are surely not the last."""
        rest = memoryview(data)
        while rest:
            if len(self._held) == self._size:
                full, self._held = self._held, bytearray()
                yield full
            if not self._held and len(rest) > self._size:
                yield rest[: self._size]
                rest = rest[self._size :]
                continue
            taken = rest[: self._size - len(self._held)]
            self._held += taken
            rest = rest[len(taken) :]

    def last(self) -> bytes:
        """What is held."""
        return bytes(self._held)


class _Cipher:
    """Nonces and associated data, in order."""

    def __init__(self, key: bytes, content_id: bytes) -> None:
        self.header = MAGIC + content_id
        self._cipher = AESGCM(key)
        self._prefix = content_id[:7]
        self._number = 0

    def seal(self, frame: Data, *, last: bool) -> bytes:
        return self._cipher.encrypt(*self._next(frame, last=last))

    def open(self, frame: Data, *, last: bool) -> bytes:
        number = self._number
        try:
            return self._cipher.decrypt(*self._next(frame, last=last))
        except InvalidTag:
            raise Damaged(f"chunk {number} does not hold") from None

    def _next(self, frame: Data, *, last: bool) -> tuple[bytes, Data, bytes]:
        place = self._number.to_bytes(4, "big") + bytes([last])
        self._number += 1
        return self._prefix + place, frame, self.header + place


class Sealer:
    """Plaintext in, envelope out; like hashlib: `update` any number of times, `finish` once. Pieces are to be joined."""

    def __init__(self, key: bytes, content_id: bytes) -> None:
        self._cipher = _Cipher(key, content_id)
        self._frames = _Frames(CHUNK)
        self._hash = sha256()
        self._out = [self._cipher.header]
        self.size = 0

    def update(self, data: Data) -> list[bytes]:
        """What can be written now."""
        self._hash.update(data)
        self.size += len(data)
        return self._take([self._cipher.seal(frame, last=False) for frame in self._frames.push(data)])

    def finish(self) -> list[bytes]:
        """The last chunk."""
        return self._take([self._cipher.seal(self._frames.last(), last=True)])

    def digest(self) -> bytes:
        """SHA-256 of the plaintext so far."""
        return self._hash.digest()

    def _take(self, sealed: list[bytes]) -> list[bytes]:
        out, self._out = self._out + sealed, []
        return out


class Opener:
    """Envelope in, plaintext out. Raises Damaged; whatever it gave out before that is genuine, and is not the whole."""

    def __init__(self, key: bytes, content_id: bytes) -> None:
        self._cipher = _Cipher(key, content_id)
        self._frames = _Frames(FRAME)
        self._head = bytearray()

    def update(self, data: Data) -> list[bytes]:
        """What is certain now."""
        view = memoryview(data)
        if lacking := HEADER - len(self._head):
            self._head += view[:lacking]
            view = view[lacking:]
            self._look_at_head()
        return [self._cipher.open(frame, last=False) for frame in self._frames.push(view)]

    def finish(self) -> bytes:
        """The last chunk."""
        if len(self._head) < HEADER:
            raise Damaged("shorter than a header")
        return self._cipher.open(self._frames.last(), last=True)

    def _look_at_head(self) -> None:
        if len(self._head) == HEADER and bytes(self._head) != self._cipher.header:
            raise Damaged("the header is another file's")
