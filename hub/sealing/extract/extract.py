"""From an electronic original to its certified copy as PDF (NĐ 45/2020 Điều 10, SUB-02)."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from hub.kernel.clock import VN
from hub.kernel.documents import Document, Page, flatten, qr_svg, render

_TEMPLATE = Path(__file__).with_name("extract.typ")


class ExtractData(msgspec.Struct, frozen=True, kw_only=True):
    """`original_code` and `sha256` name the original; `verify_url` holds a token, no person's data."""

    office: str
    number: str
    original_code: str
    sha256: str
    symbol: str
    authority: str
    signer: str
    signed_on: str
    made_at: datetime
    made_by: str
    verify_url: str
    basis: str = "Nghị định 45/2020/NĐ-CP, Điều 10; Nghị định 30/2020/NĐ-CP, Điều 25 đến 27"


class _Sheet(msgspec.Struct, frozen=True):
    number: int
    landscape: bool


async def render_extract(data: ExtractData, content: bytes) -> Document:
    """The copy; its `seal` place is where the agency signs. Raises UnreadablePdfError."""
    flat = await asyncio.to_thread(flatten, content)
    return await render(
        _TEMPLATE, _fields(data, flat.pages), qr=qr_svg(data.verify_url), at=data.made_at,
        files={"document.pdf": flat.pdf},
    )  # fmt: skip


def _fields(data: ExtractData, pages: tuple[Page, ...]) -> dict[str, Any]:
    at = data.made_at.astimezone(VN)
    return msgspec.structs.asdict(data) | {
        "author": data.office,
        "subject": data.basis,
        "made": f"{at:%H:%M}, {at:%d/%m/%Y}",
        "sheets": [_Sheet(number, page.landscape) for number, page in enumerate(pages, start=1)],
    }
