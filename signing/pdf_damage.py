"""What pyHanko raises about a file that is not as it expects."""

import zlib

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError as PyhankoSigningError

DAMAGED = (
    PdfError, PyhankoSigningError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError,
    RuntimeError, zlib.error,
)  # fmt: skip
"""Besides its own errors: it asserts, takes one kind of object for another, reads numbers as decimals, recurses."""
