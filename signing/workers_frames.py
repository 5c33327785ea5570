"""What a pool and its workers say to each other: length-prefixed messages on standard input and output."""

from __future__ import annotations

import asyncio
import struct
from datetime import datetime

import msgspec

from signing.model import Kind, Policy
from signing.revocation import Source
from signing.trust import TrustList

_LENGTH = struct.Struct(">Q")


class Believe(msgspec.Struct, tag="believe", kw_only=True):
    """Trust lists (None: those told before) and revocation data in the order of their import."""

    lists: list[TrustList] | None
    news: list[tuple[Source, bytes, datetime]]


class Content(msgspec.Struct, kw_only=True):
    """What a file holds, or else where it lies."""

    data: bytes | None = None
    path: str | None = None


class Task(msgspec.Struct, tag="task", kw_only=True):
    """A file to verify."""

    source: Content
    detached: Content | None
    at: datetime
    kind: Kind | None
    policy: Policy
    password: str | None


def frame(body: bytes) -> bytes:
    """One message as it travels."""
    return _LENGTH.pack(len(body)) + body


def length_of(head: bytes) -> int:
    """How long the message is that follows this head."""
    return int(_LENGTH.unpack(head)[0])


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """The next message; raises IncompleteReadError when the other side ended."""
    return await reader.readexactly(length_of(await reader.readexactly(_LENGTH.size)))


HEAD = _LENGTH.size
