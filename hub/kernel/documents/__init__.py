"""Papers as PDF: typst templates that stand beside the module that issues them, set in a small pool of threads."""

from hub.kernel.documents.flatten import Flat, Page, UnreadablePdfError, flatten
from hub.kernel.documents.fonts import vietnamese_font
from hub.kernel.documents.qr import qr_svg
from hub.kernel.documents.text import printable
from hub.kernel.documents.typesetting import Document, DocumentError, Place, compose, picture, render

__all__ = [
    "Document",
    "DocumentError",
    "Flat",
    "Page",
    "Place",
    "UnreadablePdfError",
    "compose",
    "flatten",
    "picture",
    "printable",
    "qr_svg",
    "render",
    "vietnamese_font",
]
