"""The envelope at rest: whatever is done to it, it opens to the very bytes or not at all (OPS-06, OPS-08)."""

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.storage import Damaged, envelope
from hub.kernel.storage.envelope import HEADER, TAG, Opener, Sealer, sealed_size

KEY, ID = bytes(range(32)), bytes(range(16))
CHUNK = 64
FRAME = CHUNK + TAG


@pytest.fixture(autouse=True, scope="module")
def small_chunks() -> object:
    """So that hypothesis can walk around many borders."""
    patch = pytest.MonkeyPatch()
    patch.setattr(envelope, "CHUNK", CHUNK)
    patch.setattr(envelope, "FRAME", FRAME)
    yield
    patch.undo()


def sealed(data: bytes, key: bytes = KEY, content: bytes = ID) -> bytes:
    sealer = Sealer(key, content)
    return b"".join(sealer.update(data) + sealer.finish())


def opened(at_rest: bytes, key: bytes = KEY, content: bytes = ID) -> bytes:
    opener = Opener(key, content)
    return b"".join(opener.update(at_rest)) + opener.finish()


around_borders = st.integers(0, 4).flatmap(
    lambda n: st.integers(max(0, n * CHUNK - 2), n * CHUNK + 2).flatmap(
        lambda size: st.binary(min_size=size, max_size=size)
    )
)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


@given(around_borders, st.lists(st.integers(0, 10_000), max_size=6), st.lists(st.integers(0, 10_000), max_size=6))
def test_it_opens_to_what_was_sealed_however_it_was_cut(data: bytes, out: list[int], back: list[int]) -> None:
    sealer = Sealer(KEY, ID)
    at_rest = b"".join([part for piece in pieces(data, out) for part in sealer.update(piece)] + sealer.finish())
    assert at_rest == sealed(data)
    assert len(at_rest) == sealed_size(len(data))
    assert (sealer.digest(), sealer.size) == (sha256(data).digest(), len(data))
    opener = Opener(KEY, ID)
    parts = [part for piece in pieces(at_rest, back) for part in opener.update(piece)]
    assert b"".join(parts) + opener.finish() == data


@given(around_borders, st.data())
def test_no_byte_can_be_changed(data: bytes, draw: st.DataObject) -> None:
    at_rest = bytearray(sealed(data))
    at_rest[draw.draw(st.integers(0, len(at_rest) - 1))] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(Damaged) as refused:
        opened(bytes(at_rest))
    assert refused.value.code == "storage.damaged"


@given(around_borders, st.data())
def test_nothing_can_be_cut_off(data: bytes, draw: st.DataObject) -> None:
    at_rest = sealed(data)
    with pytest.raises(Damaged):
        opened(at_rest[: draw.draw(st.integers(0, len(at_rest) - 1))])


@given(around_borders, st.binary(min_size=1, max_size=2 * FRAME))
def test_nothing_can_be_added(data: bytes, more: bytes) -> None:
    with pytest.raises(Damaged):
        opened(sealed(data) + more)


@given(st.binary(min_size=3 * CHUNK, max_size=5 * CHUNK), st.data())
def test_chunks_cannot_change_places_be_dropped_or_doubled(data: bytes, draw: st.DataObject) -> None:
    at_rest = sealed(data)
    head, body = at_rest[:HEADER], at_rest[HEADER:]
    frames = [body[n : n + FRAME] for n in range(0, len(body), FRAME)]
    other = draw.draw(st.permutations(frames) | st.lists(st.sampled_from(frames), min_size=1, max_size=6))
    if other != frames:
        with pytest.raises(Damaged):
            opened(head + b"".join(other))


@given(around_borders)
def test_one_file_cannot_stand_for_another(data: bytes) -> None:
    with pytest.raises(Damaged):
        opened(sealed(data, key=bytes(32)))
    with pytest.raises(Damaged):
        opened(sealed(data, content=bytes(16)))


@given(st.binary(min_size=2 * CHUNK + 1, max_size=3 * CHUNK))
def test_a_chunk_of_another_version_of_the_file_is_refused(data: bytes) -> None:
    """Same key and place, other content id: cannot happen, and would not pass."""
    mine, other = sealed(data), sealed(data, content=ID[:7] + bytes(9))
    mixed = mine[: HEADER + FRAME] + other[HEADER + FRAME :]
    with pytest.raises(Damaged):
        opened(mixed)
