"""What is read at once is what pyHanko reads byte by byte: same value, same place in the file, same refusals."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from asn1crypto import core
from hypothesis import example, given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic

from signing import oid_memory, pdf_tokens

PIECES = (
    b"/Name", b"/", b"/A#20B", b"/A#", b"/T\xc3\xaan", b"(text)", b"(a\\)b)", b"(a(b)c)", b"(\\376\\377\\036\\304)", b"(\\9)",
    b"(\\7)", b"(\\400)", b"(line\\\nend)", b"(open", b"<48656C>", b"<48 6", b"<<", b">>", b"[", b"]", b"1 0 R", b"01 0 R",
    b"0 0 R", b"12", b"-3.5", b"+7", b"1 0 obj", b"999999999999999999999", b"true", b"null", b"% note\n", b"%", b" ", b"\r\n", b"\x0b", b"\t", b"\f",
    b"\x00", b"\x80", b"R", b"/Type/Page", b"()", b"endobj",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=8).map(b"".join)
LONG = st.tuples(TEXTS, st.sampled_from([b"", b"x" * 60, b" " * 60, b"(" + b"y" * 5000 + b")"]), TEXTS).map(b"".join)


class Holder:
    """Stands for the object that is being read."""

    def get_pdf_handler(self) -> None:
        return None


def outcome(read: Callable[[BytesIO], Any], text: bytes) -> tuple[Any, ...]:
    """What it is, its value, and how far the reader got; of a refusal, that it is one."""
    stream = BytesIO(text)
    try:
        value = read(stream)
    except Exception:  # pyHanko raises whatever it meets, and so do we
        return ("refused",)
    written = BytesIO(value if type(value) is bytes else b"")
    if isinstance(value, generic.OperatorLiteral):
        written.write(value.literal.encode())
    elif isinstance(value, generic.PdfObject):
        value.write_to_stream(written)
    return (type(value).__name__, written.getvalue(), getattr(value, "original_bytes", None), stream.tell())


@given(LONG)
@example(b"/" + b"a" * (pdf_tokens.AHEAD - 1))
@example(b"/" + b"a" * (pdf_tokens.AHEAD - 1) + b" ")
def test_names(text: bytes) -> None:
    """RES-05: a name with an escape is no other name."""
    assert outcome(pdf_tokens.read_name, text) == outcome(pdf_tokens._their_name, text)


@given(LONG.map(lambda text: b"(" + text))
def test_strings(text: bytes) -> None:
    assert outcome(pdf_tokens.read_string, text) == outcome(pdf_tokens._their_string, text)


@given(LONG, st.booleans(), st.booleans())
def test_the_next_character(text: bytes, back: bool, at_end: bool) -> None:
    ours = outcome(lambda stream: pdf_tokens.read_next(stream, back, at_end), text)
    assert ours == outcome(lambda stream: pdf_tokens._their_next(stream, back, at_end), text)


@given(LONG.map(lambda text: text + b"\n"), st.sampled_from(list(generic.ContentOpReading)))
@example(b"1 \x0b0 R\n", generic.ContentOpReading.NO)  # pyHanko takes a vertical tab for a blank, ISO 32000 does not
def test_objects(text: bytes, inside: generic.ContentOpReading) -> None:
    ours = outcome(lambda stream: pdf_tokens.read_object(stream, Holder(), False, inside), text)
    assert ours == outcome(lambda stream: pdf_tokens._their_object(stream, Holder(), False, inside), text)


def test_a_comment_that_never_ends_ends() -> None:
    """Where an object should be, pyHanko looks for its last line past the end of the file."""
    assert outcome(lambda stream: pdf_tokens.read_object(stream, Holder()), b"% for ever") == ("refused",)


@given(st.binary(max_size=40), st.sampled_from([b"", b"4", b" 4 \n"]), st.binary(max_size=8))
def test_hex_strings(data: bytes, last: bytes, after: bytes) -> None:
    text = b"<" + " ".join(f"{byte:02x}" for byte in data).encode() + last + b">" + after
    whole = data + (b"\x40" if b"4" in last else b"")
    stream = BytesIO(text)
    assert pdf_tokens.read_hex_string(stream).original_bytes == whole
    assert stream.read() == after


@given(st.sampled_from([b"<12", b"<1x>", b"<", b"<12%3>"]))
def test_what_is_no_hex_string_is_refused(text: bytes) -> None:
    assert outcome(pdf_tokens.read_hex_string, text) == ("refused",)


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=6).map(lambda rest: [2, *rest]))
def test_an_identifier_is_remembered_as_it_is_decoded(arcs: list[int]) -> None:
    dotted = ".".join(map(str, arcs))
    encoded = core.ObjectIdentifier(dotted).dump()
    again, fresh = core.ObjectIdentifier.load(encoded), core.ObjectIdentifier.load(encoded)
    assert again.dotted == again.dotted == oid_memory._theirs(fresh) == dotted
