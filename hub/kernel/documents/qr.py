"""QR codes as SVG. They hold an address with a code, never a person's data (FACTS §12)."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage


def qr_svg(text: str, *, border: int = 2) -> str:
    """An SVG of this text; `border` in modules (a printed code also stands on white paper)."""
    code = qrcode.QRCode(border=border, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    svg: bytes = code.make_image(image_factory=SvgPathImage).to_string()
    return svg.decode()
