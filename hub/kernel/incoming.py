"""Files on their way in: piece by piece to the disk, so that none of them is ever whole in memory."""

import asyncio
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

PIECE = 1 << 20


async def written(pieces: AsyncIterable[bytes], path: Path, most: int | None = None) -> Path:
    """`path` with everything in it. Raises 413 over `most` bytes."""
    size = 0
    with path.open("wb") as out:
        async for piece in pieces:
            size += len(piece)
            if most is not None and size > most:
                raise HTTPException(status_code=413)
            await asyncio.to_thread(out.write, piece)
    return path


@asynccontextmanager
async def on_disk(pieces: AsyncIterable[bytes]) -> AsyncIterator[Path]:
    """A file with everything in it, there as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="incoming-") as folder:
        yield await written(pieces, Path(folder) / "file")


async def form_pieces(file: UploadFile) -> AsyncIterator[bytes]:
    """A form's file, which lies on disk itself when it is long."""
    while piece := await file.read(PIECE):
        yield piece


async def file_pieces(path: Path) -> AsyncIterator[bytes]:
    """A file that lies on disk."""
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
