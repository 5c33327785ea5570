"""Names, strings and blanks of a PDF, read at once where pyHanko reads them byte by byte.

That took a third of the time of verifying 100 kB. What is out of the ordinary (an odd escape, a comment, the end of the
file, more than a look ahead shows) is left to pyHanko, so that it is read, or refused, as ever.
"""

from __future__ import annotations

import binascii
import os
import re
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic, misc

BLANKS = b"\x00\t\n\x0c\r "
AHEAD = 48
_NAME = re.compile(rb"/[!\"$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]*(?=[\x00\t\n\x0c\r ()<>\[\]{}/%])")
_REFERENCE = re.compile(rb"([1-9][0-9]{0,6}) ([0-9]{1,5}) R(?=[\x00\t\n\x0c\r ()<>\[\]{}/%])")
_WHOLE = re.compile(rb"[0-9]{1,15}(?=[/>\]]|[\t\n\x0c\r ]+[^0-9\t\n\x0b\x0c\r ])")
_ESCAPED = rb"\\(?:[nrtbf()\\]|[0-3][0-7]{2})"
_STRING = re.compile(rb"\(([^()\\]*(?:" + _ESCAPED + rb"[^()\\]*)*)\)")
_ESCAPE = re.compile(_ESCAPED)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"(": b"(", b")": b")", b"\\": b"\\"}
_MEANING = {b"\\" + said: meant for said, meant in _LETTERS.items()} | {
    b"\\%03o" % value: bytes([value]) for value in range(256)
}

Reader = Callable[..., Any]

_their_object: Reader = generic.read_object
_their_name: Reader = generic.NameObject.read_from_stream
_their_string: Reader = generic.read_string_from_stream
_their_next: Reader = misc.read_non_whitespace


def read_object(
    stream: Any,
    container_ref: Any,
    as_metadata_stream: bool = False,
    in_content_stream: generic.ContentOpReading = generic.ContentOpReading.NO,
) -> Any:
    """A name, a reference or a whole number at once, and a comment before one, in which pyHanko can read forever."""
    ahead = stream.read(AHEAD)
    if ahead.startswith(b"%"):
        stream.seek(-len(ahead), os.SEEK_CUR)
        _their_next(stream, True)
        return read_object(stream, container_ref)  # where it stands is forgotten, as pyHanko does
    made: Any = None
    if found := _NAME.match(ahead):
        made = generic.NameObject(found[0].decode("ascii"))
    elif in_content_stream is generic.ContentOpReading.NO:
        if found := _REFERENCE.match(ahead):
            made = generic.IndirectObject(int(found[1]), int(found[2]), container_ref.get_pdf_handler())  # type: ignore[no-untyped-call]
        elif found := _WHOLE.match(ahead):
            made = generic.NumberObject(found[0].decode("ascii"))  # type: ignore[no-untyped-call]
    if found is None:
        stream.seek(-len(ahead), os.SEEK_CUR)
        return _their_object(stream, container_ref, as_metadata_stream, in_content_stream)
    stream.seek(found.end() - len(ahead), os.SEEK_CUR)
    made.container_ref = container_ref
    return made


def read_name(stream: Any) -> Any:
    """A name without escapes that ends within a look."""
    ahead = stream.read(AHEAD)
    found = _NAME.match(ahead)
    if found is None:
        stream.seek(-len(ahead), os.SEEK_CUR)
        return _their_name(stream)
    stream.seek(found.end() - len(ahead), os.SEEK_CUR)
    return generic.NameObject(found[0].decode("ascii"))


def read_string(stream: Any) -> Any:
    """A string without parentheses in it that ends within a few kilobytes."""
    size = AHEAD
    while True:
        ahead = stream.read(size)
        found = _STRING.match(ahead)
        if found is not None:
            stream.seek(found.end() - len(ahead), os.SEEK_CUR)
            text = found[1]
            return generic.pdf_string(_ESCAPE.sub(_meant, text) if b"\\" in text else text)
        stream.seek(-len(ahead), os.SEEK_CUR)
        if len(ahead) < size or size >= 4096:
            return _their_string(stream)
        size *= 4


def _meant(escape: re.Match[bytes]) -> bytes:
    return _MEANING[escape[0]]


def read_hex_string(stream: Any) -> Any:
    """A hex string of any length; one that is no hex string is refused here, as pyHanko would after a long while."""
    stream.read(1)
    parts: list[bytes] = []
    while chunk := stream.read(8192):
        end = chunk.find(b">")
        if end >= 0:
            parts.append(chunk[:end])
            stream.seek(end + 1 - len(chunk), os.SEEK_CUR)
            break
        parts.append(chunk)
    else:
        raise misc.PdfStreamError("a hex string without an end")
    digits = b"".join(parts).translate(None, BLANKS)
    try:
        return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))
    except binascii.Error as error:
        raise misc.PdfStreamError(f"not a hex string: {error}") from error


def read_next(stream: Any, seek_back: bool = False, allow_eof: bool = False) -> Any:
    """The next character that is no blank."""
    found: bytes = stream.read(1)
    if found <= b" " or found == b"%":
        ahead = found + stream.read(AHEAD)
        rest = ahead.lstrip(BLANKS)
        found = rest[:1]
        if not rest or found == b"%":
            stream.seek(-len(ahead), os.SEEK_CUR)
            return _their_next(stream, seek_back, allow_eof)
        stream.seek(1 - len(rest), os.SEEK_CUR)
    if seek_back:
        stream.seek(-1, os.SEEK_CUR)
    return found


def install() -> None:
    """Once a process; pyHanko's modules look these up by name at every call."""
    generic.read_object = read_object
    generic.NameObject.read_from_stream = staticmethod(read_name)  # type: ignore[method-assign]
    generic.read_string_from_stream = read_string
    generic.read_hex_string_from_stream = read_hex_string
    generic.read_non_whitespace = misc.read_non_whitespace = read_next  # type: ignore[attr-defined]
