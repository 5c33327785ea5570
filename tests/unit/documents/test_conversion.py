"""Conversion to paper: nine fields, the whole document, QR, the province's sentence (REQUIREMENTS §3.2; RES-09)."""

import asyncio
import hashlib
from datetime import UTC, date, datetime
from io import BytesIO

import msgspec
import pypdf
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from hub import profiles
from hub.kernel.documents import Document, UnreadablePdfError, flatten, picture, qr_svg
from hub.vault.conversion import ConversionData, render_conversion
from hub.vault.conversion.conversion import TEMPLATE, fields_of, files_of
from tests.support.papers import letter, stamped, text_of

DATA = ConversionData(
    office="Trung tâm Phục vụ hành chính công tỉnh An Giang",
    address="Phường Long Xuyên, tỉnh An Giang",
    phone="0296 000 001",
    symbol="1234/QĐ-UBND",
    authority="Ủy ban nhân dân phường Long Xuyên",
    signer="Nguyễn Văn Minh",
    signed_on="ngày 20 tháng 11 năm 2026",
    result_code="H01.12-261119-0047-KQ1",
    verify_url="https://dichvucong.angiang.gov.vn/kiem-tra/Zr8kq2m1_bYx8Qe4pLw0sT7u",
    qr_text="https://dichvucong.angiang.gov.vn/kiem-tra/Zr8kq2m1_bYx8Qe4pLw0sT7u#" + "5" * 640,
    footer=profiles.load("an_giang").at(date(2026, 11, 23)).names.footer,
    number="000012/2026/CĐ",
    converted_at=datetime(2026, 11, 23, 2, 5, tzinfo=UTC),
    converted_by="Nguyễn Văn Tiếp",
    sha256=hashlib.sha256(letter(3)).hexdigest(),
)


def made(content: bytes, **changes) -> Document:
    return asyncio.run(render_conversion(msgspec.structs.replace(DATA, **changes), content))


def pictures(content: bytes) -> list[Image.Image]:
    flat = flatten(content)
    drawn = picture(
        TEMPLATE, fields_of(DATA, flat.pages), qr=qr_svg(DATA.verify_url), files=files_of(DATA, flat), ppi=150
    )
    return [Image.open(BytesIO(page)).convert("RGB") for page in drawn]


@pytest.fixture(scope="module")
def paper() -> Document:
    return made(letter(3))


@pytest.mark.parametrize(
    "said",
    [
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG TỈNH AN GIANG",
        "Địa chỉ: Phường Long Xuyên, tỉnh An Giang",
        "Số điện thoại: 0296 000 001",
        "KẾT QUẢ Giải quyết hồ sơ thủ tục hành chính được chuyển đổi từ văn bản điện tử",
        "I. THÔNG TIN VĂN BẢN ĐIỆN TỬ ĐƯỢC CHUYỂN ĐỔI",
        "1. Ký hiệu văn bản: 1234/QĐ-UBND",
        "2. Cơ quan thẩm quyền ký văn bản: Ủy ban nhân dân phường Long Xuyên",
        "3. Họ và tên người ký ban hành: Nguyễn Văn Minh",
        "4. Ngày ký văn bản: ngày 20 tháng 11 năm 2026",
        "5. Mã số hồ sơ thủ tục hành chính: H01.12-261119-0047-KQ1",
        "II. NỘI DUNG VĂN BẢN ĐIỆN TỬ ĐƯỢC CHUYỂN ĐỔI",
        "Toàn bộ nội dung văn bản gồm 3 trang",
        "Số chuyển đổi 000012/2026/CĐ",
        "09:05, 23/11/2026",
    ],
)
def test_every_field_of_the_form_is_there(paper, said):
    assert said in " ".join(text_of(paper.pdf).split())


def test_the_whole_document_follows_page_for_page(paper):
    pages = pypdf.PdfReader(BytesIO(paper.pdf)).pages
    assert len(pages) == paper.pages == 4
    for number, page in enumerate(pages[1:], start=1):
        assert f"QUYẾT ĐỊNH trang {number}" in page.extract_text()


def test_each_sheet_ends_with_the_provinces_sentence_and_its_number(paper):
    for number, page in enumerate(pypdf.PdfReader(BytesIO(paper.pdf)).pages, start=1):
        words = " ".join(page.extract_text().split())
        assert "Được cung cấp bởi Hệ thống thông tin giải quyết thủ tục hành chính tỉnh An Giang./." in words
        assert f"Tờ {number}/4" in words


def test_the_sentence_is_the_provinces_own():
    footer = profiles.load("binh_dinh").at(date(2020, 7, 1)).names.footer
    assert "Hệ thống thông tin một cửa điện tử tỉnh Bình Định./." in text_of(made(letter(), footer=footer).pdf)


def test_every_sheet_carries_a_qr_that_reads_back():
    first, *others = pictures(letter(2))
    assert {code.text for code in zxingcpp.read_barcodes(first)} == {DATA.verify_url, DATA.qr_text}
    for sheet in others:
        assert {code.text for code in zxingcpp.read_barcodes(sheet)} == {DATA.verify_url}


def test_the_large_code_is_readable_after_a_bad_copy():
    """RES-09: a signed code of usual length is 38 mm wide; blurred and at half the printer's dots it still reads."""
    first = pictures(letter(1))[0]
    small = first.resize((first.width * 2 // 3, first.height * 2 // 3)).filter(ImageFilter.GaussianBlur(0.6))
    assert DATA.qr_text in {code.text for code in zxingcpp.read_barcodes(small)}


def test_a_seal_that_is_only_an_annotation_is_on_the_paper():
    def dark(content: bytes) -> int:
        sheet = pictures(content)[1]
        return sum(1 for r, g, b in sheet.crop((600, 900, 1050, 1500)).get_flattened_data() if r + g + b < 60)

    assert dark(stamped("CON DẤU")) > dark(letter()) + 10_000


def test_a_landscape_page_keeps_its_shape():
    pages = pypdf.PdfReader(BytesIO(made(letter(1, landscape=True)).pdf)).pages
    assert [float(p.mediabox.width) > float(p.mediabox.height) for p in pages] == [False, True]


def test_what_cannot_be_copied_is_refused():
    with pytest.raises(UnreadablePdfError):
        made(b"%PDF-1.7 hong")
