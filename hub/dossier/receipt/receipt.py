"""From what the dossier knows to the receipt as PDF/A: every field of Mẫu số 01 (REQUIREMENTS §3.1)."""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from hub.kernel.clock import VN
from hub.kernel.documents import Document, Place, picture, qr_svg, render

_TEMPLATE = Path(__file__).with_name("receipt.typ")
NOTES = (
    (
        "Tổ chức, cá nhân có thể đăng ký nhận kết quả tại Bộ phận Một cửa hoặc tại nhà (trụ sở tổ chức) qua dịch vụ "
        "bưu chính."
    ),
    "Quét mã QR hoặc nhập mã hồ sơ trên Cổng Dịch vụ công để biết hồ sơ đang ở đâu.",
)


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One component handed in."""

    name: str
    originals: int = 0
    copies: int = 0
    electronic: bool = False

    @property
    def quantity(self) -> str:
        """01 bản chính, 02 bản sao, bản điện tử"""
        parts = [f"{n:02d} {word}" for n, word in ((self.originals, "bản chính"), (self.copies, "bản sao")) if n]
        return ", ".join(parts + ["bản điện tử"] * self.electronic)


class ReceiptData(msgspec.Struct, frozen=True, kw_only=True):
    """What the receipt says. `upper_office`/`office`: the two lines of the heading; `lookup_url` holds the code only."""

    number: str
    code: str
    lookup_url: str
    upper_office: str
    office: str
    office_phone: str
    place: str
    issued_at: datetime
    applicant: str
    address: str
    phone: str
    request: str
    components: tuple[Paper, ...]
    time_limit: str
    received_at: datetime
    due_at: datetime
    return_place: str
    receiver: str
    submitter: str = ""
    organisation: str = ""
    email: str = ""
    sets: int = 1
    fees: str = ""
    book: str = ""
    ordinal: str = ""
    copies: Literal[1, 2] = 1
    form_basis: str = "Mẫu số 01, Thông tư 03/2025/TT-VPCP"
    notes: tuple[str, ...] = NOTES


class _Line(msgspec.Struct, frozen=True):
    name: str
    quantity: str


async def render_receipt(data: ReceiptData) -> Document:
    """The receipt; `receiver_place` of the document is where the receiver's seal goes."""
    return await render(_TEMPLATE, fields_of(data), qr=qr_svg(data.lookup_url), at=data.issued_at)


def receipt_pictures(data: ReceiptData, *, ppi: int = 96) -> tuple[bytes, ...]:
    """The receipt as PNG, a picture a page: the counter's preview."""
    return picture(_TEMPLATE, fields_of(data), qr=qr_svg(data.lookup_url), ppi=ppi)


def fields_of(data: ReceiptData) -> dict[str, Any]:
    """What the template sets, in words."""
    issued = data.issued_at.astimezone(VN)
    return msgspec.structs.asdict(data) | {
        "author": data.office,
        "subject": data.form_basis,
        "office_name": data.office,
        "issued": {"day": f"{issued:%d}", "month": f"{issued:%m}", "year": f"{issued:%Y}"},
        "received": _moment(data.received_at),
        "due": _moment(data.due_at),
        "sets": f"{data.sets:02d}",
        "submitter": data.submitter or data.applicant,
        "components": [_Line(c.name, c.quantity) for c in data.components],
        "book": data.book or "…",
        "ordinal": data.ordinal or "…",
    }


def receiver_place(document: Document, copy: int = 1) -> Place:
    """Where the receiver's signature stands on that copy."""
    return document.places[f"receiver-{copy}"]


def _moment(at: datetime) -> str:
    """08 giờ 12 phút, ngày 19 tháng 11 năm 2026"""
    local = at.astimezone(VN)
    return f"{local:%H} giờ {local:%M} phút, ngày {local:%d} tháng {local:%m} năm {local:%Y}"
