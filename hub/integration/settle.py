"""Connector → hub: each outcome settles its outbox row and brings the partner's words into the inbox, at once."""

import random
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from connectors.runtime.ports import Delivery
from hub.kernel import circuit, inbox, lanes
from hub.kernel.actor import system
from hub.kernel.db import Database, UnitOfWork
from schemas.envelope import Outcome, Verdict

log = structlog.get_logger(__name__)
_INTAKE = system("intake")

GIVE_UP_AFTER = 60
"""Attempts before a retried row is parked for an officer: with the pauses below, about two days."""


def pause(attempt: int, retry_after: float | None) -> float:
    """Seconds until the next attempt: doubling to 15 minutes, then hourly, with jitter; the partner's wish counts."""
    base = min(900.0, 0.5 * 2.0 ** min(attempt, 12)) if attempt < 20 else 3600.0
    return max(retry_after or 0.0, base * random.uniform(0.7, 1.3))  # noqa: S311 (jitter, not a secret)


async def outcome_arrived(db: Database, visibility: float, delivery: Delivery) -> None:
    """The handler of the outcomes queue. `visibility`: seconds after which a message is published again."""
    outcome = msgspec.json.decode(delivery.body, type=Outcome)
    async with db.begin(_INTAKE) as uow:
        settled = await _settle(uow, outcome, visibility)
        if outcome.inbound:
            await inbox.store(uow.conn, outcome.inbound, uow.now)
    log.debug("intake.settled", message_id=outcome.message_id, verdict=outcome.verdict, settled=settled)


async def _settle(uow: UnitOfWork, outcome: Outcome, visibility: float) -> bool:
    if outcome.verdict is Verdict.DONE:
        await circuit.worked(uow.conn, outcome.connector, uow.now)
    elif outcome.verdict is Verdict.MISCONFIGURED:
        await circuit.misconfigured(uow.conn, outcome.connector, uow.now, outcome.code, outcome.partner_words)
    elif outcome.partner_down:
        await circuit.failed(uow.conn, outcome.connector, uow.now, outcome.code, outcome.partner_words)
    ending = _ending(uow, outcome)
    settled = await lanes.settle(
        uow.conn,
        UUID(outcome.message_id),
        outcome.attempt,
        ending,
        uow.now,
        open_states=("sent", "ready"),
        visibility=visibility,
    )
    if settled and ending.state == "parked":
        await uow.audit(
            "intake:message:park", outcome.message_id, {"code": outcome.code, "words": outcome.partner_words}
        )
    return settled


def _ending(uow: UnitOfWork, outcome: Outcome) -> lanes.Ending:
    state: lanes.State = "done"
    not_before = uow.now
    if outcome.verdict is Verdict.REJECTED or outcome.attempt >= GIVE_UP_AFTER:
        state = "parked" if outcome.verdict is not Verdict.DONE else "done"
    elif outcome.verdict is not Verdict.DONE:
        state = "ready"
        not_before = uow.now + timedelta(seconds=pause(outcome.attempt, outcome.retry_after))
    return lanes.Ending(
        state=state,
        code=outcome.code,
        vi=outcome.detail_vi,
        en=outcome.detail_en,
        words=outcome.partner_words,
        not_before=not_before,
    )


async def dead_letter_arrived(db: Database, delivery: Delivery) -> None:
    """What the broker gave up delivering: the row is parked with that reason, so that a person sees it.

    The body is an envelope (the connector kept dying on it) or an outcome (we kept failing to settle it).
    """
    row = UUID(delivery.message_id)
    async with db.begin(_INTAKE) as uow:
        ending = lanes.Ending(
            state="parked",
            code="bus.dead-letter",
            vi="Hàng đợi đã giao nhiều lần không thành; cần người xem lại rồi gửi lại.",
            en="The broker gave up delivering this; look at it, then send it again.",
            not_before=uow.now,
        )
        await lanes.settle(uow.conn, row, 2**31 - 1, ending, uow.now, open_states=("sent", "ready"))
        await uow.audit("intake:message:dead-letter", delivery.message_id, {})
