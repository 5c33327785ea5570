"""What the signing tests build: small PDF files, seals, attacks. Nothing third-party is needed."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto.parser import peek
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from hub.kernel.documents import vietnamese_font
from signing import Level, Look, Report, Role, TrustStore, seal_pdf, verify
from signing.keys import SigningKey
from signing.test_pki import Pki

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FONTS = [
    Path("/usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf"),
    vietnamese_font(),
    *Path("node_modules/@expo-google-fonts/noto-serif").glob("**/*Regular*.ttf"),
]


def font() -> Path | None:
    return next((f for f in FONTS if f.is_file()), None)


def plain_pdf(text: str = "Hello", *, pages: int = 1, extra: bytes = b"", fields: bytes = b"") -> bytes:
    """A well-formed PDF written by hand: one content stream a page, a classic cross-reference table."""
    objects: list[bytes] = []
    kids = b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(pages))
    form = b"/AcroForm << /Fields [%s] >>" % fields if fields else b""
    objects.append(b"<< /Type /Catalog /Pages 2 0 R %s %s >>" % (form, extra))
    objects.append(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages))
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    objects.append(b"<< /Type /ExtGState /CA 1 >>")
    for n in range(pages):
        annots = b"/Annots [%s]" % fields if fields and n == 0 else b""
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %s"
        objects.append(page % (6 + 2 * n, annots) + b" /Resources << /Font << /F1 3 0 R >> >> >>")
        stream = b"BT /F1 24 Tf 72 700 Td (%s %d) Tj ET" % (text.encode(), n + 1)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return assemble(objects)


def assemble(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def seal(
    pdf: bytes,
    pki: Pki,
    name: str = "agency",
    *,
    level: Level = Level.B_T,
    at: datetime = NOW,
    trust: TrustStore | None = None,
    look: Look | None = None,
    key: SigningKey | None = None,
    tsa: Any = None,
    certify: bool = False,
) -> bytes:
    stamper = tsa or pki.tsa(lambda: at)
    look = look or Look.invisible(role=Role.AGENCY)
    return asyncio.run(
        seal_pdf(pdf, key or pki.key(name), look, tsa=stamper, trust=trust, level=level, certify=certify, at=at)
    )


def judged(data: bytes, trust: TrustStore, **options: Any) -> Report:
    return verify(data, trust=trust, **{"at": NOW + timedelta(minutes=5), **options})


def append_revision(
    pdf: bytes, objects: dict[int, bytes], *, root: int = 1, eof: bool = True, xref: bool = True
) -> bytes:
    """An incremental update written by hand, as an attacker would."""
    out = bytearray(pdf)
    previous = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    size = max([int(n) for n in re.findall(rb"/Size (\d+)", pdf)] + [max(objects) + 1])
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    if xref:
        start = len(out)
        out += b"xref\n"
        for number in sorted(offsets):
            out += b"%d 1\n%010d 00000 n \n" % (number, offsets[number])
        out += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n" % (size, root, previous, start)
    if eof:
        out += b"%%EOF\n"
    return bytes(out)


def edit(pdf: bytes, change: Any) -> bytes:
    """A later revision made through pyHanko: `change(writer)` does what it likes."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def add_annotation(writer: Any, subtype: str = "/FreeText", **more: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    annotation = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name(subtype),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(v) for v in (72, 690, 400, 730)]),
            generic.pdf_name("/Contents"): generic.pdf_string("100.000.000"),
            **{generic.pdf_name(k): v for k, v in more.items()},
        }
    )
    reference = writer.add_object(annotation)
    if "/Annots" in page:
        page["/Annots"].append(reference)
        writer.update_container(page["/Annots"])
    else:
        page["/Annots"] = generic.ArrayObject([reference])
    writer.update_container(page)


def contents_span(pdf: bytes, index: int = -1) -> tuple[int, int]:
    """Where the hexadecimal /Contents of a signature stands, brackets included."""
    ranges = re.findall(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) (\d+)\s*\]", pdf)
    start, end, _ = (int(n) for n in ranges[index])
    return start, end


def with_contents(pdf: bytes, cms: bytes, index: int = -1) -> bytes:
    """The same file with other signature bytes in the reserved space."""
    start, end = contents_span(pdf, index)
    room = (end - start - 2) // 2
    assert len(cms) <= room
    digits = cms.ljust(room, b"\0").hex().encode()
    return pdf[: start + 1] + digits + pdf[end - 1 :]


def signature_bytes(pdf: bytes, index: int = -1) -> bytes:
    """Without the room behind it: one signature in 256 ends in a zero of its own."""
    start, end = contents_span(pdf, index)
    held = bytes.fromhex(pdf[start + 1 : end - 1].decode())
    return held[: peek(held)]
