"""Papers that the demonstration's citizen uploads: a real PDF and a real JPEG, made here."""

from functools import cache
from io import BytesIO

import typst
from PIL import Image, ImageDraw


@cache
def pdf(title: str) -> bytes:
    """One A4 page."""
    source = f'#set page("a4")\n#set text(size: 14pt)\n= {title}\n\nBan ve kem theo ho so. Trang 1/1.'
    return bytes(typst.compile(source.encode(), format="pdf"))


@cache
def jpeg(title: str) -> bytes:
    """A photograph of a paper, more or less."""
    image = Image.new("RGB", (1000, 1400), "#f6f1e4")
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 60, 940, 1340), outline="#9f1d20", width=6)
    draw.text((120, 120), title.encode("ascii", "ignore").decode(), fill="#1b2430")
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
