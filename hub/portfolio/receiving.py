"""A file of anybody's, taken in piece by piece: neither the body nor a form's file is ever whole in memory."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeGuard

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from hub.kernel.incoming import form_pieces, written
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
            file = await written(request.stream(), Path(folder) / "file", most)
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
        file=await written(form_pieces(file), folder / "file", most),
        name=file.filename or "",
        beside=await written(form_pieces(beside), folder / "beside", most) if _sent(beside) else None,
        password=password if isinstance(password, str) and password else None,
    )


def _sent(value: object) -> TypeGuard[UploadFile]:
    return isinstance(value, UploadFile) and bool(value.filename)
