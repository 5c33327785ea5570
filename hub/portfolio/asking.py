"""Anybody's file: verified at once when it is short, by a worker when it is long, forgotten after a set time."""

import asyncio
import hashlib
import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import structlog
from cryptography.exceptions import InvalidTag

from hub.kernel.actor import system
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.jobs import Job as Scheduled
from hub.kernel.listener import Listener, wait
from hub.kernel.signatures import Checker
from hub.kernel.text import nfc
from hub.portfolio import errors
from hub.portfolio import verification_repository as repository
from hub.portfolio.model import Asked, Job, JobState
from hub.portfolio.sealing import PIECE, SALT, Sealer
from signing import Indication, Kind, LaterChanges, Policy, Report, SubIndication
from signing.policy import RULES
from signing.verifier import VERIFIER

log = structlog.get_logger(__name__)
_VERIFIER = system("verification")
LEASE = timedelta(minutes=5)
ATTEMPTS = 3
"""A worker may die for reasons of its own; the third time it is the file, which is answered without being opened."""
WAITING_BYTES = 2 * 1024 * 1024 * 1024
"""How much may wait at a time: strangers must not fill the database."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it came in, on disk: its name, the content that it signs beside it, its password."""

    file: Path
    name: str = ""
    beside: Path | None = None
    password: str | None = None

    @property
    def size(self) -> int:
        return self.file.stat().st_size


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What anybody's file meets: `at_once` bytes are answered at once; `keep` is how long a report is there."""

    db: Database
    checker: Checker
    key: bytes
    at_once: int
    most: int
    keep: timedelta

    async def verify(self, given: Given) -> Report | str:
        """The report, or the token under which it will be there."""
        if given.size <= self.at_once:
            return await self.report_on(given)
        return await self.queue(given)

    async def report_on(self, given: Given) -> Report:
        """Now, in a process that can be killed."""
        return await self.checker.check(given.file, self.db.now(), detached=given.beside, password=given.password)

    async def verify_and_keep(self, given: Given) -> str:
        """For pages: the token of a report that is there already, or will be."""
        if given.size > self.at_once:
            return await self.queue(given)
        report = await self.report_on(given)
        token = secrets.token_urlsafe(24)
        async with self.db.begin(_VERIFIER) as uow:
            asked = msgspec.structs.replace(
                self._asked(uow, given), state=JobState.DONE, done_at=uow.now, report=report
            )
            await repository.add(uow.conn, hash_of(token), asked, salt=b"")
        return token

    async def queue(self, given: Given) -> str:
        """Sealed, for a worker. Raises TooMany when too much waits already."""
        token, salt = secrets.token_urlsafe(24), os.urandom(SALT)
        sealer = Sealer(self.key, salt)
        async with self.db.begin(_VERIFIER) as uow:
            if await repository.waiting(uow.conn) + given.size > WAITING_BYTES:
                raise errors.too_much_waits()
            await repository.add(
                uow.conn,
                hash_of(token),
                self._asked(uow, given),
                salt=salt,
                password=sealer.seal(given.password.encode(), "password") if given.password else None,
                detached=given.beside is not None,
            )
            for part, file in (("file", given.file), ("beside", given.beside)):
                for number, piece in sealer.pieces(part, file) if file else ():
                    await repository.add_piece(uow.conn, hash_of(token), part, number, piece)
        return token

    def _asked(self, uow: UnitOfWork, given: Given) -> Asked:
        return Asked(
            state=JobState.QUEUED,
            name=nfc(given.name)[:200],
            size=given.size,
            ahead=0,
            asked_at=uow.now,
            done_at=None,
            ends_at=uow.now + self.keep,
        )

    async def asked(self, token: str) -> Asked:
        """How far it is; raises NotFound for a token that is none or whose report has been deleted."""
        async with self.db.read() as uow:
            found = await repository.asked(uow.conn, hash_of(token), uow.now)
        if found is None:
            raise errors.no_such_verification()
        return found


class Answering:
    """The loop that verifies long files. One that dies leaves its file to the next; the third time it says so."""

    def __init__(self, asking: Asking, checker: Checker, *, poll_seconds: float) -> None:
        self._asking = asking
        self._checker = checker
        self._poll = poll_seconds

    async def run(self, listener: Listener, channel: str) -> None:
        """Until cancelled."""
        news = listener.subscribe(channel)
        while True:
            if not await self.once():
                await wait(news, self._poll)

    async def once(self) -> bool:
        """One file, if any waits."""
        db = self._asking.db
        async with db.begin(_VERIFIER) as uow:
            job = await repository.take(uow.conn, uow.now, LEASE)
        if job is None:
            return False
        report = await (self._report_on(job) if job.attempts <= ATTEMPTS else self._given_up(job))
        async with db.begin(_VERIFIER) as uow:
            await repository.finish(uow.conn, job.token_hash, report, uow.now)
        return True

    async def _report_on(self, job: Job) -> Report:
        async with self._unsealed(job) as given:
            return await self._checker.check(
                given.file, self._asking.db.now(), detached=given.beside, password=given.password
            )

    async def _given_up(self, job: Job) -> Report:
        log.error("verification.given-up", attempts=job.attempts - 1, size=job.size)
        sealer = Sealer(self._asking.key, job.salt)
        digest = hashlib.sha256()
        async with self._asking.db.read() as uow:
            try:
                async for piece in _pieces(uow, job, sealer, "file"):
                    digest.update(piece)
            except InvalidTag:
                return _not_determined(job, "", self._asking.db.now())
        return _not_determined(job, digest.hexdigest(), self._asking.db.now())

    @asynccontextmanager
    async def _unsealed(self, job: Job) -> AsyncIterator[Given]:
        sealer = Sealer(self._asking.key, job.salt)
        with tempfile.TemporaryDirectory(prefix="verify-") as folder:
            file = await self._write(job, sealer, "file", Path(folder) / "file")
            beside = await self._write(job, sealer, "beside", Path(folder) / "beside") if job.detached else None
            password = sealer.open(job.password, "password").decode() if job.password else None
            yield Given(file=file, beside=beside, password=password)

    async def _write(self, job: Job, sealer: Sealer, part: str, path: Path) -> Path:
        async with self._asking.db.read() as uow:
            with path.open("wb") as out:
                async for piece in _pieces(uow, job, sealer, part):
                    await asyncio.to_thread(out.write, piece)
        return path


async def _pieces(uow: UnitOfWork, job: Job, sealer: Sealer, part: str) -> AsyncIterator[bytes]:
    """One at a time. Raises InvalidTag under another installation's key."""
    number = 0
    while (sealed := await repository.piece(uow.conn, job.token_hash, part, number)) is not None:
        yield sealer.open(sealed, f"{part}/{number}")
        number += 1


def _not_determined(job: Job, sha256: str, at: datetime) -> Report:
    """`sha256` is empty for a file that cannot even be unsealed."""
    return Report(
        indication=Indication.INDETERMINATE,
        sub_indication=SubIndication.POLICY_PROCESSING_ERROR,
        later_changes=LaterChanges.NONE,
        sentence_vi=f"Chưa kết luận được: việc kiểm tra tệp này đã {ATTEMPTS} lần bị ngắt giữa chừng nên không thử nữa. "
        "Điều đó không có nghĩa là chữ ký sai. Hãy xin người gửi một bản gọn hơn rồi kiểm tra lại.",
        sentence_en=f"Not determined: checking this file was cut off {ATTEMPTS} times, so it is not tried again. This does "
        "not mean that a signature is wrong. Ask the sender for a leaner copy and check that.",
        kind=Kind.UNKNOWN,
        sha256=sha256,
        size=job.size,
        policy=Policy.INCOMING,
        policy_id=RULES[Policy.INCOMING].id,
        trust="",
        at=at,
        verifier=VERIFIER,
    )


async def sweep(uow: UnitOfWork, _: str) -> None:
    """What has ended goes, with everything that belongs to it."""
    await repository.sweep(uow.conn, uow.now)


JOBS = {"verifications": Scheduled(every=600, run=sweep)}


def hash_of(token: str) -> bytes:
    """All that the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


__all__ = ["JOBS", "PIECE", "Answering", "Asking", "Given", "hash_of"]
