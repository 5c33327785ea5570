"""From a stored PDF and what is known of it to the paper copy: nine fields, every page, QR (REQUIREMENTS §3.2)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from hub.kernel.clock import VN
from hub.kernel.documents import Document, Flat, Page, flatten, qr_svg, render

TEMPLATE = Path(__file__).with_name("conversion.typ")


class ConversionData(msgspec.Struct, frozen=True, kw_only=True):
    """The nine fields are (1) `office` to (8) `result_code`; (9) is the document itself.

    `signed_on` is the date as the document shows it; `verify_url` holds a token, no person's data; `qr_text` is the
    same address with the signed code that is checked without network; `footer` is the province's sentence.
    """

    office: str
    address: str
    phone: str
    symbol: str
    authority: str
    signer: str
    signed_on: str
    result_code: str
    verify_url: str
    footer: str
    number: str
    converted_at: datetime
    converted_by: str = ""
    sha256: str = ""
    qr_text: str = ""
    basis: str = "Nghị định 45/2020/NĐ-CP, Điều 18"


class _Sheet(msgspec.Struct, frozen=True):
    number: int
    landscape: bool


async def render_conversion(data: ConversionData, content: bytes) -> Document:
    """The paper copy of a PDF; raises UnreadablePdfError when its pages cannot be copied."""
    flat = await asyncio.to_thread(flatten, content)
    fields, qr = fields_of(data, flat.pages), qr_svg(data.verify_url)
    return await render(TEMPLATE, fields, qr=qr, at=data.converted_at, files=files_of(data, flat))


def files_of(data: ConversionData, flat: Flat) -> dict[str, bytes]:
    """What the template embeds: the document and the large code."""
    return {"document.pdf": flat.pdf, "offline.svg": qr_svg(data.qr_text or data.verify_url).encode()}


def fields_of(data: ConversionData, pages: Sequence[Page]) -> dict[str, Any]:
    """What the template sets, in words."""
    at = data.converted_at.astimezone(VN)
    return msgspec.structs.asdict(data) | {
        "author": data.office,
        "subject": data.basis,
        "converted": f"{at:%H:%M}, {at:%d/%m/%Y}",
        "sheets": [_Sheet(number, page.landscape) for number, page in enumerate(pages, start=1)],
    }
