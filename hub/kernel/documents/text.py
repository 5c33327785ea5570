"""Text that the bundled fonts can show. An archival PDF may not hold a character without its glyph."""

import re
import unicodedata
from typing import Any

_BOX = "□"
# Latin with all Vietnamese, Greek, Cyrillic, punctuation, money, number and arrow signs: each was set once as PDF/A.
_UNKNOWN = re.compile(
    "[^\n -~\u00a0-\u024f\u0300-\u0341\u0391-\u03a1\u03a3-\u03c9\u0400-\u045f\u1e00-\u1eff"
    "\u2010-\u2027\u202f-\u203a\u20ab\u20ac\u2116\u2190-\u2194\u2212\u2260-\u2265\u25a1\u2610-\u2612\u2713]"
)
_UNSEEN = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def printable(text: str) -> str:
    """Composed, without control characters; a character that no font here has becomes a box."""
    shown = unicodedata.normalize("NFC", text).replace("\t", " ").replace("\r\n", "\n").replace("\r", "\n")
    return _UNKNOWN.sub(_BOX, _UNSEEN.sub("", shown))


def printable_all(value: Any) -> Any:
    """The same in every string of plain data."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {k: printable_all(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [printable_all(v) for v in value]
    return value
