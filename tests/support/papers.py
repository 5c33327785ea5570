"""PDF files for tests: a letter of the office, with a stamp as Vietnamese signing products add it."""

from functools import cache
from io import BytesIO

import pikepdf
import pypdf
import typst


def text_of(pdf: bytes) -> str:
    """All text of a PDF."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


@cache
def letter(pages: int = 1, *, landscape: bool = False) -> bytes:
    """A letter of this many pages."""
    source = f"""
    #set page(paper: "a4", flipped: {str(landscape).lower()})
    #set text(lang: "vi", size: 14pt)
    #for n in range({pages}) {{ if n > 0 {{ pagebreak() }}; [QUYẾT ĐỊNH trang #(n + 1): công nhận quyền sử dụng đất] }}
    """
    return bytes(typst.compile({"main": source.encode()}, format="pdf", ignore_system_fonts=True))


def stamped(text: str, *, flags: int = 4, subtype: str = "/Stamp") -> bytes:
    """A letter with one annotation that shows a black box (and carries `text`), off the page's own content."""
    with pikepdf.open(BytesIO(letter())) as pdf:
        look = pdf.make_stream(
            b"0 0 0 rg 0 0 100 50 re f",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 100, 50],
        )
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name(subtype),
            Rect=[300, 100, 500, 200],
            F=flags,
            Contents=text,
            AP=pikepdf.Dictionary(N=look),
        )
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()
