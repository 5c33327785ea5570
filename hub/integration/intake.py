"""The door for partners who push: store first, answer with the hub's verdict, answer the same twice."""

import asyncio

from hub.integration.dispatch import PENDING, Dispatcher
from hub.kernel import inbox
from hub.kernel.actor import machine
from hub.kernel.db import Database
from hub.kernel.errors import Invalid
from schemas.envelope import Answer, Inbound

_EVERY = 0.05


class HubIntake:
    """`connectors.runtime.ports.Intake` on the hub's own database."""

    def __init__(self, db: Database, dispatcher: Dispatcher) -> None:
        self._db = db
        self._dispatcher = dispatcher

    async def accept(self, message: Inbound) -> Answer:
        """Stored; handled soon."""
        try:
            async with self._db.begin(machine(message.source)) as uow:
                new = await inbox.store(uow.conn, [message], uow.now)
                if new:
                    return PENDING
                _, first = await inbox.find(uow.conn, message.source, message.external_id)
        except Invalid as refused:
            return _refusal(refused)
        return _again(first)

    async def ask(self, message: Inbound, *, timeout: float = 10.0) -> Answer:
        """Stored and handled, if that takes no longer than `timeout` seconds."""
        try:
            async with self._db.begin(machine(message.source)) as uow:
                new = await inbox.store(uow.conn, [message], uow.now)
        except Invalid as refused:
            return _refusal(refused)
        answer = await self._dispatcher.handle(new[0]) if new else None
        return answer or await self._wait(message, timeout, duplicate=not new)

    async def _wait(self, message: Inbound, timeout: float, *, duplicate: bool) -> Answer:
        """Another process has it, or an earlier message of its lane goes first."""
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            async with self._db.read() as uow:
                row, answer = await inbox.find(uow.conn, message.source, message.external_id)
            if answer is None and (found := await self._dispatcher.handle(row)) is not None:
                return _again(found) if duplicate else found
            if answer is not None:
                return _again(answer) if duplicate else answer
            if asyncio.get_running_loop().time() > deadline:
                return PENDING
            await asyncio.sleep(_EVERY)


def _refusal(refused: Invalid) -> Answer:
    """What not even the inbox can keep is said in the partner's own form, like every other verdict."""
    return Answer(accepted=False, code=refused.code, vi=refused.vi, en=refused.en)


def _again(first: Answer | None) -> Answer:
    if first is None:
        return PENDING
    return Answer(accepted=first.accepted, code=first.code, vi=first.vi, en=first.en, duplicate=True, data=first.data)
