"""The key ring: key-encryption keys by id, one of them current, and the key of the names. One JSON file, 0600.

A process reads it again when it changes on the disk, so a rotation needs no restart.
"""

import hmac
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.kernel.storage.errors import Damaged, KeyMissing
from hub.settings import SettingError

_NONCE = 12
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Kek(msgspec.Struct, frozen=True, kw_only=True):
    """A key-encryption key. `superseded_at`: since when another is current."""

    id: str
    key: bytes
    made_at: datetime
    superseded_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Kek({self.id}, ***)"


class KeyRing(msgspec.Struct, frozen=True, kw_only=True):
    """`names`: the key that turns a digest into an object's name; it never changes, or nothing would be found again.
    `rewrapping`: a rotation was begun and has not been through all objects."""

    current: str
    names: bytes
    keys: tuple[Kek, ...]
    rewrapping: bool = False
    version: int = 1

    def __post_init__(self) -> None:
        if self.version != 1 or any(len(key) != 32 for key in (self.names, *(each.key for each in self.keys))):
            raise ValueError("keys of 32 bytes, version 1")
        if self.current not in {each.id for each in self.keys}:
            raise ValueError(f"no key '{self.current}'")

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(each.id for each in self.keys)}; current {self.current})"

    def name(self, digest: bytes) -> str:
        """The object's name: whoever reads the bucket learns no digest, and cannot test for a known file."""
        return hmac.new(self.names, digest, sha256).hexdigest()

    def wrap(self, data_key: bytes, bound: bytes) -> bytes:
        """Under the current key; opens only with the same `bound`."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.key(self.current)).encrypt(nonce, data_key, bound)

    def unwrap(self, kek: str, box: bytes, bound: bytes) -> bytes:
        """Raises KeyMissing, Damaged."""
        try:
            return AESGCM(self.key(kek)).decrypt(box[:_NONCE], box[_NONCE:], bound)
        except (InvalidTag, ValueError):
            raise Damaged("the wrapped key does not hold") from None

    def key(self, kek: str) -> bytes:
        """Raises KeyMissing."""
        for each in self.keys:
            if each.id == kek:
                return each.key
        raise KeyMissing(kek)

    def turned(self, now: datetime) -> "KeyRing":
        """With a new current key, and everything to be wrapped anew."""
        new = _new_key(now, taken=[each.id for each in self.keys])
        older = tuple(
            msgspec.structs.replace(each, superseded_at=now) if each.id == self.current else each for each in self.keys
        )
        return msgspec.structs.replace(self, current=new.id, keys=(*older, new), rewrapping=True)

    def without(self, *retired: str) -> "KeyRing":
        """Fewer keys; never the current one."""
        kept = tuple(each for each in self.keys if each.id == self.current or each.id not in retired)
        return msgspec.structs.replace(self, keys=kept)


def _new_key(now: datetime, taken: list[str]) -> Kek:
    day = f"{now:%Y%m%d}"
    number = next(n for n in range(1, 10_000) if f"{day}-{n}" not in taken)
    return Kek(id=f"{day}-{number}", key=secrets.token_bytes(32), made_at=now)


def new_ring(now: datetime) -> KeyRing:
    """One key, random."""
    first = _new_key(now, taken=[])
    return KeyRing(current=first.id, names=secrets.token_bytes(32), keys=(first,))


class KeyFile:
    """The key ring on the disk. Raises SettingError for one that is not there, open to others or not a key ring."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] = (0, 0)
        self._ring = self._read()

    @classmethod
    def made(cls, path: Path, now: datetime) -> "KeyFile":
        """The file's, or a new one: whoever comes first writes it, whole before it has its name."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = _written(path, new_ring(now))
            with suppress(FileExistsError):
                os.link(temporary, path)
            temporary.unlink()
        return cls(path)

    @property
    def ring(self) -> KeyRing:
        """As the file is now."""
        with suppress(FileNotFoundError):
            if self._stamp != _stamp(self.path):
                self._ring = self._read()
        return self._ring

    def replace(self, ring: KeyRing) -> None:
        """In one step: a reader sees the old ring or the new one."""
        _written(self.path, ring).replace(self.path)
        _sync(self.path.parent)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For whoever changes the ring; raises SettingError while somebody else does."""
        handle = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                flock(handle, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                raise self._wrong("lệnh khác đang đổi chùm khóa / another command is changing the key ring") from None
            yield
        finally:
            os.close(handle)

    def _read(self) -> KeyRing:
        try:
            self._stamp = _stamp(self.path)
            mode = self.path.stat().st_mode
            text = self.path.read_bytes()
        except OSError as unread:
            raise self._wrong("không đọc được, tạo bằng / cannot be read, make one with: hub vault init") from unread
        if mode & _OTHERS:
            raise self._wrong("người khác đọc được / others can read it; chmod 600")
        try:
            return msgspec.json.decode(text, type=KeyRing)
        except msgspec.DecodeError:  # its words may quote the file
            raise self._wrong("không phải chùm khóa / is not a key ring") from None

    def _wrong(self, why: str) -> SettingError:
        return SettingError(f"VAULT_KEYS={self.path}: {why}")


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _written(path: Path, ring: KeyRing) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(ring)))
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
