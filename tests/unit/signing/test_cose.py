"""COSE over CBOR: what a QR code on paper carries (RES-09, PEERS §2(b) 11)."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from signing import KeyUnavailable, cbor, cose
from signing.test_pki import Pki

CLAIMS: dict[int, Any] = {
    0: 1, 1: "H01.12-261119-0047-KQ1", 2: bytes(range(32)), 3: "Nguyễn Văn Minh", 4: "Sở Tài nguyên và Môi trường",
    5: 20780, 6: "000012/2026/CĐ", 7: 1_795_000_000, 8: 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(Path(tmp_path_factory.mktemp("pki")) / "pki")


@pytest.fixture(scope="module")
def message(pki: Pki) -> bytes:
    return asyncio.run(cose.sign1(CLAIMS, pki.key("hub")))


def holds(pki: Pki, data: bytes) -> bool:
    """As a checker decides: readable, our key's name, its signature."""
    try:
        signed = cose.read(data)
    except cose.NotCose:
        return False
    certificate = pki.certificate("hub")
    return signed.kid == cose.key_id(certificate) and signed.holds(certificate.public_key)


def test_what_was_signed_is_read_back(pki: Pki, message: bytes) -> None:
    assert holds(pki, message)
    assert cose.read(message).claims == CLAIMS
    assert cose.from_digits(cose.digits(message)) == message
    assert len(message) < 300


def test_the_library_reads_the_same(message: bytes) -> None:
    tag = cbor2.loads(message)
    assert (tag.tag, cbor2.loads(tag.value[2])) == (18, CLAIMS)


@given(st.data())
def test_any_bit_flipped_is_refused(pki: Pki, message: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(message) * 8 - 1))
    bent = bytearray(message)
    bent[at // 8] ^= 1 << at % 8
    assert not holds(pki, bytes(bent))


@given(st.data())
def test_any_digit_changed_or_lost_is_refused(pki: Pki, message: bytes, data: st.DataObject) -> None:
    text = cose.digits(message)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != text[at]))
    for bent in (text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :]):
        with contextlib.suppress(cose.NotCose):
            assert not holds(pki, cose.from_digits(bent))


@given(st.binary(max_size=400))
def test_random_bytes_never_crash(pki: Pki, data: bytes) -> None:
    assert not holds(pki, data)
    assert not holds(pki, b"\xd2\x84" + data)


def test_another_key_and_another_kind_of_key(pki: Pki, message: bytes) -> None:
    signed = cose.read(message)
    assert not signed.holds(pki.certificate("citizen-ec").public_key)
    assert not signed.holds(pki.certificate("agency").public_key)
    with pytest.raises(KeyUnavailable):
        asyncio.run(cose.sign1(CLAIMS, pki.key("agency")))


@pytest.mark.parametrize(
    "bent",
    [
        [b"\xa1\x01\x26", {}, b"\xa0", bytes(64)],
        [b"\xa2\x01\x26\x04\x48" + bytes(8), {4: b"x"}, b"\xa0", bytes(64)],
        [b"\xa2\x01\x27\x04\x48" + bytes(8), {}, b"\xa0", bytes(64)],
        [b"\xa2\x01\x26\x04\x48" + bytes(8), {}, b"\xa0", bytes(63)],
        [b"\xa2\x01\x26\x04\x48" + bytes(8), {}, b"\x80", bytes(64)],
        [b"\xa2\x01\x26\x04\x44" + bytes(4), {}, b"\xa0", bytes(64)],
    ],
    ids=["no-kid", "unprotected", "other-algorithm", "short-signature", "no-claims", "short-kid"],
)
def test_other_forms_of_cose_are_not_read(bent: list[Any]) -> None:
    with pytest.raises(cose.NotCose):
        cose.read(cbor2.dumps(cbor2.CBORTag(18, bent), canonical=True))


VALUES = st.recursive(
    st.integers(-(2**53) + 1, 2**53 - 2) | st.binary(max_size=40) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 300), inner, max_size=4),
    max_leaves=8,
)


def depth(value: Any) -> int:
    inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return 1 + max(map(depth, inner), default=0)


@given(VALUES)
def test_deterministic_cbor_is_read_as_the_library_writes_it(value: Any) -> None:
    assume(depth(value) <= cbor.DEPTH)
    assert cbor.read(cbor2.dumps(value, canonical=True)) == value


@given(st.binary(max_size=60))
def test_what_is_read_is_the_only_way_to_write_it(data: bytes) -> None:
    try:
        value = cbor.read(data)
    except cbor.NotCbor:
        return
    assume("Tagged" not in repr(value))
    # The library sorts keys by length first (§4.2.3), we by their bytes: the same bytes in another order.
    assert sorted(cbor2.dumps(value, canonical=True)) == sorted(data)


@pytest.mark.parametrize(
    "data",
    ["1801", "190017", "1a0000ffff", "1b00000000ffffffff", "5f4101ff", "f4", "fb3ff0000000000000", "a2020101 02",
     "a201010102", "61ff", "8181818181 01", "5b7fffffffffffffff", "9b00ffffffffffffff", "", "0000", "1c"],
)  # fmt: skip
def test_what_could_be_written_otherwise_is_refused(data: str) -> None:
    with pytest.raises(cbor.NotCbor):
        cbor.read(bytes.fromhex(data))
