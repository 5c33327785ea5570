"""The operator's view of what travels: connectors, what waits, what is parked or quarantined, and what to do with it."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.kernel import lanes
from hub.kernel.db import UnitOfWork, as_structs
from hub.kernel.errors import NotFound

# A row a connector: its circuit, its oldest unsent message, how many dossiers wait.
CONNECTORS = """
select c.name, c.state, c.since, c.failures, c.code, c.words, c.next_probe_at,
       min(o.created_at) filter (where o.state in ('ready', 'sent')) as oldest_unsent,
       count(distinct o.lane) filter (where o.state in ('waiting', 'ready', 'sent', 'parked')) as lanes_waiting,
       count(o.id) filter (where o.state = 'parked') as parked
from kernel.connector c
left join kernel.outbox o on o.connector = c.name and o.state in ('waiting', 'ready', 'sent', 'parked')
group by c.name order by c.name
"""

# Messages that wait for a person, oldest first.
PARKED = """
select id, connector, lane, type, attempt, created_at, settled_at, code, detail_vi, detail_en, words
from kernel.outbox where state = 'parked' order by created_at limit $1
"""

# What partners said that could not be applied.
QUARANTINED = """
select id, source, lane, type, occurred_at, received_at, answer from kernel.inbox
where state = 'quarantined' order by received_at desc limit $1
"""

REQUEUE = "update kernel.inbox set state = 'new', not_before = $2, attempt = 0 where id = $1 and state = 'quarantined' returning id"


class ConnectorState(msgspec.Struct, frozen=True, kw_only=True):
    """`lanes_waiting`: dossiers (or other lanes) with something still on its way."""

    name: str
    state: str
    since: datetime
    failures: int
    code: str
    words: str
    next_probe_at: datetime
    oldest_unsent: datetime | None
    lanes_waiting: int
    parked: int


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A message that its partner refused, with the partner's words."""

    id: UUID
    connector: str
    lane: str
    type: str
    attempt: int
    created_at: datetime
    settled_at: datetime | None
    code: str
    detail_vi: str
    detail_en: str
    words: str


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner said, kept with the reason why it was not applied."""

    id: UUID
    source: str
    lane: str
    type: str
    occurred_at: datetime
    received_at: datetime
    answer: dict[str, object]


async def connectors(uow: UnitOfWork) -> tuple[ConnectorState, ...]:
    """All of them."""
    return as_structs(await uow.conn.fetch(CONNECTORS), ConnectorState)


async def parked(uow: UnitOfWork, *, limit: int = 100) -> tuple[Parked, ...]:
    """Oldest first."""
    return as_structs(await uow.conn.fetch(PARKED, limit), Parked)


async def quarantined(uow: UnitOfWork, *, limit: int = 100) -> tuple[Quarantined, ...]:
    """Newest first."""
    return as_structs(await uow.conn.fetch(QUARANTINED, limit), Quarantined)


async def retry(uow: UnitOfWork, message: UUID) -> None:
    """Send a parked message again, as it is."""
    await _end(uow, message, "ready", "operator.retry")


async def skip(uow: UnitOfWork, message: UUID, *, reason: str) -> None:
    """Give a parked message up, so that those behind it may go."""
    await _end(uow, message, "skipped", "operator.skip", reason)


async def handle_again(uow: UnitOfWork, message: UUID) -> None:
    """Put a quarantined message back in line, after what kept it out was mended."""
    if await uow.conn.fetchval(REQUEUE, message, uow.now) is None:
        raise no_such_message()
    await uow.audit("operator:message:again", str(message))


async def _end(uow: UnitOfWork, message: UUID, state: lanes.State, code: str, words: str = "") -> None:
    ending = lanes.Ending(state=state, code=code, words=words, not_before=uow.now)
    if not await lanes.settle(uow.conn, message, 2**31 - 1, ending, uow.now, open_states=("parked",)):
        raise no_such_message()
    await uow.audit(f"operator:message:{state}", str(message), {"reason": words})


def no_such_message() -> NotFound:
    """It has been dealt with meanwhile."""
    return NotFound(
        "integration.no-such-message",
        "Không còn thông điệp này trong danh sách chờ. Có thể người khác vừa xử lý; hãy tải lại trang.",
        "This message no longer waits. Somebody may have just dealt with it; reload the page.",
    )
