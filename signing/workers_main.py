"""A worker of the pool: believes what it is told, verifies one file after another, ends with its standard input."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from signing.trust import TrustStore
from signing.verifier import verify
from signing.workers_frames import HEAD, Believe, Content, Task, frame, length_of

_PAGE = resource.getpagesize()


def serve(reader: BinaryIO, writer: BinaryIO, memory: int, seconds: int) -> None:
    """Until the pool closes the pipe."""
    trust = TrustStore()
    while head := reader.read(HEAD):
        message = msgspec.msgpack.decode(reader.read(length_of(head)), type=Believe | Task)
        if isinstance(message, Believe):
            _limit_memory(resource.RLIM_INFINITY)
            trust = believed(trust, message)
            answer = b""
        else:
            _limit_memory(_used_memory() + memory)
            _limit_time(seconds)
            answer = _verified(message, trust)
        writer.write(frame(answer))
        writer.flush()


def believed(trust: TrustStore, message: Believe) -> TrustStore:
    """The trust with what is new in it."""
    store = trust if message.lists is None else TrustStore(message.lists)
    for source, der, at in message.news:
        (store.import_crl if source == "crl" else store.import_ocsp)(der, at)
    return store


def _verified(task: Task, trust: TrustStore) -> bytes:
    return verify(
        _read(task.source),
        trust=trust,
        at=task.at,
        kind=task.kind,
        policy=task.policy,
        detached=None if task.detached is None else _read(task.detached),
        password=task.password,
    ).to_json()


def _read(content: Content) -> bytes:
    return Path(content.path).read_bytes() if content.path is not None else content.data or b""


def _used_memory() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * _PAGE


def _limit_memory(limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def _limit_time(seconds: int) -> None:
    """Processor time, for a worker whose pool died while it worked: nobody else would end it."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(spent.ru_utime + spent.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]), int(sys.argv[2]))
