"""Reading deterministic CBOR (RFC 8949 §4.2) and nothing else: what could be written in two ways is refused.

Integers, byte and text strings, arrays, maps and tags, four levels deep. A twin of it in JavaScript reads the same
bytes on the checker's page (`hub/portal/assets/js/cose.js`); the two agree on vectors.
"""

from __future__ import annotations

from typing import Any

import msgspec

DEPTH = 4
MAX_ITEMS = 64
LARGEST = 2**53 - 2


class NotCbor(ValueError):
    """Not one item of deterministic CBOR, or one of a kind that is not read here."""


class Tagged(msgspec.Struct, frozen=True):
    """A value under a tag."""

    tag: int
    value: Any


def read(data: bytes) -> Any:
    """The one item in `data`; raises NotCbor."""
    value, end = _item(data, 0, DEPTH)
    if end != len(data):
        raise NotCbor("bytes after the end")
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth == 0:
        raise NotCbor("too deep")
    major, number, at = _head(data, at)
    match major:
        case 0:
            return number, at
        case 1:
            return -1 - number, at
        case 2:
            return _string(data, at, number)
        case 3:
            raw, at = _string(data, at, number)
            try:
                return raw.decode(), at
            except UnicodeDecodeError as error:
                raise NotCbor("not UTF-8") from error
        case 4:
            return _array(data, at, number, depth)
        case 5:
            return _map(data, at, number, depth)
        case 6:
            value, at = _item(data, at, depth)
            return Tagged(number, value), at
        case _:
            raise NotCbor("a kind that is not read here")


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, number, where what follows begins; only the shortest form of a number."""
    if at >= len(data):
        raise NotCbor("cut off")
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if low < 24:
        return major, low, at
    if low > 27:
        raise NotCbor("indefinite or reserved length")
    size = 1 << (low - 24)
    if at + size > len(data):
        raise NotCbor("cut off")
    number = int.from_bytes(data[at : at + size], "big")
    if number < (24 if size == 1 else 1 << (4 * size)):
        raise NotCbor("a number longer than it must be")
    if number > LARGEST:
        raise NotCbor("a number that JavaScript cannot hold")
    return major, number, at + size


def _string(data: bytes, at: int, length: int) -> tuple[bytes, int]:
    if at + length > len(data):
        raise NotCbor("cut off")
    return data[at : at + length], at + length


def _array(data: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    if count > MAX_ITEMS:
        raise NotCbor("too many items")
    values = []
    for _ in range(count):
        value, at = _item(data, at, depth - 1)
        values.append(value)
    return values, at


def _map(data: bytes, at: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    if count > MAX_ITEMS:
        raise NotCbor("too many items")
    values: dict[Any, Any] = {}
    before = b""
    for _ in range(count):
        start = at
        key, at = _item(data, at, depth - 1)
        if not isinstance(key, int | str):
            raise NotCbor("a key that is neither number nor text")
        if data[start:at] <= before:
            raise NotCbor("keys out of order or twice")
        before = data[start:at]
        values[key], at = _item(data, at, depth - 1)
    return values, at
