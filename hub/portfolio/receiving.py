"""A file of anybody's, taken in piece by piece: neither the body nor a form's file is ever whole in memory."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from hub.portfolio import errors
from hub.portfolio.asking import Given

AnyRequest = Request[Any, Any, Any]
FORM = 64 * 1024
"""What a form may need beside its file."""


@asynccontextmanager
async def received(request: AnyRequest, most: int) -> AsyncIterator[Given]:
    """What was sent, on disk, piece by piece. Raises Invalid for nothing, and 413 over `most` bytes."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most + FORM:
        raise HTTPException(status_code=413)
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        if request.content_type[0] == "multipart/form-data":
            given = await _form(request, Path(folder), most)
        else:
            file = await _written(request.stream(), Path(folder) / "file", most)
            given = Given(file=file)
        if not given.size:
            raise errors.nothing_sent()
        yield given


async def _form(request: AnyRequest, folder: Path, most: int) -> Given:
    form = await request.form()
    file, beside, password = form.get("file"), form.get("content"), form.get("password")
    if not isinstance(file, UploadFile):
        raise errors.nothing_sent()
    return Given(
        file=await _written(_pieces(file), folder / "file", most),
        name=file.filename or "",
        beside=await _written(_pieces(beside), folder / "beside", most) if _sent(beside) else None,
        password=password if isinstance(password, str) and password else None,
    )


def _sent(value: object) -> bool:
    return isinstance(value, UploadFile) and bool(value.filename)


async def _pieces(file: Any) -> AsyncIterator[bytes]:
    while piece := await file.read(1 << 20):
        yield piece


async def _written(pieces: AsyncIterator[bytes], path: Path, most: int) -> Path:
    size = 0
    with path.open("wb") as out:
        async for piece in pieces:
            size += len(piece)
            if size > most:
                raise HTTPException(status_code=413)
            await asyncio.to_thread(out.write, piece)
    return path
