"""Runs one connector: takes its messages from the bus, calls its handlers, tells the hub how each attempt ended."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from enum import StrEnum
from time import perf_counter
from typing import Any, Self

import httpx
import msgspec
import structlog

from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from connectors.runtime.ports import Bus, Connector, Consumer, Context, Delivery, Files, Handler, Outgoing
from connectors.runtime.topology import OUTCOMES, command_queue
from connectors.runtime.turns import Turns
from schemas.envelope import Envelope, Inbound, Outcome, Verdict
from schemas.messages import BY_NAME

log = structlog.get_logger(__name__)


class State(StrEnum):
    """`misconfigured`: takes nothing until the probe succeeds."""

    STARTING = "starting"
    RUNNING = "running"
    MISCONFIGURED = "misconfigured"
    STOPPED = "stopped"


class ConnectorRunner:
    """Use as `async with ConnectorRunner(…)`: runs while the block runs, stops gracefully at its end.

    `transport` leads to a simulator, None to the network. A handler gets `handler_seconds`, a message must be begun
    within `lease_seconds` of its publishing; keep their sum at the hub's visibility time, after which the hub sends the
    message again.
    """

    def __init__(
        self,
        connector: Connector,
        settings: Any,
        bus: Bus,
        files: Files,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        handler_seconds: float = 60.0,
        lease_seconds: float | None = None,
        probe_seconds: float = 15.0,
    ) -> None:
        self.connector = connector
        self.state = State.STARTING
        self.reason = ""
        self._settings = settings
        self._bus = bus
        self._files = files
        self._transport = transport
        self._now = now
        self._handler_seconds = handler_seconds
        self._probe_seconds = probe_seconds
        self._turns = Turns(lease_seconds)
        self._stack = AsyncExitStack()
        self._client: Any = None
        self._consumer: Consumer | None = None
        self._halt = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._log = log.bind(connector=connector.name)

    async def __aenter__(self) -> Self:
        self._client = await self._stack.enter_async_context(
            self.connector.open_client(self._settings, self._transport)
        )
        await self._consume()
        self._watch = asyncio.create_task(self._pause_while_misconfigured(), name=f"watch {self.connector.name}")
        self._log.info("connector.started")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._consumer is not None:
            await self._consumer.close()
            self._consumer = None
        await self._stack.aclose()
        self.state = State.STOPPED
        self._log.info("connector.stopped")

    async def handle(self, delivery: Delivery) -> None:
        """One delivery: whatever happens in it becomes an outcome. Raises only when the outcome cannot be published."""
        outcome = await self._attempt(delivery)
        if outcome is None:
            return
        [problem] = await self._bus.publish(
            [Outgoing(queue=OUTCOMES, message_id=outcome.message_id, body=msgspec.json.encode(outcome))]
        )
        if problem is not None:
            raise problem
        if outcome.verdict is Verdict.MISCONFIGURED:
            self.reason = f"{outcome.code}: {outcome.detail_en}"
            self._halt.set()

    async def _attempt(self, delivery: Delivery) -> Outcome | None:
        """None for an old copy of a message: the hub has a newer one on the bus."""
        try:
            envelope = msgspec.json.decode(delivery.body, type=Envelope)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._log.error("connector.undecodable", message_id=delivery.message_id, error=str(error))
            return self._failed(delivery.message_id, 1 + delivery.redelivered, _undecodable(error))
        async with self._turns.of(envelope.lane):
            if (before := self._turns.done(envelope.id)) is not None:
                return msgspec.structs.replace(before, attempt=envelope.attempt)
            if self._turns.over(envelope, self._now()):
                self._log.warning("connector.old_copy", message_id=envelope.id, attempt=envelope.attempt)
                return None
            outcome = await self._handled(envelope, delivery)
            self._turns.remember(outcome)
            return outcome

    async def _handled(self, envelope: Envelope, delivery: Delivery) -> Outcome:
        started = perf_counter()
        try:
            inbound = await self._call(envelope, delivery.redelivered)
            outcome = Outcome(
                message_id=envelope.id,
                connector=self.connector.name,
                attempt=envelope.attempt,
                verdict=Verdict.DONE,
                inbound=tuple(inbound),
            )
        except PartnerError as error:
            outcome = self._failed(envelope.id, envelope.attempt, error)
        except Exception as error:
            self._log.exception("connector.defect", message_id=envelope.id, type=envelope.type)
            outcome = self._failed(envelope.id, envelope.attempt, _defect(error))
        self._log.info(
            "connector.handled",
            message_id=envelope.id,
            type=envelope.type,
            lane=envelope.lane,
            attempt=envelope.attempt,
            redelivered=delivery.redelivered,
            verdict=outcome.verdict.value,
            code=outcome.code,
            inbound=len(outcome.inbound),
            ms=round((perf_counter() - started) * 1000, 1),
        )
        return outcome

    async def _call(self, envelope: Envelope, redelivered: int) -> Sequence[Inbound]:
        kind, handler = self._handler_for(envelope)
        try:
            body: Any = msgspec.json.decode(envelope.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _undecodable(error) from error
        context = Context(
            client=self._client,
            files=self._files,
            message_id=envelope.id,
            attempt=envelope.attempt + redelivered,
            lane=envelope.lane,
            now=self._now,
        )
        limit = asyncio.timeout(self._handler_seconds)
        try:
            async with limit:
                return await handler(body, context)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise Retryable(
                "connector.timeout",
                f"Đối tác không trả lời trong {self._handler_seconds:.0f} giây",
                f"No answer from the partner within {self._handler_seconds:.0f} seconds",
            ) from error

    def _handler_for(self, envelope: Envelope) -> tuple[type, Handler]:
        kind = BY_NAME.get(envelope.type)
        handler = self.connector.consumes.get(kind) if kind is not None else None
        if kind is None or handler is None or envelope.connector != self.connector.name:
            raise Rejected(
                "connector.unknown-message",
                f"Kết nối {self.connector.title_vi} không nhận thông điệp {envelope.type}",
                f"{self.connector.name} does not take {envelope.type} for {envelope.connector}",
            )
        return kind, handler

    def _failed(self, message_id: str, attempt: int, error: PartnerError) -> Outcome:
        verdict = Verdict.RETRY
        if isinstance(error, Rejected):
            verdict = Verdict.REJECTED
        elif isinstance(error, Misconfigured):
            verdict = Verdict.MISCONFIGURED
        return Outcome(
            message_id=message_id,
            connector=self.connector.name,
            attempt=attempt,
            verdict=verdict,
            code=error.code,
            detail_vi=error.vi,
            detail_en=error.en,
            partner_words=error.words,
            retry_after=error.after if isinstance(error, Retryable) else None,
            partner_down=isinstance(error, Retryable) and error.partner_down,
        )

    async def _consume(self) -> None:
        self._consumer = await self._bus.consume(
            command_queue(self.connector.name), self.handle, prefetch=self.connector.prefetch
        )
        self.state = State.RUNNING
        self.reason = ""

    async def _pause_while_misconfigured(self) -> None:
        """Take nothing more until the probe says that the settings work: each message would only fail the same way."""
        while True:
            await self._halt.wait()
            self.state = State.MISCONFIGURED
            self._log.error("connector.misconfigured", reason=self.reason)
            if self._consumer is not None:
                consumer, self._consumer = self._consumer, None
                await consumer.close()
            while True:
                if await self._resume():
                    break
                await asyncio.sleep(self._probe_seconds)
            self._log.info("connector.resumed")

    async def _resume(self) -> bool:
        try:
            async with asyncio.timeout(self._handler_seconds):
                await self.connector.probe(self._client)
            self._halt.clear()
            await self._consume()
        except Exception as error:
            self.reason = str(error)
            self._log.warning("connector.probe_failed", error=self.reason)
            return False
        return True


def _undecodable(error: Exception) -> Rejected:
    return Rejected(
        "connector.undecodable",
        "Thông điệp của hệ thống không đúng cấu trúc",
        f"The hub's message cannot be decoded: {error}",
    )


def _defect(error: Exception) -> Retryable:
    """Our own mistake. Retried, because a new release may mend it while the message waits."""
    return Retryable(
        "connector.defect",
        "Kết nối gặp lỗi phần mềm; hệ thống sẽ thử lại",
        f"A defect in the connector: {error!r}",
    )
