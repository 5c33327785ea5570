"""What was typed: text in NFC, files with their bytes."""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from hub.kernel.text import nfc


class Upload(msgspec.Struct, frozen=True):
    """A file that came with a form."""

    name: str
    data: bytes


async def typed(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Every text field, trimmed and in NFC; several boxes of one name are joined by commas."""
    answers: dict[str, str] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            text = nfc(value).strip()
            answers[name] = f"{answers[name]},{text}" if name in answers else text
    return answers


async def uploaded(request: Request[Any, Any, Any], name: str) -> Upload | None:
    """The file of a field; None when nothing was chosen."""
    value = (await request.form()).get(name)
    if not isinstance(value, UploadFile) or not value.filename:
        return None
    return Upload(name=nfc(value.filename), data=await value.read())
