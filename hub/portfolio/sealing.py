"""Strangers' files at rest: sealed piece by piece, readable only with the installation's key."""

import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 1024 * 1024
SALT = 32


class Sealer:
    """AES-256-GCM under a key of its own for each file: from the installation's key and the file's salt."""

    def __init__(self, installation_key: bytes, salt: bytes) -> None:
        self._cipher = AESGCM(hmac.new(installation_key, b"verification" + salt, hashlib.sha256).digest())

    def seal(self, data: bytes, where: str) -> bytes:
        """`where` binds a piece to its place: pieces cannot be exchanged."""
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, data, where.encode())

    def open(self, sealed: bytes, where: str) -> bytes:
        """Raises InvalidTag for what was changed or sealed under another key."""
        return self._cipher.decrypt(sealed[:12], sealed[12:], where.encode())

    def pieces(self, part: str, file: Path) -> Iterator[tuple[int, bytes]]:
        """A file in sealed pieces, numbered."""
        with file.open("rb") as content:
            for number, piece in enumerate(iter(lambda: content.read(PIECE), b"")):
                yield number, self.seal(piece, f"{part}/{number}")
