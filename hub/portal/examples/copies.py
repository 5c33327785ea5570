"""Digitised results and certified copies."""

from hub.portal.builders.copies import extract_fields, paper_fields
from hub.portal.forms.account import summary
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, FileLink, Link
from hub.portal.views.copies import CopyPage, CopyRow, CopyStart
from hub.portal.views.form import FormPage


def start() -> CopyStart:
    """One of each was made."""
    return CopyStart(
        digitise="/so-hoa/ban-giay",
        extract="/so-hoa/ban-sao",
        made=(
            CopyRow(
                title="Giấy phép xây dựng",
                href="/so-hoa/0",
                what="Bản số hóa từ bản giấy, số 000012/2026/SH",
                when="09:30, 23/11/2026",
            ),
        ),
    )


def shown() -> CopyPage:
    """A coarse scan."""
    return CopyPage(
        title="Giấy phép xây dựng",
        sentence="Bản số hóa đã được ký số và lưu vào kho dữ liệu của chủ sở hữu.",
        warning="Có trang quét ở 150 dpi, dưới 200 dpi. Nếu chữ khó đọc, hãy quét lại.",
        facts=(
            FactRow(label="Mã kết quả", value="H01.12-261118-0047-KQ1", code=True),
            FactRow(label="Số, ký hiệu", value="45/GPXD"),
            FactRow(label="Cơ quan ban hành", value="UBND thành phố Long Xuyên"),
        ),
        file=FileLink(name="Giấy phép xây dựng (bản số hóa).pdf", href="/so-hoa/0/tep", detail="PDF, 1,2\u00a0MB"),
        check="/xac-minh/x",
    )


def paper() -> FormPage:
    """With something to correct."""
    t = Speech("vi")
    wrong = {"file": t("copy.file_needed")}
    return FormPage(
        title=t("copy.digitise_title"),
        lead=t("copy.digitise_lead"),
        action="/so-hoa/ban-giay",
        button=t("copy.digitise_button"),
        fields=paper_fields(t, {}, wrong),
        errors=summary(wrong),
        uploads=True,
        back=Link(text=t("nav.copies"), href="/so-hoa"),
    )


def extract() -> FormPage:
    """Empty."""
    t = Speech("vi")
    return FormPage(
        title=t("copy.extract_title"),
        lead=t("copy.extract_lead"),
        action="/so-hoa/ban-sao",
        button=t("copy.extract_button"),
        fields=extract_fields(t, {}, {}),
        back=Link(text=t("nav.copies"), href="/so-hoa"),
    )
