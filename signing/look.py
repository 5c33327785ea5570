"""Where a signature stands on the page and what it shows (NĐ 30/2020/NĐ-CP, Phụ lục I, mục II).

The leader's signature stands where it stands on paper, the agency's seal is red and covers about a third of it
on the left, an officer's own signature and stamps in the upper right corner state who and when (ISO 8601).
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from pyhanko.pdf_utils.font.api import FontEngineFactory
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.stamp import BaseStampStyle, StaticStampStyle, TextStampStyle

from signing.errors import SealError
from signing.model import Role
from signing.sentences import VN

Box = tuple[float, float, float, float]
RED = (0.8, 0.05, 0.05)
BLUE = (0.05, 0.15, 0.6)
BLACK = (0.0, 0.0, 0.0)

# A4 in points: the signature block stands in the right half above the foot (ô số 7)
LEADER_BOX: Box = (320, 110, 520, 190)
CORNER_BOX: Box = (330, 770, 575, 825)
# Under the two headings: the number on the left (ô số 3), place and date on the right (ô số 4)
NUMBER_BOX: Box = (85, 718, 285, 738)
DATE_BOX: Box = (300, 718, 555, 738)


def seal_box(leader: Box) -> Box:
    """A square (the seal's real size, 36 mm) over the left third of the leader's signature."""
    side = 102.0
    overlap = (leader[2] - leader[0]) / 3
    x1 = leader[0] + overlap - side
    middle = (leader[1] + leader[3]) / 2
    return (x1, middle - side / 2, x1 + side, middle + side / 2)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How one signature shows. `text` may use {signer}, {organisation}, {time}, {date}. Without `box`: unseen."""

    role: Role = Role.SIGNER
    font: Path | None = None
    box: Box | None = None
    page: int = -1
    text: str = ""
    size: int = 9
    colour: tuple[float, float, float] = BLACK
    border: int = 0
    align: AxisAlignment = AxisAlignment.ALIGN_MIN
    image: bytes | None = None
    field: str | None = None
    reason: str | None = None
    location: str | None = None

    @classmethod
    def invisible(cls, *, role: Role = Role.SIGNER, field: str | None = None, reason: str | None = None) -> Look:
        return cls(role=role, field=field, reason=reason)

    @classmethod
    def leader(
        cls, font: Path, *, box: Box = LEADER_BOX, page: int = -1, image: bytes | None = None, field: str | None = None
    ) -> Look:
        """The signature of the person with authority: blue, where it stands on paper."""
        text = "" if image else "{signer}\nKý ngày {date}"
        return cls(
            role=Role.LEADER,
            font=font,
            box=box,
            page=page,
            image=image,
            text=text,
            size=11,
            colour=BLUE,
            align=AxisAlignment.ALIGN_MAX,  # clear of the seal, which lies over the left third
            field=field,
        )

    @classmethod
    def agency(
        cls,
        font: Path,
        *,
        leader_box: Box = LEADER_BOX,
        page: int = -1,
        image: bytes | None = None,
        field: str | None = None,
    ) -> Look:
        """The agency's seal: red, over the left third of the leader's signature."""
        text = "" if image else "{signer}\n{time}"
        return cls(
            role=Role.AGENCY,
            font=font,
            box=seal_box(leader_box),
            page=page,
            image=image,
            text=text,
            size=7,
            colour=RED,
            border=2,
            field=field,
        )

    @classmethod
    def officer(cls, font: Path, *, box: Box = CORNER_BOX, page: int = 0, field: str | None = None) -> Look:
        """An officer's or the agency's statement in the upper right corner: who, agency, time; 10 pt, black."""
        return cls(
            role=Role.SIGNER,
            font=font,
            box=box,
            page=page,
            text="Người ký: {signer}\nCơ quan: {organisation}\nThời gian ký: {time}",
            size=10,
            field=field,
        )

    @classmethod
    def number(cls, font: Path, words: str, *, box: Box = NUMBER_BOX, field: str | None = None) -> Look:
        """The document's number and symbol, which the clerk gives: `Số: 1234/QĐ-UBND`; 13 pt, black."""
        return cls(font=font, box=box, page=0, text=_literal(words), size=13, field=field)

    @classmethod
    def dated(cls, font: Path, words: str, *, box: Box = DATE_BOX, field: str | None = None) -> Look:
        """Place and date of issue: `An Giang, ngày 23 tháng 11 năm 2026`; 13 pt, black."""
        return cls(font=font, box=box, page=0, text=_literal(words), size=13, field=field)

    @classmethod
    def digitised(cls, font: Path, *, box: Box = CORNER_BOX, page: int = 0, field: str | None = None) -> Look:
        """On a copy made from paper: agency and time in the upper right corner of page 1, no image; 10 pt, black."""
        return cls(role=Role.AGENCY, font=font, box=box, page=page, text="{signer}\n{time}", size=10, field=field)

    def style(self, *, signer: str, organisation: str, at: datetime) -> BaseStampStyle | None:
        """pyHanko's style with the words filled in, or None when the signature is not seen."""
        if self.box is None:
            return None
        if self.font is None:
            raise SealError("a visible signature needs a TTF font that has the Vietnamese letters")
        local = at.astimezone(VN).replace(microsecond=0)
        said = self.text.format(
            signer=signer, organisation=organisation, time=local.isoformat(), date=local.strftime("%d/%m/%Y")
        )
        words = unicodedata.normalize("NFC", said)
        lines = _wrapped(words, self.box[2] - self.box[0], self.size)
        gap = 4 if self.border else 0
        inside = SimpleBoxLayoutRule(self.align, AxisAlignment.ALIGN_MID, Margins(gap, gap, gap, gap))
        tight = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins(0, 0, 0, 0))
        if not words:
            return _picture(self.image)
        return TextStampStyle(
            stamp_text=lines.replace("%", "%%"),
            border_width=self.border,
            border_color=self.colour,
            inner_content_layout=inside,
            text_box_style=TextBoxStyle(
                font=_font(str(self.font)),
                font_size=self.size,
                leading=self.size + 2,
                text_color=self.colour,
                box_layout_rule=tight,
            ),
        )


def _literal(words: str) -> str:
    return words.replace("{", "{{").replace("}", "}}")


def _wrapped(words: str, width: float, size: int) -> str:
    """Break lines at blanks by an estimate of the width; pyHanko does not wrap."""
    limit = max(8, int(width / (size * 0.5)))
    out: list[str] = []
    for line in words.split("\n"):
        current = ""
        for word in line.split():
            if current and len(current) + 1 + len(word) > limit:
                out.append(current)
                current = word
            else:
                current = f"{current} {word}".strip()
        out.append(current)
    return "\n".join(out)


class FontInMemory(FontEngineFactory):
    """A TTF read once; the library's own factory leaves the file open with every seal."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def create_font_engine(self, writer: Any, obj_stream: Any = None) -> GlyphAccumulator:
        stream = writer.prepare_object_stream() if obj_stream is None and writer.stream_xrefs else obj_stream
        return GlyphAccumulator(writer=writer, font_handle=BytesIO(self._data), font_size=10, obj_stream=stream)


@lru_cache(maxsize=8)
def _font(path: str) -> FontInMemory:
    try:
        return FontInMemory(_small(Path(path).read_bytes()))
    except OSError as error:
        raise SealError(f"no font at {path}: {error.strerror}") from error


# Latin letters with all of Vietnamese, punctuation, currency; composed letters need no layout tables
LETTERS = (*range(0x20, 0x250), *range(0x1E00, 0x1F00), *range(0x2000, 0x2070), 0x20AB)


def _small(font: bytes) -> bytes:
    """The letters that can occur, made once: what every seal would otherwise do again took three quarters of its time."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=[], drop_tables=["GPOS", "GSUB", "GDEF", "kern", "DSIG"], notdef_outline=True)
    subsetter, out = Subsetter(options), BytesIO()
    subsetter.populate(unicodes=LETTERS)
    with TTFont(BytesIO(font)) as whole:
        subsetter.subset(whole)
        whole.save(out)
    return out.getvalue()


def _picture(png: bytes | None) -> StaticStampStyle:
    """Only the image, in the middle of its box and as large as it fits."""
    if png is None:
        raise SealError("a visible signature shows a text or an image")
    middle = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0))
    return StaticStampStyle(border_width=0, background=_image(png), background_opacity=1.0, background_layout=middle)


def _image(png: bytes) -> PdfImage:
    from PIL import Image

    return PdfImage(Image.open(BytesIO(png)))
