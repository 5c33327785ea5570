"""A cross-reference stream holds what it promises, or is refused before pyHanko makes the rest up."""

import asyncio

import pytest
from pyhanko.pdf_utils import generic, misc

from signing import Look, Role, SealError, seal_pdf
from signing.pdf_xref import MOST_ENTRIES, parse_xref_stream
from signing.test_pki import Pki
from tests.unit.signing.makers import NOW
from tests.unit.signing.test_fuzz import table

ENTRY = b"\x01\x00\x09\x00"


def stream(count: int, data: bytes, **more: generic.PdfObject) -> generic.StreamObject:
    """`count` entries of four bytes, as the dictionary says."""
    widths = generic.ArrayObject(map(generic.NumberObject, (1, 2, 1)))
    named = {"/W": widths, "/Size": generic.NumberObject(count)} | {f"/{name}": value for name, value in more.items()}
    return generic.StreamObject({generic.pdf_name(name): value for name, value in named.items()}, stream_data=data)


@pytest.mark.parametrize("behind", [b"", b"\x00", ENTRY])
def test_what_is_held_is_read(behind: bytes) -> None:
    """Also where more is there than was promised."""
    found = list(parse_xref_stream(stream(3, ENTRY * 3 + behind), strict=False))
    assert [(each.idnum, each.location) for each in found] == [(0, 9), (1, 9), (2, 9)]


@pytest.mark.parametrize("count", [4, 2**31, MOST_ENTRIES + 1])
def test_an_entry_more_is_refused(count: int) -> None:
    with pytest.raises(misc.PdfReadError, match=f"{count} entries"):
        parse_xref_stream(stream(count, ENTRY * 3), strict=False)


def test_sections_count_together() -> None:
    pairs = generic.ArrayObject(map(generic.NumberObject, (0, 2, 7, 2)))
    assert [each.idnum for each in parse_xref_stream(stream(9, ENTRY * 4, Index=pairs))] == [0, 1, 7, 8]
    with pytest.raises(misc.PdfReadError, match="4 entries in 12 bytes"):
        parse_xref_stream(stream(9, ENTRY * 3, Index=pairs))


def test_a_table_without_its_numbers_is_refused() -> None:
    with pytest.raises(misc.PdfReadError, match="without its numbers"):
        parse_xref_stream(stream(3, ENTRY * 3, W=generic.NullObject()))


def test_what_is_to_be_sealed_is_refused_too(pki: Pki) -> None:
    """Sealing has no process of its own that would be ended."""
    pdf = table(b"/W[1 2 1]/Size 3000000", bytes(400))
    with pytest.raises(SealError, match="3000000 entries"):
        asyncio.run(seal_pdf(pdf, pki.key("agency"), Look(role=Role.AGENCY), tsa=pki.tsa(lambda: NOW), at=NOW))
