"""A phone's camera over a printed paper: pages are drawn as pictures, and the codes on them are read."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdf
import typst
import zxingcpp
from PIL import Image

_SHEET = '#set page(width: auto, height: auto, margin: 0pt)\n#image("paper.pdf", page: {page}, width: 21cm)'


def pictures(pdf: bytes, *, ppi: float = 150) -> list[Image.Image]:
    """Each page as it is printed."""
    count = len(pypdf.PdfReader(BytesIO(pdf)).pages)
    drawn = []
    with TemporaryDirectory() as folder:
        (Path(folder) / "paper.pdf").write_bytes(pdf)
        sheet = Path(folder) / "sheet.typ"
        for page in range(1, count + 1):
            sheet.write_text(_SHEET.format(page=page))
            png = typst.compile(sheet, root=folder, format="png", ppi=ppi)
            assert isinstance(png, bytes)
            drawn.append(Image.open(BytesIO(png)).convert("RGB"))
    return drawn


def codes(pdf: bytes) -> set[str]:
    """The text of every QR code on any page."""
    return {
        code.text
        for picture in pictures(pdf)
        for code in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)
    }
