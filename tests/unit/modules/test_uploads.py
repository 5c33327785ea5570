"""What a file really is (SUB-01, SUB-02, OPS-06): type by content, size, structure."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hub import vault
from hub.vault import MediaType, UploadRefused, inspect, safe_name

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
CONTENT_TYPES = b'<?xml version="1.0"?><Types/>'


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, kind)
    return out.getvalue()


def package(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


DOCX = package({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<w:document/>"})


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("don.pdf", PDF, MediaType.PDF),
        ("ĐƠN.PDF", PDF + b"\r\n", MediaType.PDF),
        ("anh.jpg", picture("JPEG"), MediaType.JPEG),
        ("anh.jpeg", picture("JPEG"), MediaType.JPEG),
        ("anh.png", picture("PNG"), MediaType.PNG),
        ("to-khai.docx", DOCX, MediaType.DOCX),
    ],
)
def test_a_sound_file_is_taken_as_what_it_is(name: str, data: bytes, kind: MediaType) -> None:
    assert inspect(name, data) is kind


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("don.pdf", b"", "upload.empty"),
        ("don.pdf", PDF + b" " * 2_000_000, "upload.too-large"),
        ("don.pdf", b"MZ\x90\x00" + b"\0" * 200, "upload.type"),
        ("don.pdf", b"<html><script>alert(1)</script></html>", "upload.type"),
        ("don.pdf", picture("PNG"), "upload.wrong-name"),
        ("don", PDF, "upload.wrong-name"),
        ("don.pdf.exe", PDF, "upload.wrong-name"),
        ("don.pdf", PDF[:-8], "upload.damaged"),
        ("don.pdf", PDF + b"PK\x03\x04 tail", "upload.damaged"),
        ("don.pdf", b"%PDF-garbage" + PDF, "upload.damaged"),
        ("anh.png", picture("PNG")[:-300], "upload.damaged"),
        ("anh.jpg", picture("JPEG", (400, 400))[:5000], "upload.damaged"),
        ("anh.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50, "upload.damaged"),
        ("a.docx", b"PK\x03\x04", "upload.damaged"),
        ("a.docx", DOCX[:-30], "upload.damaged"),
        ("a.docx", package({"a.txt": b"x"}), "upload.type"),
        ("a.docx", package({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "upload.type"),
        (
            "a.docx",
            package({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}),
            "upload.macros",
        ),
        (
            "a.docx",
            package({"[Content_Types].xml": b"", "word/document.xml": b"", "b": b"\0" * 30_000_000}),
            "upload.bomb",
        ),
        (
            "a.docx",
            package({"[Content_Types].xml": b"", "word/document.xml": b""} | {f"m{n}": b"" for n in range(2001)}),
            "upload.bomb",
        ),
    ],
)
def test_what_is_not_sound_is_refused_with_reason_and_repair(name: str, data: bytes, code: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        inspect(name, data, max_bytes=1_000_000)
    assert refused.value.code == code
    assert refused.value.field == "file"
    assert refused.value.data["file"] == name
    assert "Hãy" in refused.value.vi or "nhận:" in refused.value.vi


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unopened() -> None:
    bomb = bytearray(picture("PNG", (1, 1)))
    bomb[16:24] = (60_000).to_bytes(4) + (60_000).to_bytes(4)
    with pytest.raises(UploadRefused, match=r"upload\.(bomb|damaged)"):
        inspect("anh.png", bytes(bomb))


def test_a_size_that_lies_in_the_zip_directory_does_not_help_a_bomb() -> None:
    honest = package({"[Content_Types].xml": b"", "word/document.xml": b"\0" * 5_000_000})
    lying = honest.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(UploadRefused):
        inspect("a.docx", lying)


def test_only_the_types_of_the_component_are_taken() -> None:
    with pytest.raises(UploadRefused, match=r"upload\.type") as refused:
        inspect("anh.png", picture("PNG"), allowed=(MediaType.PDF,))
    assert refused.value.data["allowed"] == "PDF"
    assert "PDF" in refused.value.vi


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])
)
def test_any_bytes_get_an_answer_and_never_a_crash(tail: bytes, head: bytes) -> None:
    for name in ("a.pdf", "a.jpg", "a.png", "a.docx"):
        with contextlib.suppress(UploadRefused):
            inspect(name, head + tail)


@given(st.binary(min_size=1, max_size=400), st.integers(0, len(DOCX)))
def test_a_damaged_package_gets_an_answer_and_never_a_crash(noise: bytes, at: int) -> None:
    with contextlib.suppress(UploadRefused):
        inspect("a.docx", DOCX[:at] + noise + DOCX[at + len(noise) :])


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\Users\\x\\đơn.pdf", "đơn.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("", "tep"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


def test_the_face_offers_the_check() -> None:
    assert vault.inspect is inspect
