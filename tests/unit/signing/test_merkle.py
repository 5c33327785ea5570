"""The tree of RFC 9162 against the RFC's own recursive definitions (PEERS §2(b) 12)."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.merkle import (
    EMPTY,
    consistency_parts,
    consistent,
    fold,
    grown,
    inclusion_parts,
    leaf_hash,
    root_from_path,
    root_parts,
)

SIZES = st.integers(1, 70)


def naive_root(entries: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = max(1 << n for n in range(8) if 1 << n < len(entries))
    return sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(index: int, entries: list[bytes]) -> list[bytes]:
    """PATH of §2.1.3.1."""
    if len(entries) == 1:
        return []
    k = max(1 << n for n in range(8) if 1 << n < len(entries))
    if index < k:
        return [*naive_path(index, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(index - k, entries[k:]), naive_root(entries[:k])]


def naive_proof(old: int, entries: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of §2.1.4.1."""
    if old == len(entries):
        return [] if whole else [naive_root(entries)]
    k = max(1 << n for n in range(8) if 1 << n < len(entries))
    if old <= k:
        return [*naive_proof(old, entries[:k], whole), naive_root(entries[k:])]
    return [*naive_proof(old - k, entries[k:], False), naive_root(entries[:k])]


def entries_of(size: int) -> list[bytes]:
    return [f"entry {n}".encode() for n in range(size)]


def nodes_of(entries: list[bytes], step: int = 7) -> dict:
    """Stored as the hub stores them: batch after batch, each knowing only the right edge."""
    nodes: dict = {}
    for start in range(0, len(entries), step):
        edge = {node: nodes[node] for node in root_parts(start)}
        nodes.update(grown(start, [leaf_hash(e) for e in entries[start : start + step]], edge))
    return nodes


@given(SIZES, st.integers(1, 9))
def test_the_root_is_the_rfcs_whatever_the_batches(size: int, step: int) -> None:
    entries = entries_of(size)
    assert fold(root_parts(size), nodes_of(entries, step)) == naive_root(entries)


@given(SIZES, st.data())
def test_an_inclusion_path_is_the_rfcs_and_leads_to_the_root(size: int, data: st.DataObject) -> None:
    entries, index = entries_of(size), data.draw(st.integers(0, size - 1))
    nodes = nodes_of(entries)
    path = [fold(part, nodes) for part in inclusion_parts(index, size)]
    assert path == naive_path(index, entries)
    assert root_from_path(leaf_hash(entries[index]), index, size, path) == naive_root(entries)


@given(SIZES, st.data())
def test_a_consistency_proof_is_the_rfcs_and_holds(size: int, data: st.DataObject) -> None:
    entries, old = entries_of(size), data.draw(st.integers(1, size))
    nodes = nodes_of(entries)
    path = [fold(part, nodes) for part in consistency_parts(old, size)]
    assert path == naive_proof(old, entries)
    assert consistent(old, naive_root(entries[:old]), size, naive_root(entries), path)


@given(SIZES, st.data())
def test_nothing_else_passes_for_an_inclusion(size: int, data: st.DataObject) -> None:
    """Another leaf, another place, a bit of the path, one hash more or less: never this root."""
    entries, index = entries_of(size), data.draw(st.integers(0, size - 1))
    root, path, leaf = naive_root(entries), naive_path(index, entries), leaf_hash(entries[index])
    assert root_from_path(leaf_hash(b"forged"), index, size, path) != root
    assert root_from_path(leaf, index, size, [*path, EMPTY]) != root
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bent = bytes([path[at][0] ^ 1]) + path[at][1:]
        assert root_from_path(leaf, index, size, [*path[:at], bent, *path[at + 1 :]]) != root
        assert root_from_path(leaf, index, size, path[:-1]) != root
    other = data.draw(st.integers(-2, size + 2))
    assert other == index or root_from_path(leaf, other, size, path) != root


@given(st.integers(2, 70), st.data())
def test_a_rewritten_past_is_never_consistent(size: int, data: st.DataObject) -> None:
    entries, old = entries_of(size), data.draw(st.integers(1, size))
    other = [*entries]
    other[data.draw(st.integers(0, old - 1))] = b"rewritten"
    path, earlier = naive_proof(old, entries), naive_root(other[:old])
    assert not consistent(old, earlier, size, naive_root(entries), path)
    assert not consistent(old, naive_root(entries[:old]), size, naive_root(other), path)
    assert not consistent(old, earlier, size, naive_root(entries), naive_proof(old, other))
    if path:
        assert not consistent(old, naive_root(entries[:old]), size, naive_root(entries), path[:-1])


def test_a_path_must_be_as_long_as_the_size_asks() -> None:
    entries = entries_of(2)
    path, root = naive_path(0, entries), naive_root(entries)
    assert root_from_path(leaf_hash(entries[0]), 0, 2, path) == root
    assert root_from_path(leaf_hash(entries[0]), 0, 5, path) is None


def test_a_node_cannot_pass_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != naive_root([b"a", b"b"])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 2)])
def test_no_path_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_parts(index, size)
    assert root_from_path(EMPTY, index, size, []) is None


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_no_consistency_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        consistency_parts(old, new)
    assert not consistent(old, EMPTY, new, EMPTY, [])
