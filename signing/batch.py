"""Sealing many documents, with progress, and from where it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

import msgspec

from signing.errors import SigningError


class Sink(Protocol):
    """Where sealed documents go; what it has is not sealed again."""

    def has(self, name: str) -> bool: ...

    def put(self, name: str, data: bytes) -> None: ...


class Progress(msgspec.Struct, frozen=True):
    done: int
    skipped: int
    failed: tuple[tuple[str, str], ...]
    total: int


async def seal_many(
    documents: Iterable[tuple[str, Callable[[], bytes]]],
    seal: Callable[[bytes], Awaitable[bytes]],
    sink: Sink,
    *,
    told: Callable[[Progress], None] = lambda _: None,
    at_once: int = 4,
) -> Progress:
    """Seal each document once; one that cannot be sealed is named and does not stop the others."""
    listed = list(documents)
    state = {"done": 0, "skipped": 0}
    failed: list[tuple[str, str]] = []
    gate = asyncio.Semaphore(at_once)

    def progress() -> Progress:
        return Progress(state["done"], state["skipped"], tuple(failed), len(listed))

    async def one(name: str, read: Callable[[], bytes]) -> None:
        async with gate:
            if sink.has(name):
                state["skipped"] += 1
            else:
                try:
                    sink.put(name, await seal(read()))
                    state["done"] += 1
                except (SigningError, OSError) as error:
                    failed.append((name, str(error)))
            told(progress())

    await asyncio.gather(*(one(name, read) for name, read in listed))
    return progress()
