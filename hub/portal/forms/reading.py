"""What was typed: text in NFC, files with their bytes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from hub.kernel.incoming import form_pieces, on_disk
from hub.kernel.text import nfc


class Upload(msgspec.Struct, frozen=True):
    """A file that came with a form."""

    name: str
    data: bytes


class Incoming(msgspec.Struct, frozen=True):
    """The same on disk."""

    name: str
    file: Path


async def typed(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Every text field, trimmed and in NFC; several boxes of one name are joined by commas."""
    answers: dict[str, str] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            text = nfc(value).strip()
            answers[name] = f"{answers[name]},{text}" if name in answers else text
    return answers


async def uploaded(request: Request[Any, Any, Any], name: str) -> Upload | None:
    """The short file of a field; None when nothing was chosen."""
    value = await _chosen(request, name)
    return None if value is None else Upload(name=nfc(value.filename), data=await value.read())


@asynccontextmanager
async def incoming(request: Request[Any, Any, Any], name: str) -> AsyncIterator[Incoming | None]:
    """The file of a field on disk, there as long as the block runs; None when nothing was chosen."""
    value = await _chosen(request, name)
    if value is None:
        yield None
        return
    async with on_disk(form_pieces(value)) as file:
        yield Incoming(name=nfc(value.filename), file=file)


async def _chosen(request: Request[Any, Any, Any], name: str) -> UploadFile | None:
    value = (await request.form()).get(name)
    return value if isinstance(value, UploadFile) and value.filename else None
