"""Inbox → verb: one table says which message calls which verb, and each message is handled in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog

from hub.kernel import inbox
from hub.kernel.actor import machine
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.errors import Away, NotFound, Problem
from hub.kernel.listener import Listener, wait
from schemas.envelope import Answer
from schemas.messages import BY_NAME

log = structlog.get_logger(__name__)

Verb = Callable[[UnitOfWork, Any], Awaitable[object]]
Table = Mapping[type, Verb]
"""Message type → verb. An `Answer` that a verb gives is what the partner is told; anything else is the verb's own."""

GIVE_UP_AFTER = 10
"""Attempts to find an unknown dossier before its message goes to quarantine: about five minutes."""

TAKEN = Answer(accepted=True, code="ok", vi="Đã nhận và cập nhật hồ sơ.", en="Received; the dossier has been updated.")
PENDING = Answer(
    accepted=True,
    code="intake.pending",
    vi="Đã nhận. Hệ thống đang xử lý; gửi lại đúng nội dung này để hỏi kết quả.",
    en="Received and being handled; send exactly this again to ask for the outcome.",
)


class Dispatcher:
    """Handles inbox messages; any number of them may run against one database."""

    def __init__(self, db: Database, table: Table, *, poll_seconds: float) -> None:
        self._db = db
        self._table = table
        self._poll = poll_seconds

    async def run(self, listener: Listener) -> None:
        """Until cancelled."""
        woken = listener.subscribe("inbox")
        while True:
            try:
                busy = await self.handle()
            except Away:
                busy = None
                await asyncio.sleep(0.5)
            except Exception:
                log.exception("dispatch.defect")
                busy = None
                await asyncio.sleep(0.2)
            if busy is None:
                await wait(woken, min(self._poll, 1.0))

    async def handle(self, wanted: UUID | None = None) -> Answer | None:
        """One message: the wanted one, or the oldest due. None when there is none, or another process has it."""
        claimed: inbox.Row | None = None
        try:
            async with self._db.begin(machine("inbox")) as uow:
                claimed = await inbox.claim(uow.conn, uow.now, wanted)
                return None if claimed is None else await self._settle(uow, claimed)
        except Problem:
            raise
        except Exception as defect:
            if claimed is None:
                raise
            log.exception("dispatch.defect", type=claimed.type, lane=claimed.lane)
            return await self._set_aside(claimed, defect)

    async def _settle(self, uow: UnitOfWork, row: inbox.Row) -> Answer:
        uow.actor = machine(row.source)
        try:
            async with uow.savepoint():
                answer = await self._call(uow, row)
        except Problem as problem:
            return await self._refuse(uow, row, problem)
        await inbox.finish(uow.conn, row.id, answer, uow.now)
        return answer

    async def _call(self, uow: UnitOfWork, row: inbox.Row) -> Answer:
        kind = BY_NAME[row.type]
        said = await self._table[kind](uow, msgspec.json.decode(row.body, type=kind))
        return said if isinstance(said, Answer) else TAKEN

    async def _refuse(self, uow: UnitOfWork, row: inbox.Row, problem: Problem) -> Answer:
        """Nothing is thrown away: an unknown dossier may still come, the rest waits for a person with its reason."""
        answer = Answer(accepted=False, code=problem.code, vi=problem.vi, en=problem.en)
        if isinstance(problem, NotFound) and row.attempt + 1 < GIVE_UP_AFTER:
            await inbox.postpone(uow.conn, row.id, uow.now + _pause(row.attempt), answer)
            return answer
        await inbox.finish(uow.conn, row.id, answer, uow.now)
        await uow.audit("intake:message:quarantine", row.lane, {"type": row.type, "code": problem.code})
        return answer

    async def _set_aside(self, row: inbox.Row, defect: Exception) -> Answer:
        """Our own mistake: the message waits for a mended release and does not hold up its neighbours."""
        answer = Answer(
            accepted=True,
            code="hub.defect",
            vi="Đã nhận và lưu. Hệ thống gặp trục trặc khi xử lý và sẽ tự làm lại; không cần gửi lại.",
            en="Received and stored. Handling it failed on our side and will be repeated; no need to send it again.",
        )
        async with self._db.begin(machine(row.source)) as uow:
            await inbox.postpone(uow.conn, row.id, uow.now + _pause(row.attempt), answer)
            await uow.audit("intake:message:defect", row.lane, {"type": row.type, "error": repr(defect)[:500]})
        return answer


def _pause(attempt: int) -> timedelta:
    return timedelta(seconds=min(120.0, 2.0**attempt))
