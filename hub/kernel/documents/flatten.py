"""Makes what signatures and stamps show part of the page, so that a paper copy shows all that a reader sees.

In Vietnamese offices the number, the date, the seal and the leader's hand are annotations (SIGNING §6); whoever copies
only page contents copies a letter without them.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import msgspec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from hub.kernel.errors import Invalid
from signing.pdf_damage import DAMAGED

_HIDDEN = 0b10_0010  # Hidden, NoView
_UNSHOWN = ("/Link", "/Popup")
_DEEPEST = 64
_Matrix = tuple[float, float, float, float, float, float]
_Box = tuple[float, float, float, float]


class UnreadablePdfError(Invalid):
    """This is no PDF whose pages can be copied: damaged, encrypted or empty. `why`: for whoever helps."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "document.not-copyable",
            "Không sao chép được các trang của tệp PDF này: tệp hỏng, bị khóa bằng mật khẩu hoặc không có trang nào. Tệp gốc "
            "vẫn được giữ nguyên và tải về được; hãy đề nghị cơ quan đã ban hành gửi lại tệp.",
            "The pages of this PDF cannot be copied: it is damaged, locked with a password or has no page. The original is "
            "kept and can be downloaded; ask the agency that issued it to send the file again.",
            data={"why": why},
        )


class Page(msgspec.Struct, frozen=True):
    """One page as it is seen: width and height in points, rotation applied."""

    width: float
    height: float

    @property
    def landscape(self) -> bool:
        """Wider than high."""
        return self.width > self.height


class Flat(msgspec.Struct, frozen=True):
    """The file with its annotations drawn into its pages, and the pages' sizes."""

    pdf: bytes
    pages: tuple[Page, ...]


def flatten(pdf: bytes) -> Flat:
    """Draw every visible annotation into its page; raises UnreadablePdfError."""
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        if writer.prev.encrypted:
            raise UnreadablePdfError("the file is encrypted")
        count = int(writer.root["/Pages"]["/Count"])
        pages = tuple(_flatten_page(writer, number) for number in range(count))
        if not pages:
            raise UnreadablePdfError("the file has no page")
        out = BytesIO()
        writer.write(out)  # type: ignore[no-untyped-call]
    except UnreadablePdfError:
        raise
    except DAMAGED as wrong:
        raise UnreadablePdfError(f"the file cannot be read: {wrong}") from wrong
    return Flat(out.getvalue(), pages)


def _flatten_page(writer: IncrementalPdfFileWriter, number: int) -> Page:
    reference, _ = writer.find_page_for_modification(number)  # type: ignore[no-untyped-call]
    page = reference.get_object()
    drawn, forms = [], generic.DictionaryObject()  # type: ignore[no-untyped-call]
    for index, (form, matrix) in enumerate(_shown(page)):
        name = f"/Hien{number}x{index}"
        forms[pdf_name(name)] = form
        drawn.append(f"q {' '.join(f'{n:.5f}' for n in matrix)} cm {name} Do Q")
    if drawn:
        if "/Contents" not in page:
            page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b""))
        before = writer.add_object(generic.StreamObject(stream_data=b"q\n"))
        after = writer.add_object(generic.StreamObject(stream_data=b"\nQ\n" + "\n".join(drawn).encode()))
        writer.add_stream_to_page(number, before, prepend=True)  # type: ignore[no-untyped-call]
        resources = generic.DictionaryObject({pdf_name("/XObject"): forms})  # type: ignore[no-untyped-call]
        writer.add_stream_to_page(number, after, resources=resources)  # type: ignore[no-untyped-call]
    return _size(page)


def _shown(page: generic.DictionaryObject) -> Iterator[tuple[generic.IndirectObject, _Matrix]]:
    """Each visible annotation's appearance and the matrix that brings it to its place (ISO 32000-1, 12.5.5)."""
    for annotation in _at(page, "/Annots") or ():
        note = annotation.get_object()
        if int(_at(note, "/F") or 0) & _HIDDEN or _at(note, "/Subtype") in _UNSHOWN:
            continue
        form = _appearance(note)
        if form is None:
            continue
        stream = form.get_object()  # type: ignore[no-untyped-call]
        rect = _box([float(n) for n in note["/Rect"]])
        bbox = _box([float(n) for n in stream["/BBox"]])
        seen = _transformed(bbox, tuple(float(n) for n in _at(stream, "/Matrix") or (1, 0, 0, 1, 0, 0)))
        width, height = seen[2] - seen[0], seen[3] - seen[1]
        if not (width and height and rect[2] > rect[0] and rect[3] > rect[1]):
            continue
        sx, sy = (rect[2] - rect[0]) / width, (rect[3] - rect[1]) / height
        yield form, (sx, 0.0, 0.0, sy, rect[0] - seen[0] * sx, rect[1] - seen[1] * sy)


def _appearance(note: generic.DictionaryObject) -> generic.IndirectObject | None:
    """The normal appearance stream, of the current state where there are several."""
    looks = _at(note, "/AP")
    if looks is None or "/N" not in looks:
        return None
    normal = looks.raw_get("/N")
    content = normal.get_object()
    if not isinstance(content, generic.StreamObject):
        state = _at(note, "/AS")
        if state is None or state not in content:
            return None
        normal = content.raw_get(state)
    return normal if isinstance(normal.get_object(), generic.StreamObject) and "/BBox" in normal.get_object() else None


def _box(edges: list[float]) -> _Box:
    x0, x1 = sorted((edges[0], edges[2]))
    y0, y1 = sorted((edges[1], edges[3]))
    return x0, y0, x1, y1


def _transformed(box: _Box, matrix: tuple[float, ...]) -> _Box:
    a, b, c, d, e, f = matrix
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _size(page: generic.DictionaryObject) -> Page:
    box = _inherited(page, "/CropBox") or _inherited(page, "/MediaBox")
    x0, y0, x1, y1 = _box([float(n) for n in box])
    turned = int(_inherited(page, "/Rotate") or 0) % 180 != 0
    return Page(y1 - y0, x1 - x0) if turned else Page(x1 - x0, y1 - y0)


def _inherited(page: generic.DictionaryObject, key: str) -> Any:
    node: Any = page
    for _ in range(_DEEPEST):
        if node is None or key in node:
            break
        node = _at(node, "/Parent")
    return None if node is None else _at(node, key)


def _at(node: generic.DictionaryObject, key: str) -> Any:
    """The value behind any reference; None when there is none."""
    return node[key] if key in node else None  # noqa: SIM401 — `get` does not follow references
