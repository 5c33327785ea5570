"""Proof files: that an entry is in the log of what was issued and changed, checked without the hub (PEERS §2(b) 12).

A file is one JSON object: the entry as canonical JSON text, its place, the audit path (RFC 9162), the signed root (a
JWS whose `x5c` carries the signer's chain), a time-stamp over that JWS (RFC 3161, base64, "" where there was no
authority), and the private part whose salted commitment stands in the entry. Hashes are lower-case hexadecimal.

Canonical JSON: no white space, keys sorted, msgspec's escapes. For what stands in entries (ASCII keys, whole numbers,
no control characters) that is RFC 8785, byte for byte.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from signing import merkle

ENTRY = "mot-cua.entry/1"
ROOT = "mot-cua.root/1"
PROOF = "mot-cua.proof/1"
LINK = "mot-cua.link/1"
_COMMITMENT = b"mot-cua.private/1\x00"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leaf. No person is in it: `private` commits to one with a salt. `previous` is the leaf hash before it."""

    format: str
    log: str
    sequence: int
    kind: str
    subject: str
    revision: int
    at: str
    digests: dict[str, str]
    private: str
    previous: str


class Root(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed each day: the whole log up to `size` entries in one hash, and the root signed before it."""

    format: str
    log: str
    size: int
    hash: str
    at: str
    previous_size: int
    previous_hash: str


class Private(msgspec.Struct, frozen=True, kw_only=True):
    """For the citizen's file only."""

    salt: str
    facts: dict[str, str]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    format: str
    entry: str
    entry_hash: str
    index: int
    size: int
    path: tuple[str, ...]
    root: str
    timestamp: str = ""
    private: Private | None = None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A root as it is pinned: what somebody wrote down or downloaded earlier. Other members are not looked at."""

    log: str
    size: int
    hash: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A consistency proof: the newer root's tree begins with the older one's."""

    format: str
    first: Head
    second: Head
    path: tuple[str, ...]


def canonical(value: Any) -> bytes:
    """Canonical JSON of a struct or a table."""
    return msgspec.json.encode(value, order="sorted")


def commitment(salt: bytes, facts: Mapping[str, str]) -> str:
    """What an entry says of private facts: nothing that can be guessed without the salt."""
    return sha256(_COMMITMENT + salt + canonical(facts)).hexdigest()


def genesis(log: str) -> str:
    """The `previous` of a log's first entry."""
    return merkle.leaf_hash(f"mot-cua.log/1 {log}".encode()).hex()


def moment(at: datetime) -> str:
    """A time as entries and roots write it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def from_hex(text: str) -> bytes:
    """A hash of 32 bytes; raises ValueError."""
    raw = bytes.fromhex(text)
    if len(raw) != 32 or raw.hex() != text:
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return raw


def linked(link: Link) -> bool:
    """Whether the link's own path holds."""
    try:
        path = [from_hex(each) for each in link.path]
        first, second = from_hex(link.first.hash), from_hex(link.second.hash)
    except ValueError:
        return False
    same = link.first.log == link.second.log
    return same and merkle.consistent(link.first.size, first, link.second.size, second, path)


def stamp_of(proof: Proof) -> bytes:
    """The time-stamp token's bytes, empty for none; raises ValueError."""
    try:
        return base64.b64decode(proof.timestamp, validate=True)
    except binascii.Error as error:
        raise ValueError("timestamp") from error
