"""A pool of processes that verify files from outside and can be killed: each file has its own time and memory."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from signing.bounded import MEMORY, SECONDS, over_limit
from signing.model import Kind, Policy, SubIndication
from signing.report import Report
from signing.revocation import RevocationStore
from signing.trust import TrustList, TrustStore
from signing.workers_frames import Believe, Content, Task, frame, read_frame

STARTUP = 60.0
"""Seconds for a worker to start and to take over revocation data: trusted work, so the limit only ends a hang."""
PATIENCE = 6
"""Wall-clock seconds for each second of processor time that a file may take: a busy machine is not the file's fault."""
TASKS = 500
"""Files after which a worker is replaced, so that what parsers keep does not grow for ever."""
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR")


class Workers:
    """`async with Workers() as workers: await workers.verify(…)`. Processes start when they are first needed."""

    def __init__(self, size: int = 2, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._free = asyncio.Semaphore(size)
        self._idle: list[_Worker] = []
        self.replaced = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        idle, self._idle = self._idle, []
        for worker in idle:
            await worker.end()

    async def verify(
        self,
        source: bytes | Path,
        *,
        trust: TrustStore,
        at: datetime,
        kind: Kind | None = None,
        policy: Policy = Policy.INCOMING,
        detached: bytes | Path | None = None,
        password: str | None = None,
    ) -> Report:
        """As `signing.verify`, of bytes or of a file; over a limit the answer is INDETERMINATE and says which."""
        beside = None if detached is None else _content(detached)
        task = Task(source=_content(source), detached=beside, at=at, kind=kind, policy=policy, password=password)
        async with self._free:
            worker = await self._worker(trust)
            try:
                async with asyncio.timeout(self._seconds * PATIENCE):
                    report = await worker.ask(task)
            except BaseException as error:
                self.replaced += 1
                await worker.end()
                what = _limit(error, worker.process.returncode)
                if what is None:
                    raise
                return await asyncio.to_thread(over_limit, source, trust, at, policy, kind, what)
            if report.sub_indication is SubIndication.POLICY_PROCESSING_ERROR or worker.tasks >= TASKS:
                self.replaced += 1
                await worker.end()
            else:
                self._idle.append(worker)
        return report

    async def _worker(self, trust: TrustStore) -> _Worker:
        worker = self._idle.pop() if self._idle else None
        if worker is not None and worker.process.returncode is not None:
            await worker.end()
            worker = None
        if worker is None:
            worker = await _Worker.start(self._memory, self._seconds)
        try:
            async with asyncio.timeout(STARTUP):
                await worker.believe(trust)
        except BaseException:
            await worker.end()
            raise
        return worker


class _Worker:
    """One process, and what it was told to believe."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.tasks = 0
        self._lists: tuple[TrustList, ...] | None = None
        self._revocation: RevocationStore | None = None
        self._told = 0

    @classmethod
    async def start(cls, memory: int, seconds: float) -> Self:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "signing.workers_main", str(memory), str(int(seconds) + 1),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"PYTHONHASHSEED": "0"},
        )  # fmt: skip
        return cls(process)

    async def believe(self, trust: TrustStore) -> None:
        """Tell it what is new since the last time."""
        afresh = self._lists is not trust.lists or self._revocation is not trust.revocation
        news = trust.revocation.log(0 if afresh else self._told)
        if not afresh and not news:
            return
        await self._send(Believe(lists=list(trust.lists) if afresh else None, news=news))
        await self._answer()
        self._lists, self._revocation = trust.lists, trust.revocation
        self._told = (0 if afresh else self._told) + len(news)

    async def ask(self, task: Task) -> Report:
        """Raises EOFError when the process ended instead."""
        self.tasks += 1
        await self._send(task)
        return msgspec.json.decode(await self._answer(), type=Report)

    async def _send(self, message: Believe | Task) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(frame(msgspec.msgpack.encode(message)))
        await self.process.stdin.drain()

    async def _answer(self) -> bytes:
        assert self.process.stdout is not None
        return await read_frame(self.process.stdout)

    async def end(self) -> None:
        """Killed, and waited for."""
        if self.process.returncode is None:
            self.process.kill()
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self.process.wait()


def _content(source: bytes | Path) -> Content:
    return Content(path=str(source)) if isinstance(source, Path) else Content(data=source)


def _limit(error: BaseException, returncode: int | None) -> str | None:
    """Which limit ended the worker; None for what is no limit, as a cancellation."""
    if isinstance(error, TimeoutError) or returncode == -signal.SIGXCPU:
        return "time"
    return "memory" if isinstance(error, (asyncio.IncompleteReadError, ConnectionError, BrokenPipeError)) else None


__all__ = ["Workers"]
