"""What a scanned PDF is like: whole, readable, fine enough (NĐ 45/2020 Điều 25). Pure: no disk, no network."""

from io import BytesIO
from typing import Any

import msgspec
from pyhanko.pdf_utils.reader import PdfFileReader

from hub.sealing.errors import unreadable_scan
from signing.pdf_damage import DAMAGED

FINE_ENOUGH = 200
"""Dots an inch."""
MOST_PAGES = 500


class Scan(msgspec.Struct, frozen=True):
    """`dpi`: of the coarsest scanned page, None when no page is one picture; `coarse`: pages below the limit, from 1."""

    pages: int
    dpi: int | None
    coarse: tuple[int, ...]


def look_at(data: bytes) -> Scan:
    """Raises Invalid for what is damaged, encrypted, empty or longer than MOST_PAGES."""
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        if reader.encrypted:
            raise unreadable_scan()
        count = int(reader.root["/Pages"]["/Count"])
        if not 0 < count <= MOST_PAGES:
            raise unreadable_scan()
        finest = [_dpi(reader, number) for number in range(count)]
    except DAMAGED:
        raise unreadable_scan() from None
    known = [dpi for dpi in finest if dpi is not None]
    coarse = tuple(n for n, dpi in enumerate(finest, start=1) if dpi is not None and dpi < FINE_ENOUGH)
    return Scan(count, min(known, default=None), coarse)


def _dpi(reader: PdfFileReader, number: int) -> int | None:
    """Of the largest picture of a page, taken to fill the page; None when there is text or no picture."""
    page = reader.find_page_for_modification(number)[0].get_object()  # type: ignore[no-untyped-call]
    box = [float(v) for v in _inherited(page, "/MediaBox")]
    resources = _inherited(page, "/Resources") or {}
    pictures = [_object(each) for each in dict(resources.get("/XObject", {})).values()]
    sizes = [(int(p["/Width"]), int(p["/Height"])) for p in pictures if p.get("/Subtype") == "/Image"]
    if not sizes or "/Font" in resources:
        return None
    wide, high = abs(box[2] - box[0]) / 72, abs(box[3] - box[1]) / 72
    return max(round(min(max(w, h) / max(wide, high), min(w, h) / min(wide, high))) for w, h in sizes)


def _object(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _inherited(page: Any, name: str) -> Any:
    for _ in range(32):
        if name in page:
            return page[name]
        page = page["/Parent"]
    raise KeyError(name)
