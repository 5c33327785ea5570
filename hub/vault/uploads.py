"""What a file really is, whatever its name says. Of a file on disk only the parts that tell are read."""

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Collection
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import puremagic
from PIL import Image

from hub.kernel.text import nfc
from hub.vault.errors import UploadRefused


class MediaType(StrEnum):
    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


SUFFIXES: dict[MediaType, tuple[str, ...]] = {
    MediaType.PDF: (".pdf",),
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.PNG: (".png",),
    MediaType.DOCX: (".docx",),
}
_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"%PDF-", MediaType.PDF),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"PK\x03\x04", MediaType.DOCX),
)
_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MAX_PIXELS = 120_000_000  # A3 at 600 dpi is 70 million
_HEAD = 65536
_MAX_MEMBERS = 2_000
_MAX_UNPACKED = 200 * 1024 * 1024
_MAX_RATIO = 100
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, KeyError, EOFError, OSError, RuntimeError)


def safe_name(name: str) -> str:
    """The file's own name: no folder, no control characters, at most 150 characters, suffix kept."""
    base = re.split(r"[\\/]", nfc(name))[-1]
    clean = "".join(c for c in base if c.isprintable()).strip(" .") or "tep"
    stem, dot, suffix = clean.rpartition(".")
    return clean if len(clean) <= 150 or not dot else f"{stem[: 149 - len(suffix)]}.{suffix}"


def inspect(
    name: str,
    source: bytes | Path,
    *,
    allowed: Collection[MediaType] = tuple(MediaType),
    max_bytes: int = 20 * 1024 * 1024,
) -> MediaType:
    """The real type by content; `source` is the content or a file that holds it. Raises UploadRefused: empty, too-large, type, wrong-name, damaged, macros, bomb."""
    with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as content:
        return _inspect(safe_name(name), content, allowed, max_bytes)


def _inspect(file: str, content: BinaryIO, allowed: Collection[MediaType], max_bytes: int) -> MediaType:
    size = content.seek(0, io.SEEK_END)
    if not size:
        raise UploadRefused(
            "empty",
            f"Tệp «{file}» rỗng (0 byte). Hãy chọn lại tệp.",
            f"The file '{file}' is empty. Choose it again.",
            file=file,
        )
    if size > max_bytes:
        raise _too_large(file, size, max_bytes)
    content.seek(0)
    head = content.read(_HEAD)
    kind = _kind(head)
    if kind is None or kind not in allowed:
        raise _not_allowed(file, head, allowed)
    if not file.lower().endswith(SUFFIXES[kind]):
        raise UploadRefused(
            "wrong-name",
            f"Nội dung của «{file}» thực ra là {kind.name}. Hãy đổi đuôi tệp thành {SUFFIXES[kind][0]} "
            "hoặc lưu lại đúng định dạng.",
            f"The content of '{file}' is in fact {kind.name}. Rename it to {SUFFIXES[kind][0]} or save it anew.",
            file=file,
            found=kind.value,
        )
    _STRUCTURE[kind](file, content, size)
    return kind


def _kind(head: bytes) -> MediaType | None:
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)


def _part(content: BinaryIO, start: int, length: int) -> bytes:
    content.seek(max(0, start))
    return content.read(length)


def _end(content: BinaryIO, size: int) -> int:
    """Where the zeros at the end begin."""
    while size > 0:
        start = max(0, size - _HEAD)
        kept = _part(content, start, size - start).rstrip(b"\x00")
        if kept:
            return start + len(kept)
        size = start
    return 0


def _pdf(file: str, content: BinaryIO, size: int) -> None:
    tail = _part(content, size - 2048, 2048).rstrip(b"\x00 \r\n\t")
    if (
        not re.match(rb"%PDF-[12]\.\d", _part(content, 0, 16))
        or not tail.endswith(b"%%EOF")
        or b"startxref" not in tail
    ):
        raise _damaged(file, "PDF")


def _image(file: str, content: BinaryIO, size: int) -> None:
    kind = "PNG" if _part(content, 0, 1) == b"\x89" else "JPEG"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            content.seek(0)
            with Image.open(content, formats=(kind,)) as picture:
                if picture.width * picture.height > _MAX_PIXELS:
                    raise _bomb(file)
                picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise _damaged(file, kind) from broken
    if kind == "JPEG" and b"\xff\xd9" not in _part(content, _end(content, size) - 4096, 4096):
        raise _damaged(file, kind)


def _docx(file: str, content: BinaryIO, size: int) -> None:
    try:
        with zipfile.ZipFile(content) as package:
            members = package.infolist()
            names = {m.filename for m in members}
            if not {"[Content_Types].xml", "word/document.xml"} <= names:
                raise _not_allowed(file, _part(content, 0, _HEAD), (MediaType.DOCX,))
            if any(n.lower().endswith("vbaproject.bin") for n in names):
                raise _macros(file)
            if any(m.flag_bits & 1 or m.compress_type not in _PACKING for m in members):
                raise _damaged(file, "DOCX")
            if len(members) > _MAX_MEMBERS:
                raise _bomb(file)
            _unpack(file, package, members, min(_MAX_UNPACKED, max(1_000_000, _MAX_RATIO * size)))
    except _BROKEN as broken:
        raise _damaged(file, "DOCX") from broken


def _unpack(file: str, package: zipfile.ZipFile, members: list[zipfile.ZipInfo], limit: int) -> None:
    """Read every member once: sizes in the directory may lie, and the sum is bounded."""
    total = 0
    for member in members:
        with package.open(member) as content:
            while chunk := content.read(1 << 20):
                total += len(chunk)
                if total > limit:
                    raise _bomb(file)


_STRUCTURE: dict[MediaType, Callable[[str, BinaryIO, int], None]] = {
    MediaType.PDF: _pdf,
    MediaType.JPEG: _image,
    MediaType.PNG: _image,
    MediaType.DOCX: _docx,
}


def _too_large(file: str, size: int, limit: int) -> UploadRefused:
    shown, most = f"{size / 1048576:.1f}", f"{limit / 1048576:.1f}"
    return UploadRefused(
        "too-large",
        f"Tệp «{file}» có dung lượng {shown} MB, quá giới hạn {most} MB. Hãy quét lại ở 200–300 dpi hoặc chia nhỏ.",
        f"The file '{file}' has {shown} MB; the limit is {most} MB. Scan it again at 200–300 dpi or split it.",
        file=file,
        size=size,
        limit=limit,
    )


def _not_allowed(file: str, head: bytes, allowed: Collection[MediaType]) -> UploadRefused:
    names = ", ".join(sorted(MediaType(kind).name for kind in allowed))
    found = _guess(head)
    return UploadRefused(
        "type",
        f"Tệp «{file}» không phải loại được nhận (nội dung: {found}). Các loại được nhận: {names}.",
        f"The file '{file}' is of a type that is not taken (content: {found}). Taken are: {names}.",
        file=file,
        found=found,
        allowed=names,
    )


def _guess(head: bytes) -> str:
    """A name for the message only; never a decision."""
    try:
        return puremagic.from_string(head).lstrip(".").upper() or "?"
    except (puremagic.PureError, ValueError, IndexError):
        return "?"


def _damaged(file: str, kind: str) -> UploadRefused:
    return UploadRefused(
        "damaged",
        f"Tệp «{file}» bị hỏng hoặc thiếu phần cuối nên không đọc được như {kind}. Hãy mở thử trên máy rồi lưu lại.",
        f"The file '{file}' is damaged or cut off and cannot be read as {kind}. Open it and save it anew.",
        file=file,
    )


def _macros(file: str) -> UploadRefused:
    return UploadRefused(
        "macros",
        f"Tệp «{file}» chứa macro nên không được nhận. Hãy lưu lại dưới dạng .docx không macro hoặc PDF.",
        f"The file '{file}' contains macros and is not taken. Save it as .docx without macros, or as PDF.",
        file=file,
    )


def _bomb(file: str) -> UploadRefused:
    return UploadRefused(
        "bomb",
        f"Tệp «{file}» bung ra quá lớn so với dung lượng của nó nên không được nhận. Hãy lưu lại thành PDF.",
        f"The file '{file}' unpacks to far more than its size and is not taken. Save it as PDF.",
        file=file,
    )
