"""Changes that know the structure of what they change: PDF, DER, XML, JWS. All take their luck from `random`."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

NUMBERS = (b"0", b"-1", b"1", b"2147483648", b"99999999999999999999", b"00000", b"1.5", b"+", b"nan")
PDF_NUMBER = re.compile(rb"(?<=[\s\[/])[+-]?\d{1,12}(?=[\s\]>/])")
PDF_TOKEN = re.compile(
    rb"/[A-Za-z.]+|(?<!\d)\d{1,6} 0 R|obj|endobj|stream|endstream|xref|trailer|startxref|%%EOF|<<|>>|\[|\]"
)
PDF_VALUES = (
    b"null",
    b"1 0 R",
    b"5 0 R",
    b"99 0 R",
    b"[",
    b"<<",
    b"(",
    b"<",
    b"<</A<</A<</A",
    b"true",
    b"/Sig",
    b"[[[[[[",
)
XML_TAG = re.compile(rb"<[^<>]*>")
XML_TEXT = re.compile(rb">[^<>]+<")
XML_VALUES = (
    b"<!---->", b"<![CDATA[x]]>", b"&#x1F600;", b"&#8;", b"&amp;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?x y?>",
    b"AAAA", b"=", b"\xff\xfe", b"", b"1970-01-01T00:00:00Z", b"9999-99-99T99:99:99", b"-1",
)  # fmt: skip
HOSTILE_JSON: tuple[object, ...] = (
    None, True, -1, 1.5e308, "", "\x00", "none", "\ud800", [], ["AAAA"], [[]], {}, {"a": {}}, ["%"] * 50, "é" * 300,
)  # fmt: skip


def mutate(data: bytes, random: Random, *, limit: int = 600_000) -> bytes:
    """One to four changes, mostly such as suit what the file is."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        change: Mutation = random.choice(_suiting(data)) if random.random() < 0.85 else _bytes
        data = change(data, random)[:limit]
    return data


def _suiting(data: bytes) -> tuple[Mutation, ...]:
    if data[:8].startswith(b"%PDF") or b"startxref" in data[-2000:]:
        return (_pdf_number, _pdf_token, _pdf_byte_range, _pdf_xref, _pdf_object, _pdf_contents, _pdf_contents)
    if data[:1] == b"\x30":
        return (_der,)
    if data.lstrip()[:1] == b"<":
        return (_xml_tag, _xml_tag, _xml_text, _xml_base64)
    if data[:3] == b"eyJ" or data[:1] == b"{":
        return (_jws,)
    return (_bytes,)


def _bytes(data: bytes, random: Random) -> bytes:
    """Flip, cut, repeat, insert: for what no grammar foresees."""
    at = random.randrange(len(data) + 1)
    match random.randrange(5):
        case 0:
            return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
        case 1:
            return data[:at] + random.randbytes(random.choice((1, 4, 64))) + data[at:]
        case 2:
            return data[:at] + data[at + random.choice((1, 8, 200)) :]
        case 3:
            return data[:at] + data[at : at + random.choice((16, 500))] * random.choice((2, 30)) + data[at:]
        case _:
            return data[:at]


def _replaced(data: bytes, pattern: re.Pattern[bytes], random: Random, value: bytes) -> bytes:
    found = [m.span() for m in pattern.finditer(data)]
    if not found:
        return _bytes(data, random)
    start, end = random.choice(found)
    return data[:start] + value + data[end:]


def _pdf_number(data: bytes, random: Random) -> bytes:
    return _replaced(data, PDF_NUMBER, random, random.choice((*NUMBERS, b"%d" % random.randrange(len(data) * 2 + 1))))


def _pdf_token(data: bytes, random: Random) -> bytes:
    tokens = PDF_TOKEN.findall(data) or [b""]
    return _replaced(data, PDF_TOKEN, random, random.choice((random.choice(PDF_VALUES), random.choice(tokens))))


def _pdf_byte_range(data: bytes, random: Random) -> bytes:
    numbers = [
        random.choice((*NUMBERS, b"%d" % random.randrange(len(data) + 9))) for _ in range(random.choice((4, 4, 3, 6)))
    ]
    return _replaced(data, re.compile(rb"/ByteRange\s*\[[^\]]*\]"), random, b"/ByteRange [" + b" ".join(numbers) + b"]")


def _pdf_xref(data: bytes, random: Random) -> bytes:
    """An entry of a table, its type, or what a trailer says of the chain of tables."""
    at = random.randrange(len(data) + 1)
    match random.randrange(4):
        case 0:
            return _replaced(
                data, re.compile(rb"\d{10} \d{5} [nf]"), random, b"%010d 00000 %b" % (at, random.choice((b"n", b"f")))
            )
        case 1:
            return _replaced(data, re.compile(rb"/Prev \d+|/Root \d+ 0 R"), random, b"/Prev %d" % at)
        case 2:
            return _replaced(data, re.compile(rb"startxref\s+\d+"), random, b"startxref\n%d" % at)
        case _:
            tail = b"\n%%%%EOF\n" if random.random() < 0.7 else b""
            return data + b"\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d%b" % (
                at, len(data) + 1, tail,
            )  # fmt: skip


def _pdf_object(data: bytes, random: Random) -> bytes:
    """An object of this file under the number of another, with or without a table that knows of it."""
    objects = re.findall(rb"(?s)(?<!\d)\d{1,6} 0 obj.*?endobj", data)
    if not objects:
        return _bytes(data, random)
    body = re.sub(rb"^\d+", b"%d" % random.randrange(1, 30), random.choice(objects))
    if random.random() < 0.5:
        return data + b"\n" + body
    tail = b"\nxref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 40/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    number = int(body.split(b" ", 1)[0])
    previous = int((re.findall(rb"startxref\s+(\d{1,9})\s", data) or [b"0"])[-1])
    start = len(data) + 1
    return data + b"\n" + body + tail % (number, start, previous, start + len(body))


def _pdf_contents(data: bytes, random: Random) -> bytes:
    """The CMS inside a signature, changed as DER; the gap keeps its size so that the digest still fits."""
    spans = [m.span(1) for m in re.finditer(rb"/Contents\s*<([0-9a-fA-F]{200,})>", data)]
    if not spans:
        return _bytes(data, random)
    start, end = random.choice(spans)
    try:
        changed = _der(bytes.fromhex(data[start : end - (end - start) % 2].decode()), random)
    except ValueError:
        return _bytes(data, random)
    digits = changed.hex().encode()[: end - start]
    return data[:start] + digits.ljust(end - start, b"0") + data[end:]


def _nodes(data: bytes, start: int, end: int, depth: int = 0) -> list[tuple[int, int, int]]:
    """Every element of a DER tree: (start, start of the content, end)."""
    found: list[tuple[int, int, int]] = []
    while start + 2 <= end and len(found) < 3000:
        size, content = data[start + 1], start + 2
        if size & 0x80:
            width = size & 0x7F
            size, content = int.from_bytes(data[content : content + width], "big"), content + width
        stop = content + size
        if stop > end or (data[start], size) == (0, 0):
            break
        found.append((start, content, stop))
        if data[start] & 0x20 and depth < 30:
            found += _nodes(data, content, stop, depth + 1)
        start = stop
    return found


def _der(data: bytes, random: Random) -> bytes:
    """One element retagged, emptied, doubled, dropped, nested, swapped or given another length."""
    nodes = _nodes(data, 0, len(data))
    if not nodes:
        return _bytes(data, random)
    start, content, end = random.choice(nodes)
    element, body = data[start:end], data[content:end]
    match random.randrange(8):
        case 0:
            new = bytes([random.randrange(256)]) + element[1:]
        case 1:
            new = _element(element[:1], b"")
        case 2:
            new = element + element
        case 3:
            new = b""
        case 4:
            new = element
            for _ in range(random.choice((1, 3, 400))):
                new = _element(b"\x30", new)
        case 5:
            other = random.choice(nodes)
            new = data[other[0] : other[2]]
        case 6:
            return data[: start + 1] + random.choice((b"\x80", b"\x84\xff\xff\xff\xff", b"\x00")) + data[content:]
        case _:
            new = _element(
                element[:1], random.choice((random.randbytes(len(body)), b"\xff" * 20, body[:-1], body + b"\x00"))
            )
    return _rebuilt(data, nodes, (start, end), new)


def _element(tag: bytes, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return tag + bytes([size]) + body
    width = (size.bit_length() + 7) // 8
    return tag + bytes([0x80 | width]) + size.to_bytes(width, "big") + body


def _rebuilt(data: bytes, nodes: list[tuple[int, int, int]], span: tuple[int, int], new: bytes) -> bytes:
    """The tree around the change with lengths that fit again, so that parsers get as far as the change."""
    start, end = span
    around = [n for n in nodes if n[1] <= start and end <= n[2] and n[0] != start]
    for outer_start, outer_content, outer_end in sorted(around, key=lambda n: n[2] - n[0]):
        body = data[outer_content:start] + new + data[end:outer_end]
        new, start, end = _element(data[outer_start : outer_start + 1], body), outer_start, outer_end
    return data[:start] + new + data[end:]


def _xml_tag(data: bytes, random: Random) -> bytes:
    tags = XML_TAG.findall(data) or [b""]
    value = random.choice((b"", random.choice(tags), random.choice(tags) * 2, random.choice(XML_VALUES), b"<a>" * 300))
    return _replaced(data, XML_TAG, random, value)


def _xml_text(data: bytes, random: Random) -> bytes:
    attribute = re.compile(rb'="[^"<>]*"')
    if random.random() < 0.5:
        values = [*attribute.findall(data), b'=""', b'="#"', b'="#xpointer(/)"', b'="http://127.0.0.1:9/"']
        return _replaced(data, attribute, random, random.choice(values))
    return _replaced(data, XML_TEXT, random, b">" + random.choice(XML_VALUES) + b"<")


def _xml_base64(data: bytes, random: Random) -> bytes:
    """A certificate, time-stamp or value inside the XML, changed as DER."""
    found = list(re.finditer(rb">([A-Za-z0-9+/=\s]{60,})<", data))
    if not found:
        return _bytes(data, random)
    match = random.choice(found)
    try:
        inside = base64.b64decode(match[1])
    except (binascii.Error, ValueError):
        return _bytes(data, random)
    return data[: match.start(1)] + base64.b64encode(_der(inside, random)) + data[match.end(1) :]


def _jws(data: bytes, random: Random) -> bytes:
    parts = data.split(b".")
    number = random.randrange(len(parts))
    try:
        inside = base64.urlsafe_b64decode(parts[number] + b"=" * (-len(parts[number]) % 4))
        value = json.loads(inside)
    except (ValueError, RecursionError):
        return _bytes(data, random)
    if isinstance(value, dict):
        names = [*value, "crit", "b64", "jku", "x5u", "sigT", "sigPId"]
        value[random.choice(names)] = random.choice(HOSTILE_JSON)
    else:
        value = random.choice(HOSTILE_JSON)
    parts[number] = base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
    return b".".join(parts)
