"""The receipt: every field of Mẫu số 01 (REQUIREMENTS §3.1; DOS-04, LOOK-04), and the place of its seal."""

import asyncio
from datetime import UTC, datetime
from io import BytesIO

import msgspec
import pikepdf
import pypdf
import pytest
import zxingcpp
from PIL import Image

from hub.dossier.receipt import Paper, ReceiptData, receipt_pictures, receiver_place, render_receipt
from hub.kernel.documents import Document, vietnamese_font
from signing import Look, Policy, seal_pdf, verify
from signing.test_pki import Pki
from tests.support.papers import text_of

CODE = "H01.12-261119-0047"
DATA = ReceiptData(
    number="47/TTPVHCC",
    code=CODE,
    lookup_url=f"https://dichvucong.angiang.gov.vn/tra-cuu/{CODE}",
    upper_office="Ủy ban nhân dân tỉnh An Giang",
    office="Trung tâm Phục vụ hành chính công tỉnh An Giang",
    office_phone="0296 000 001",
    place="An Giang",
    issued_at=datetime(2026, 11, 19, 1, 12, tzinfo=UTC),
    applicant="Lê Thị Mẫu",
    organisation="Công ty TNHH Mẫu",
    address="Số 12, đường Nguyễn Huệ, phường Long Xuyên, tỉnh An Giang",
    phone="0912 345 678",
    email="lethimau@example.vn",
    request="Tách thửa hoặc hợp thửa đất",
    components=(
        Paper(name="Đơn đề nghị tách thửa đất", originals=1, electronic=True),
        Paper(name="Bản vẽ tách thửa đất", originals=1, copies=2),
    ),
    time_limit="10 ngày làm việc",
    received_at=datetime(2026, 11, 19, 1, 12, tzinfo=UTC),
    due_at=datetime(2026, 12, 4, 10, 0, tzinfo=UTC),
    return_place="Tại nhà, qua dịch vụ bưu chính công ích",
    receiver="Nguyễn Văn Tiếp",
    fees="150.000 đ",
    book="01/2026",
    ordinal="47",
)


def made(**changes) -> Document:
    return asyncio.run(render_receipt(msgspec.structs.replace(DATA, **changes)))


@pytest.fixture(scope="module")
def receipt() -> Document:
    return made()


@pytest.mark.parametrize(
    "said",
    [
        "ỦY BAN NHÂN DÂN TỈNH AN GIANG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 47/TTPVHCC",
        "An Giang, ngày 19 tháng 11 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        f"Mã hồ sơ: {CODE}",
        "Trung tâm Phục vụ hành chính công/Bộ phận Tiếp nhận và Trả kết quả: Trung tâm Phục vụ hành chính công",
        "Số điện thoại: 0296 000 001",
        "Tiếp nhận hồ sơ của ông/bà: Lê Thị Mẫu",
        "Tổ chức: Công ty TNHH Mẫu",
        "Địa chỉ: Số 12, đường Nguyễn Huệ",
        "Số điện thoại: 0912 345 678",
        "Email: lethimau@example.vn",
        "Nội dung yêu cầu giải quyết: Tách thửa hoặc hợp thửa đất",
        "Thành phần hồ sơ nộp gồm: 1. Đơn đề nghị tách thửa đất (01 bản chính, bản điện tử)",
        "2. Bản vẽ tách thửa đất (01 bản chính, 02 bản sao)",
        "Số lượng hồ sơ: 01 (bộ)",
        "Thời gian giải quyết hồ sơ theo quy định là: 10 ngày làm việc",
        "Thời gian nhận hồ sơ: 08 giờ 12 phút, ngày 19 tháng 11 năm 2026",
        "Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 04 tháng 12 năm 2026",
        "Đăng ký nhận kết quả tại: Tại nhà, qua dịch vụ bưu chính công ích",
        "Phí, lệ phí: 150.000 đ",
        "Vào Sổ theo dõi hồ sơ, Quyển số: 01/2026 Số thứ tự: 47",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Chữ ký số của người tiếp nhận hồ sơ",
        "Ghi chú:",
    ],
)
def test_every_field_of_form_01_is_there(receipt, said):
    assert said in " ".join(text_of(receipt.pdf).split())


def test_it_is_one_a4_page_of_pdf_a(receipt):
    with pikepdf.open(BytesIO(receipt.pdf)) as pdf, pdf.open_metadata() as metadata:
        assert len(pdf.pages) == receipt.pages == 1
        assert [float(n) for n in pdf.pages[0].MediaBox[2:]] == pytest.approx([595.28, 841.89], abs=0.1)
        assert metadata["pdfaid:part"] == "2"


def test_two_copies_for_an_office_without_electronic_archive():
    both = made(copies=2)
    pages = pypdf.PdfReader(BytesIO(both.pdf)).pages
    assert "(Liên 1: Lưu tại Bộ phận Một cửa)" in pages[0].extract_text()
    assert "(Liên 2: Giao cho công dân)" in pages[1].extract_text()
    assert (receiver_place(both).page, receiver_place(both, 2).page) == (0, 1)


def test_many_papers_flow_over_pages_and_the_signatures_stay_together():
    long = made(components=tuple(Paper(name=f"Giấy tờ số {n} " + "có tên dài " * 8, copies=n) for n in range(1, 41)))
    assert long.pages >= 3
    assert receiver_place(long).page == long.pages - 1 == long.places["submitter-1"].page
    assert f"Trang {long.pages}/{long.pages}" in pypdf.PdfReader(BytesIO(long.pdf)).pages[-1].extract_text()


def test_the_qr_holds_the_address_with_the_code_and_no_person():
    (page,) = receipt_pictures(DATA, ppi=144)
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(page)))
    assert code.text == DATA.lookup_url


def test_what_is_not_known_stays_a_dotted_line():
    words = " ".join(text_of(made(email="", organisation="", fees="", book="", ordinal="").pdf).split())
    assert "Email: ....." in words
    assert "Tổ chức:" not in words
    assert "Phí, lệ phí" not in words
    assert "Quyển số: … Số thứ tự: …" in words


def test_names_that_no_font_knows_and_markup_do_no_harm():
    words = text_of(made(applicant="*Lê* #Thị <Mẫu> 😀", request="漢字 \\ $x$").pdf)
    assert "*Lê* #Thị <Mẫu> □" in words


@pytest.fixture(scope="session")
def pki(tmp_path_factory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # pyHanko leaves its font open
def test_dos_04_the_receivers_seal_lands_in_its_place(receipt, pki):
    place = receiver_place(receipt)
    look = Look.officer(vietnamese_font(), box=place.box, page=place.page)
    sealed = asyncio.run(seal_pdf(receipt.pdf, pki.key("receiver"), look, tsa=pki.tsa()))
    report = verify(sealed, trust=pki.trust(), policy=Policy.OWN)
    assert report.passed, report.sentence_en
    with pikepdf.open(BytesIO(sealed)) as pdf:
        (seal,) = [a for a in pdf.pages[place.page].Annots if a.get("/FT") == "/Sig"]
        assert [float(n) for n in seal.Rect] == pytest.approx(place.box, abs=1)
    x0, _, x1, y1 = place.box
    assert 595 / 2 < x0 < x1 < 595 - 30
    assert y1 < 842 / 2
