"""A font file with every Vietnamese letter, for what is drawn outside typst: the look of signatures."""

from importlib.util import find_spec
from pathlib import Path


def vietnamese_font(*, bold: bool = False) -> Path:
    """Be Vietnam Pro as TrueType, from its package (OFL)."""
    package = find_spec("fontpkg_be_vietnam_pro")
    folders = (package.submodule_search_locations if package else None) or []
    return Path(folders[0], "files", f"BeVietnamPro-{'SemiBold' if bold else 'Regular'}.ttf")
