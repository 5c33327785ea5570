"""Vietnamese text: one normal form in, one folding for search."""

import re
import unicodedata

_MARKS = re.compile(r"[\u0300-\u036f]")


def nfc(text: str) -> str:
    """Composed form; partners and browsers send both (FACTS §12)."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without diacritics; the database function `kernel.vn_fold` does the same."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower())).replace("đ", "d")
