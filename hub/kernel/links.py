"""Signed, expiring addresses of files: who has the link may read the file until it lapses, and nobody else.

Each address names the partner that it was given to, so that a citizen reads who saw which paper (OPS-07).
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from hub.kernel.clock import Clock
from schemas.messages.dossier import FileRef

LIFE = timedelta(days=7)
_LATEST = 1 << 33


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
    """Makes and checks them. `base_url` is how partners reach the hub; `titles` what each partner is called."""

    def __init__(
        self, base_url: str, key: bytes, clock: Clock, titles: Mapping[str, str] | None = None, reader: str = ""
    ) -> None:
        self._base_url = base_url
        self._key = key
        self._clock = clock
        self._titles = titles or {}
        self._reader = reader

    def given_to(self, partner: str) -> "Links":
        """The same, for the addresses that this partner gets."""
        return Links(self._base_url, self._key, self._clock, self._titles, partner)

    def title(self, partner: str) -> str:
        """What a reader is called on the page of who saw my data."""
        return self._titles.get(partner, partner)

    def ref(self, stored: Stored) -> FileRef:
        """A stored file as partners see it."""
        return self.file(stored.id, stored.name, stored.media_type, stored.size, stored.sha256)

    def file(self, entry: UUID, name: str, media_type: str, size: int, digest: str) -> FileRef:
        """The same, from its parts."""
        return FileRef(
            id=str(entry), name=name, media_type=media_type, size=size, sha256=digest, url=self.address(entry)
        )

    def address(self, entry: UUID) -> str:
        """`/tep/<entry>?cho=<partner>&han=<epoch seconds>&ky=<hex>`."""
        until = int((self._clock() + LIFE).timestamp())
        signature = self._sign(entry, self._reader, until)
        return f"{self._base_url}/tep/{entry}?cho={self._reader}&han={until}&ky={signature}"

    def holds(self, entry: UUID, reader: str, until: int, signature: str) -> bool:
        """Whether the address is ours, was given to this reader, and has not lapsed."""
        if not 0 < until < _LATEST:
            return False
        fresh = datetime.fromtimestamp(until, self._clock().tzinfo) > self._clock()
        return hmac.compare_digest(self._sign(entry, reader, until).encode(), signature.encode()) and fresh

    def _sign(self, entry: UUID, reader: str, until: int) -> str:
        return hmac.new(self._key, f"{entry}|{reader}|{until}".encode(), sha256).hexdigest()
