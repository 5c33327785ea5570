"""Signed, expiring addresses of files: who has the link may read the file until it lapses, and nobody else."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from hub.kernel.clock import Clock
from schemas.messages.dossier import FileRef

LIFE = timedelta(days=7)


class Stored(Protocol):
    """What is known of a stored file."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


class Links:
    """Makes and checks them. `base_url` is how partners reach the hub."""

    def __init__(self, base_url: str, key: bytes, clock: Clock) -> None:
        self._base_url = base_url
        self._key = key
        self._clock = clock

    def ref(self, stored: Stored) -> FileRef:
        """A stored file as partners see it."""
        return self.file(stored.id, stored.name, stored.media_type, stored.size, stored.sha256)

    def file(self, entry: UUID, name: str, media_type: str, size: int, digest: str) -> FileRef:
        """The same, from its parts."""
        return FileRef(
            id=str(entry), name=name, media_type=media_type, size=size, sha256=digest, url=self.address(entry)
        )

    def address(self, entry: UUID) -> str:
        """`/tep/<entry>?han=<epoch seconds>&ky=<hex>`."""
        until = int((self._clock() + LIFE).timestamp())
        return f"{self._base_url}/tep/{entry}?han={until}&ky={self._sign(entry, until)}"

    def holds(self, entry: UUID, until: int, signature: str) -> bool:
        """Whether the address is ours and has not lapsed."""
        fresh = datetime.fromtimestamp(until, self._clock().tzinfo) > self._clock()
        return hmac.compare_digest(self._sign(entry, until), signature) and fresh

    def _sign(self, entry: UUID, until: int) -> str:
        return hmac.new(self._key, f"{entry}|{until}".encode(), sha256).hexdigest()
