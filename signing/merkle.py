"""The Merkle tree of RFC 9162 §2.1: hashes, inclusion and consistency proofs. Pure; who keeps nodes brings them.

A stored node is a complete subtree: `Node(level, index)` covers the leaves from `index * 2**level`, `2**level` of them.
What a proof needs is told as nodes, so that a database reads a few rows and not all leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec

EMPTY = sha256(b"").digest()


class Node(msgspec.Struct, frozen=True, order=True):
    """A complete subtree."""

    level: int
    index: int


Nodes = Mapping[Node, bytes]
Part = tuple[Node, ...]
"""Complete subtrees, left to right, whose fold is one hash of a proof."""


def leaf_hash(entry: bytes) -> bytes:
    """Leaves and inner nodes are told apart by their prefix: one can never pass for the other."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def parts_of_range(start: int, end: int) -> Part:
    """The complete subtrees that cover the leaves `start` … `end - 1`; `start` is aligned as the RFC's splits are."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Node(level, start >> level))
        start += 1 << level
    return tuple(found)


def root_parts(size: int) -> Part:
    """What the root of the first `size` leaves is folded from."""
    return parts_of_range(0, size)


def inclusion_parts(index: int, size: int) -> tuple[Part, ...]:
    """The audit path of a leaf, bottom up; raises ValueError when it lies outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[Part] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(parts_of_range(middle, end))
            end = middle
        else:
            path.append(parts_of_range(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_parts(old: int, new: int) -> tuple[Part, ...]:
    """What proves that the tree of `new` leaves begins with that of `old`; raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"no proof from {old} to {new}")
    path: list[Part] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(parts_of_range(middle, end))
            end = middle
        else:
            path.append(parts_of_range(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(parts_of_range(start, end))
    return tuple(reversed(path))


def fold(part: Part, nodes: Nodes) -> bytes:
    """The hash that a part stands for."""
    if not part:
        return EMPTY
    hashes = [nodes[node] for node in part]
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


def grown(size: int, leaves: Sequence[bytes], edge: Nodes) -> Iterator[tuple[Node, bytes]]:
    """The nodes that appending these leaf hashes completes. `edge` holds those of `root_parts(size)`."""
    known = dict(edge)
    for index, leaf in enumerate(leaves, start=size):
        node, value = Node(0, index), leaf
        known[node] = value
        yield node, value
        while node.index % 2:
            node, value = (
                Node(node.level + 1, node.index // 2),
                node_hash(known[Node(node.level, node.index - 1)], value),
            )
            known[node] = value
            yield node, value


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to (RFC 9162 §2.1.3.2); None when the path has the wrong length."""
    if not 0 <= index < size:
        return None
    position, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if position % 2 or position == last:
            found = node_hash(sibling, found)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            found = node_hash(found, sibling)
        position, last = position // 2, last // 2
    return found if last == 0 else None


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that one tree begins with the other (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return old_root == new_root and not path
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    position, last = old - 1, new - 1
    while position % 2:
        position, last = position // 2, last // 2
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if position % 2 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            second = node_hash(second, sibling)
        position, last = position // 2, last // 2
    return last == 0 and first == old_root and second == new_root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
