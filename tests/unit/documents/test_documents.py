"""Papers in general: PDF/A, the fonts that come along, characters without a glyph, QR, annotations drawn in."""

import asyncio
import contextlib
import threading
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hub.kernel import documents
from hub.kernel.documents import DocumentError, UnreadablePdfError, compose, flatten, printable, qr_svg, typesetting
from tests.support.papers import letter, stamped, text_of

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TEMPLATE = """
#import "office.typ": *
#paper("Thử", none, { data.words; signature-place("here", 62mm, 24mm); context [#metadata(here().page()) <pages>] })
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "thu.typ"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


def words(text: str) -> dict[str, str]:
    return {"words": text, "author": "Một cửa", "subject": "Thử"}


def test_a_paper_is_pdf_a_2b_with_its_fonts_inside(template):
    made = compose(template, words("Cộng hòa xã hội chủ nghĩa Việt Nam: Ộ Ủ Ữ Ẻ Ướ Đ"), at=AT)
    with pikepdf.open(BytesIO(made.pdf)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        assert pdf.Root.Lang in ("vi", "vi-VN")
        fonts = [f for p in pdf.pages for f in p.Resources.Font.values()]
        assert fonts
        assert all(f.DescendantFonts[0].FontDescriptor.get("/FontFile3", f) is not f for f in fonts)
    assert "Ộ Ủ Ữ Ẻ Ướ Đ" in text_of(made.pdf)


def test_the_same_input_makes_the_same_bytes(template):
    assert compose(template, words("như nhau"), at=AT).pdf == compose(template, words("như nhau"), at=AT).pdf


def test_a_place_is_told_in_pdf_coordinates(template):
    place = compose(template, words("chỗ ký"), at=AT).places["here"]
    assert place.page == 0
    x0, y0, x1, y1 = place.box
    assert (x1 - x0, y1 - y0) == pytest.approx((62 * 72 / 25.4, 24 * 72 / 25.4))
    assert 0 < x0 < x1 < 596
    assert 0 < y0 < y1 < 842


@pytest.mark.parametrize(
    "name", ["Nguyễn 😀 Văn A", "ខ្មែរ", "漢字", "tab\tchuông\x07", "\ue000", "a\u202eb", "e\u0323\u0302"]
)
def test_a_character_without_a_glyph_does_not_stop_a_paper(template, name):
    assert compose(template, words(name), at=AT).pages == 1


@given(st.text(max_size=40))
def test_printable_text_is_stable_and_keeps_vietnamese(text):
    assert printable(printable(text)) == printable(text)
    assert printable("Đặng Thị Ngọc Huyền – ½ “ngày”") == "Đặng Thị Ngọc Huyền – ½ “ngày”"


def test_data_is_never_markup(template):
    evil = '#set page(fill: red) *đậm* $x^2$ #read("/etc/passwd") \\ <pages> @ref'
    assert evil in " ".join(text_of(compose(template, words(evil), at=AT).pdf).split())


def test_a_bad_template_is_told_by_name(tmp_path):
    broken = tmp_path / "hong.typ"
    broken.write_text("#let x = ", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"hong\.typ"):
        compose(broken, words("x"), at=AT)


def test_a_template_reads_no_file_of_the_machine(tmp_path):
    nosy = tmp_path / "nosy.typ"
    nosy.write_text('#read("/etc/hostname")', encoding="utf-8")
    with pytest.raises(DocumentError):
        compose(nosy, words("x"), at=AT)


def test_a_qr_code_reads_back():
    import typst

    png = typst.compile(
        {
            "main": b'#set page(width: 40mm, height: 40mm, margin: 4mm)\n#image(bytes(sys.inputs.qr), format: "svg", width: 32mm)'
        },
        format="png",
        ppi=200,
        sys_inputs={"qr": qr_svg("https://dichvucong.angiang.gov.vn/tra-cuu/H01.12-261119-0047")},
    )
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    assert code.text == "https://dichvucong.angiang.gov.vn/tra-cuu/H01.12-261119-0047"


async def _many(template: Path) -> list[documents.Document]:
    return await asyncio.gather(*(documents.render(template, words(str(n)), at=AT) for n in range(6)))


def test_no_more_than_two_papers_are_set_at_a_time(template, monkeypatch):
    running, most, lock, pair = 0, 0, threading.Lock(), threading.Barrier(2, timeout=60)

    def slow(*_, **__):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        pair.wait()
        with lock:
            running -= 1
        return documents.Document(b"", {}, 1)

    monkeypatch.setattr(typesetting, "compose", slow)
    assert len(asyncio.run(_many(template))) == 6
    assert most == 2


def test_what_signatures_show_becomes_part_of_the_page():
    flat = flatten(stamped("SỐ 2118"))
    with pikepdf.open(BytesIO(flat.pdf)) as pdf:
        page = pdf.pages[0]
        names = [n for n in page.Resources.XObject if str(n).startswith("/Hien")]
        content = b"".join(c.read_bytes() for c in page.Contents)
    assert len(names) == 1
    assert names[0].encode() in content
    assert content.startswith(b"q\n")


def test_hidden_annotations_and_links_stay_away():
    with pikepdf.open(BytesIO(flatten(stamped("ẨN", flags=2)).pdf)) as pdf:
        assert not [n for n in pdf.pages[0].Resources.get("/XObject", {}) if str(n).startswith("/Hien")]
    with pikepdf.open(BytesIO(flatten(stamped("LINK", subtype="/Link")).pdf)) as pdf:
        assert not [n for n in pdf.pages[0].Resources.get("/XObject", {}) if str(n).startswith("/Hien")]


def test_pages_are_told_as_they_are_seen():
    source = letter(pages=2)
    with pikepdf.open(BytesIO(source)) as pdf:
        pdf.pages[1].Rotate = 90
        out = BytesIO()
        pdf.save(out)
    assert [page.landscape for page in flatten(out.getvalue()).pages] == [False, True]


def _encrypted() -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(letter())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\nnot one", b"<html></html>", letter()[:900], _encrypted()],
    ids=["empty", "only a head", "html", "cut", "encrypted"],
)
def test_a_file_that_is_no_readable_pdf_is_refused(content):
    with pytest.raises(UnreadablePdfError):
        flatten(content)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(b"\n1 0 obj\n", b"\n1 0 obj0"), (b"595.2756 841.8898", b"595.27560841.8898")],
    ids=["a catalogue that is a number", "a number with two points"],
)
def test_a_file_whose_damage_the_parser_only_asserts_is_refused(right: bytes, wrong: bytes):
    content = stamped("HỎNG")
    assert right in content
    with pytest.raises(UnreadablePdfError) as refused:
        flatten(content.replace(right, wrong))
    assert (refused.value.status, refused.value.code) == (422, "document.not-copyable")


@given(st.data())
def test_a_damaged_file_is_refused_or_copied_but_never_crashes(data):
    content = bytearray(stamped("HỎNG"))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadablePdfError):
        assert flatten(bytes(content)).pages
