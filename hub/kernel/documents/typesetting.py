"""One function that turns a template and data into a PDF, in a worker thread of a bounded pool."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import typst

from hub.kernel.documents.text import printable_all

_FOLDER = Path(__file__).parent
_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="documents")
_ARCHIVAL = "a-2b"
_COMPILE: Any = typst.compile  # its types do not know sources given as a table of texts
_QUERY: Any = typst.query


class DocumentError(Exception):
    """A paper could not be made. The text is for the operator; nothing was stored or sent."""


class Place(msgspec.Struct, frozen=True):
    """A box on a page (from 0) in PDF points, origin at the lower left: x0, y0, x1, y1."""

    page: int
    box: tuple[float, float, float, float]


class Document(msgspec.Struct, frozen=True):
    """A paper and the places left for signatures, by name."""

    pdf: bytes
    places: dict[str, Place]
    pages: int


class _Mark(msgspec.Struct, rename="kebab"):
    """What `signature-place` of office.typ tells."""

    name: str
    page: int
    x: float
    y: float
    width: float
    height: float
    page_height: float


async def render(
    template: Path,
    data: Any,
    *,
    qr: str = "",
    at: datetime,
    files: Mapping[str, bytes] | None = None,
) -> Document:
    """`compose` in a worker thread; no more than two at a time, the rest wait their turn."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_POOL, lambda: compose(template, data, qr=qr, at=at, files=files))


def compose(
    template: Path,
    data: Any,
    *,
    qr: str = "",
    at: datetime,
    files: Mapping[str, bytes] | None = None,
) -> Document:
    """Set `template` with `data` (any struct) and the QR code `qr` (SVG), dated `at`: the same input, the same bytes.

    PDF/A-2b, unless `files` are embedded: a PDF inside a PDF/A would have to be one itself.
    """
    with _prepared(template, data, qr, files or {}) as (sources, options):
        standards = [] if files else [_ARCHIVAL]
        pdf = _COMPILE(
            sources,
            format="pdf",
            pdf_standards=standards,
            timestamp=at.astimezone(UTC).replace(microsecond=0),
            **options,
        )
        marks = _QUERY(sources, "<place>", field="value", **options)
        pages = _QUERY(sources, "<pages>", field="value", **options)
    places = {mark.name: _place(mark) for mark in msgspec.json.decode(marks, type=list[_Mark])}
    return Document(bytes(pdf), places, msgspec.json.decode(pages, type=list[int])[-1])


def picture(
    template: Path, data: Any, *, qr: str = "", files: Mapping[str, bytes] | None = None, ppi: int = 96
) -> tuple[bytes, ...]:
    """The same paper as PNG, a picture a page."""
    with _prepared(template, data, qr, files or {}) as (sources, options):
        drawn = _COMPILE(sources, format="png", ppi=ppi, **options)
    return (bytes(drawn),) if isinstance(drawn, bytes) else tuple(bytes(page) for page in drawn)


@contextmanager
def _prepared(template: Path, data: Any, qr: str, files: Mapping[str, bytes]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The sources and options of one run; embedded files stand in a folder that nobody else sees."""
    sources = {"main": template.read_bytes(), "office.typ": (_FOLDER / "office.typ").read_bytes()}
    inputs = {"data": msgspec.json.encode(printable_all(msgspec.to_builtins(data))).decode(), "qr": qr}
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        try:
            yield sources, {"root": folder, "ignore_system_fonts": True, "sys_inputs": inputs}
        except typst.TypstError as wrong:
            raise DocumentError(f"{template.name}: {wrong}") from wrong


def _place(mark: _Mark) -> Place:
    top = mark.page_height - mark.y
    return Place(mark.page - 1, (mark.x, top - mark.height, mark.x + mark.width, top))
