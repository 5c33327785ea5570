"""Cross-reference streams that promise more entries than they hold.

pyHanko makes the missing ones up, thousands of millions of them where `/Size` or `/Index` says so; other readers
refuse the table and look for the objects themselves, and so may show another document. Refused here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic, misc, xref
from pyhanko.pdf_utils.decode_limits import DecodePurpose

MOST_ENTRIES = 1_000_000
"""Of one stream: pyHanko takes about two seconds for them. ISO 32000-1 Annex C names eight million objects."""

_theirs = xref.parse_xref_stream


def parse_xref_stream(xref_stream: generic.StreamObject, strict: bool = True) -> Iterator[xref.XRefEntry]:
    """The entries one by one. Raises PdfReadError when they cannot all be there."""
    try:
        promised, width = _promise(xref_stream)
    except (TypeError, ValueError) as error:
        raise misc.PdfReadError(f"a cross-reference stream without its numbers: {error}") from error
    if promised > MOST_ENTRIES:
        raise misc.PdfReadError(f"a cross-reference stream of {promised} entries")
    held = len(xref_stream.read_data(DecodePurpose.XREF_STREAM, expected_size=promised * (width + 1)))
    if promised * max(width, 1) > held:
        raise misc.PdfReadError(f"a cross-reference stream of {promised} entries in {held} bytes")
    return _theirs(xref_stream, strict)


def _promise(stream: Any) -> tuple[int, int]:
    """How many entries, and the bytes of each."""
    sections = stream.get("/Index", [0, stream.get("/Size")])
    count = sum(max(size, 0) for _, size in misc.pair_iter(sections))  # type: ignore[no-untyped-call]
    return count, sum(max(part, 0) for part in list(stream.get("/W"))[:3])


def install() -> None:
    """Once a process; pyHanko looks the function up by name at every call."""
    xref.parse_xref_stream = parse_xref_stream
