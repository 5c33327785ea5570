"""Identifiers: RFC 9562 version 7, made here so that any PostgreSQL will do."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUID that sorts by creation time (millisecond precision, 74 random bits)."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | (0x7 << 76)
    return UUID(int=value & ~(0x3 << 62) | (0x2 << 62))
