"""Reading DER strictly, where a general ASN.1 library would take ten times as long.

Only the plainest form is read: one-byte tags, definite lengths in their shortest form, elements that fill what holds
them exactly. Whatever else there is raises `NotPlain`, and the caller asks the library.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

# Tag, where the element begins, where its content begins, where it ends.
Element = tuple[int, int, int, int]

_UTC_TIME = re.compile(rb"[0-9]{12}Z")
_GENERALIZED_TIME = re.compile(rb"[0-9]{14}Z")


class NotPlain(ValueError):
    """Not DER of the plain form that is expected."""


def elements(data: bytes, start: int, end: int) -> list[Element]:
    """The elements that fill `data[start:end]`, one after another."""
    found: list[Element] = []
    while start < end:
        one = element(data, start, end)
        found.append(one)
        start = one[3]
    return found


def element(data: bytes, start: int, end: int) -> Element:
    """The element that begins at `start` and ends before `end`."""
    if start + 2 > end:
        raise NotPlain("cut off")
    tag, size, body = data[start], data[start + 1], start + 2
    if size > 0x7F:
        width = size & 0x7F
        body += width
        if not 1 <= width <= 4 or body > end:
            raise NotPlain("a length that is not definite or not of this file")
        size = int.from_bytes(data[start + 2 : body], "big")
        if size < 0x80 or size >> (8 * width - 8) == 0:
            raise NotPlain("a length that is not the shortest")
    if tag & 0x1F == 0x1F or body + size > end:
        raise NotPlain("a long tag, or cut off")
    return tag, start, body, body + size


def inside(data: bytes, outer: Element) -> list[Element]:
    """The elements that fill another one."""
    return elements(data, outer[2], outer[3])


def only(data: bytes, outer: Element, tag: int) -> Element:
    """The one element inside another, which has this tag."""
    one = element(data, outer[2], outer[3])
    if one[0] != tag or one[3] != outer[3]:
        raise NotPlain("not the one element expected")
    return one


def whole(data: bytes, one: Element) -> bytes:
    return data[one[1] : one[3]]


def content(data: bytes, one: Element, tag: int) -> bytes:
    """The content of an element of this tag."""
    if one[0] != tag:
        raise NotPlain(f"tag {one[0]:02x} instead of {tag:02x}")
    return data[one[2] : one[3]]


def integer(data: bytes, one: Element) -> int:
    held = content(data, one, 0x02)
    if not held:
        raise NotPlain("an integer without a value")
    return int.from_bytes(held, "big", signed=True)


def utc_time(held: bytes) -> datetime:
    """UTCTime in seconds and UTC, as DER wants it."""
    if not _UTC_TIME.fullmatch(held):
        raise NotPlain("another form of time")
    century = b"20" if held < b"50" else b"19"
    return _moment(century + held)


def generalized_time(held: bytes) -> datetime:
    """GeneralizedTime in whole seconds and UTC."""
    if not _GENERALIZED_TIME.fullmatch(held):
        raise NotPlain("another form of time")
    return _moment(held)


def _moment(digits: bytes) -> datetime:
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise NotPlain(str(error)) from error
