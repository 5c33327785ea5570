"""No exception escapes `signing.verify`, no file runs past its limit: hostile structures, some of them every run.

`make nightly` does the same for ten minutes; what it finds becomes a file here.
"""

import json
import time
import zlib
from collections.abc import Callable
from functools import partial
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from signing import Indication, TrustStore, verify
from signing.test_pki import Pki
from tests.fuzz.mutations import mutate
from tests.fuzz.seeds import made
from tests.fuzz.target import target
from tests.support.depth import DEPTH
from tests.unit.signing.makers import NOW, assemble, plain_pdf, seal, signature_bytes

CPU_SECONDS = 2.5
"""Of the five that a file gets in a process of its own; the slowest here takes 1.3 on two shared cores."""


@pytest.fixture(scope="module")
def seeds(pki: Pki, rich_trust: TrustStore) -> list[bytes]:
    return made(pki, rich_trust)


@pytest.fixture(scope="module")
def ask(rich_trust: TrustStore) -> Callable[[bytes], None]:
    return target(rich_trust)


def test_what_fuzzing_starts_from_is_judged(seeds: list[bytes], rich_trust: TrustStore) -> None:
    """Mutations of files that are refused at the first byte would prove nothing."""
    verdicts = [verify(seed, trust=rich_trust, at=NOW).indication for seed in seeds]
    assert verdicts.count(Indication.TOTAL_PASSED) >= len(seeds) - 1


@settings(max_examples=200 * DEPTH, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 11), st.randoms(use_true_random=False))
def test_any_mutation_gets_a_verdict(
    seeds: list[bytes], ask: Callable[[bytes], None], number: int, random: Random
) -> None:
    ask(mutate(seeds[number % len(seeds)], random))


@settings(max_examples=60 * DEPTH, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.7\n", b"\x30\x82", b"<a>", b"eyJ", b"-----BEGIN CMS-----"])
)
def test_any_bytes_get_a_verdict(ask: Callable[[bytes], None], data: bytes, head: bytes) -> None:
    ask(head + data)


def begins_only(_: bytes) -> bytes:
    """Found by looking for patterns over long repeats: 63 kB took two seconds, ten times as much a hundred times that."""
    return b"-----BEGIN PKCS7-----" * 30_000


def many_fields(cms: bytes) -> bytes:
    fields = b" ".join(b"%d 0 R" % n for n in range(4, 2004))
    value = b"<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 10 20 30]/Contents<%b>>>" % cms.hex().encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%b]>>>>" % fields,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 1 1]>>",
        *(b"<</FT/Sig/T(a%d)/V 2004 0 R>>" % n for n in range(2000)),
        value,
    ]
    return assemble(objects)


def kids_of_kids(_: bytes) -> bytes:
    """Each level names the next one ten times: ten million paths through nine objects."""
    levels = [b"<</T(a)/Kids[%b]>>" % b" ".join([b"%d 0 R" % (4 + n)] * 10) for n in range(7)]
    return assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>",
            b"<</Type/Pages/Kids[]/Count 0>>",
            *levels,
            b"<</T(b)/FT/Sig>>",
        ]
    )


def table(words: bytes, data: bytes) -> bytes:
    """A file that is a cross-reference stream and nothing else."""
    entry = b"<</Type/XRef/Root 2 0 R/Length %d%b>>" % (len(data), words)
    return b"%%PDF-1.7\n1 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n" % (entry, data)


def squeezed_table(_: bytes) -> bytes:
    """A cross-reference stream that unpacks to 100 MB, twice squeezed to some hundred bytes."""
    bomb = zlib.compress(zlib.compress(bytes(100_000_000), 9), 9)
    return table(b"/W[1 2 1]/Size 9/Filter[/FlateDecode/FlateDecode]", bomb)


def many_entries(_: bytes) -> bytes:
    """Ten million entries, all of them there, in 40 kB."""
    return table(b"/W[1 2 1]/Size 10000000/Filter/FlateDecode", zlib.compress(bytes(40_000_000), 9))


def promised(words: bytes, _: bytes) -> bytes:
    """Found by mutation: pyHanko makes up what the stream does not hold."""
    return table(words, bytes(400))


def repeated(text: bytes, times: int, _: bytes, *, head: bytes = b"", tail: bytes = b"") -> bytes:
    return head + text * times + tail


def many_jws(_: bytes) -> bytes:
    return json.dumps({"payload": "e30", "signatures": [{"protected": "e30", "signature": "AA"}] * 50_000}).encode()


LONG: dict[str, Callable[[bytes], bytes]] = {
    "PEM beginnings": begins_only,
    "signature fields": many_fields,
    "fields of fields": kids_of_kids,
    "squeezed table": squeezed_table,
    "entries": many_entries,
    "a size": partial(promised, b"/W[1 2 1]/Size 2147483648"),
    "a section": partial(promised, b"/W[1 2 1]/Size 9/Index[0 2147483648]"),
    "a section taken back": partial(promised, b"/W[1 2 1]/Size 9/Index[0 2147483648 2147483649 -2147483640]"),
    "entries of nothing": partial(promised, b"/W[0 0 0]/Size 900000"),
    "entries of less than nothing": partial(promised, b"/W[-1 1 0]/Size 2147483648"),
    "long entries": partial(promised, b"/W[1 2147483648 1]/Size 900000"),
    "JWS signatures": many_jws,
    "startxref": partial(repeated, b"startxref ", 40_000, head=b"%PDF-1.7\n"),
    "startxref and blanks": partial(repeated, b"startxref" + b" " * 200 + b"1 ", 3000, head=b"%PDF-1.7\n"),
    "end marks": partial(repeated, b"%%EOF\n", 60_000, head=b"%PDF-1.7\n"),
    "objects": partial(repeated, b"1 0 obj<<>>endobj\n", 50_000, head=b"%PDF-1.7\n"),
    "open elements": partial(repeated, b"<a>", 100_000),
    "XML signatures": partial(
        repeated, b"<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>", 5000, head=b"<a>", tail=b"</a>"
    ),
    "open arrays": partial(repeated, b"[", 100_000, head=b'{"payload":'),
    "dots": partial(repeated, b".", 300_000, head=b"eyJ"),
    "open sequences": partial(repeated, b"\x30\x80", 100_000),
}


@pytest.mark.parametrize("name", LONG)
def test_no_file_runs_past_its_limit(pki: Pki, trust: TrustStore, ask: Callable[[bytes], None], name: str) -> None:
    data = LONG[name](signature_bytes(seal(plain_pdf(), pki)) + b"\0")
    start = time.process_time()
    ask(data)
    assert time.process_time() - start < CPU_SECONDS
