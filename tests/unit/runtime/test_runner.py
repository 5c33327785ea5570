"""The runner turns whatever happens in a handler into one outcome. Requirements: INT-04, INT-06."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from connectors.runtime.inbound import inbound
from connectors.runtime.memory import MemoryBus
from connectors.runtime.ports import Connector, Context, Delivery, Outgoing
from connectors.runtime.runner import ConnectorRunner, State
from connectors.runtime.topology import OUTCOMES, command_queue
from schemas.envelope import Envelope, Inbound, Outcome, Verdict, encode
from schemas.messages import sector
from tests.support.partners import NoFiles

AT = datetime(2026, 11, 23, tzinfo=UTC)
MESSAGE = sector.Returned(dossier_code="H1", returned_at=AT, way="postal")


class Partner:
    """A connector whose handler and probe do what the test says."""

    def __init__(self) -> None:
        self.seen: list[Context] = []
        self.does: Any = ()
        self.probe_fails: list[Exception] = []
        self.probed = asyncio.Event()
        self.open = False
        self.connector = Connector(
            name="partner",
            title_vi="Đối tác",
            title_en="Partner",
            settings=lambda _: None,
            consumes={sector.Returned: self.handle},
            produces=(sector.Processing,),
            open_client=self.open_client,
            probe=self.probe,
            simulator=None,  # type: ignore[arg-type]
        )

    @asynccontextmanager
    async def open_client(self, settings: Any, transport: Any) -> AsyncIterator[str]:
        self.open = True
        yield "client"
        self.open = False

    async def handle(self, message: sector.Returned, context: Context) -> Sequence[Inbound]:
        self.seen.append(context)
        if isinstance(self.does, Exception):
            raise self.does
        if callable(self.does):
            await self.does()
        return self.does if isinstance(self.does, tuple) else ()

    async def probe(self, client: Any) -> None:
        self.probed.set()
        if self.probe_fails:
            raise self.probe_fails.pop(0)


class Hub:
    """The other side of the bus."""

    def __init__(self) -> None:
        self.bus = MemoryBus()
        self.outcomes: list[Outcome] = []

    async def take(self, delivery: Delivery) -> None:
        self.outcomes.append(msgspec.json.decode(delivery.body, type=Outcome))

    async def tell(self, body: bytes, message_id: str = "m-1") -> Exception | None:
        [problem] = await self.bus.publish([Outgoing(queue=command_queue("partner"), message_id=message_id, body=body)])
        return problem


def envelope(**changes: Any) -> bytes:
    whole = Envelope(
        id="m-1", type="sector.returned.v1", connector="partner", lane="H1", attempt=1, at=AT, body=encode(MESSAGE)
    )
    return msgspec.json.encode(msgspec.structs.replace(whole, **changes))


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub()
    await hub.bus.consume(OUTCOMES, hub.take, prefetch=10)
    yield hub
    await hub.bus.close()


@pytest.fixture
async def runner(partner: Partner, hub: Hub) -> AsyncIterator[ConnectorRunner]:
    async with ConnectorRunner(
        partner.connector, None, hub.bus, NoFiles(), handler_seconds=0.2, probe_seconds=0.01, now=lambda: AT
    ) as runner:
        yield runner


async def test_done_carries_what_the_partner_told(partner: Partner, hub: Hub, runner: ConnectorRunner) -> None:
    told = sector.Processing(dossier_code="H1", at=AT, officer="a", content="b", sector_status="c")
    partner.does = (inbound("partner", "reply:m-1", "H1", AT, told),)
    assert await hub.tell(envelope(attempt=3)) is None
    [outcome] = hub.outcomes
    assert (outcome.message_id, outcome.connector, outcome.attempt) == ("m-1", "partner", 3)
    assert (outcome.verdict, outcome.code, outcome.inbound) == (Verdict.DONE, "ok", partner.does)
    [context] = partner.seen
    assert (context.client, context.attempt, context.lane, context.message_id, context.now()) == (
        "client",
        3,
        "H1",
        "m-1",
        AT,
    )


async def test_a_redelivery_by_the_broker_counts_as_an_attempt(
    partner: Partner, hub: Hub, runner: ConnectorRunner
) -> None:
    await runner.handle(Delivery(body=envelope(), message_id="m-1", redelivered=1))
    assert partner.seen[0].attempt == 2, "the handler must ask before it sends again"
    assert hub.outcomes[0].attempt == 1, "the hub counts its own"


@pytest.mark.parametrize(
    ("error", "verdict", "after", "down"),
    [
        (Retryable("a.b", "vi", "en", words="sorry", after=7.0, partner_down=True), Verdict.RETRY, 7.0, True),
        (Rejected("a.b", "vi", "en", words="sorry"), Verdict.REJECTED, None, False),
    ],
)
async def test_errors_become_verdicts_with_the_partners_words(
    partner: Partner,
    hub: Hub,
    runner: ConnectorRunner,
    error: PartnerError,
    verdict: Verdict,
    after: float | None,
    down: bool,
) -> None:
    partner.does = error
    assert await hub.tell(envelope()) is None, "a partner's error is an outcome, not a failed delivery"
    [outcome] = hub.outcomes
    assert (outcome.verdict, outcome.code, outcome.detail_vi, outcome.detail_en) == (verdict, "a.b", "vi", "en")
    assert (outcome.partner_words, outcome.retry_after, outcome.partner_down) == ("sorry", after, down)


async def test_a_defect_is_retried(partner: Partner, hub: Hub, runner: ConnectorRunner) -> None:
    partner.does = KeyError("oops")
    assert await hub.tell(envelope()) is None
    assert (hub.outcomes[0].verdict, hub.outcomes[0].code) == (Verdict.RETRY, "connector.defect")
    assert "oops" in hub.outcomes[0].detail_en


async def test_a_handler_that_hangs_is_ended_and_retried(partner: Partner, hub: Hub, runner: ConnectorRunner) -> None:
    partner.does = asyncio.Event().wait
    assert await hub.tell(envelope()) is None
    assert (hub.outcomes[0].verdict, hub.outcomes[0].code) == (Verdict.RETRY, "connector.timeout")


@pytest.mark.parametrize(
    ("body", "code", "message_id"),
    [
        (b"\xff\x00", "connector.undecodable", "on-the-bus"),
        (b"{}", "connector.undecodable", "on-the-bus"),
        (envelope(body=msgspec.Raw(b'{"dossier_code":5}')), "connector.undecodable", "m-1"),
        (envelope(type="no.such.v1"), "connector.unknown-message", "m-1"),
        (envelope(type="mail.send.v1"), "connector.unknown-message", "m-1"),
        (envelope(connector="other"), "connector.unknown-message", "m-1"),
    ],
)
async def test_a_message_that_cannot_be_handled_is_rejected_and_not_lost(
    partner: Partner, hub: Hub, runner: ConnectorRunner, body: bytes, code: str, message_id: str
) -> None:
    assert await hub.tell(body, "on-the-bus") is None
    [outcome] = hub.outcomes
    assert (outcome.verdict, outcome.code, outcome.message_id) == (Verdict.REJECTED, code, message_id)
    assert partner.seen == []


async def test_an_outcome_that_nobody_takes_fails_the_delivery(partner: Partner) -> None:
    deaf = Hub()
    async with ConnectorRunner(partner.connector, None, deaf.bus, NoFiles()):
        assert await deaf.tell(envelope()) is not None, "so that the bus or the relay brings the message again"


async def test_misconfigured_takes_nothing_until_the_probe_succeeds(
    partner: Partner, hub: Hub, runner: ConnectorRunner
) -> None:
    held = asyncio.Event()

    async def refuse_until_released(client: Any) -> None:
        partner.probed.set()
        await held.wait()

    partner.does = Misconfigured("p.credentials", "Sai mật khẩu", "Wrong password")
    watched = msgspec.structs.replace(partner.connector, probe=refuse_until_released)
    runner.connector = watched
    runner._handler_seconds = 10
    assert await hub.tell(envelope()) is None
    assert hub.outcomes[0].verdict is Verdict.MISCONFIGURED
    await asyncio.wait_for(partner.probed.wait(), 60)
    assert runner.state is State.MISCONFIGURED
    assert "Wrong password" in runner.reason
    assert await hub.tell(envelope()) is not None, "nobody takes from the queue"
    partner.does = ()
    held.set()
    async with asyncio.timeout(60):
        while await hub.tell(envelope()) is not None:
            await asyncio.sleep(0)
    assert (runner.state, runner.reason) == (State.RUNNING, "")


async def test_a_probe_that_fails_is_repeated(partner: Partner, hub: Hub, runner: ConnectorRunner) -> None:
    partner.does = Misconfigured("p.credentials", "", "")
    partner.probe_fails = [Retryable("x", "", ""), ValueError("a defect in the probe"), Misconfigured("x", "", "")]
    await hub.tell(envelope())
    partner.does = ()
    async with asyncio.timeout(60):
        while await hub.tell(envelope()) is not None:
            await asyncio.sleep(0)
    assert partner.probe_fails == []


async def test_stopping_lets_what_is_in_flight_finish_and_closes_the_client(partner: Partner, hub: Hub) -> None:
    started, may_end = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        started.set()
        await may_end.wait()

    partner.does = slowly
    async with ConnectorRunner(partner.connector, None, hub.bus, NoFiles()) as runner:
        telling = asyncio.create_task(hub.tell(envelope()))
        await started.wait()
        asyncio.get_running_loop().call_later(0.02, may_end.set)
    assert await telling is None
    assert hub.outcomes[0].verdict is Verdict.DONE
    assert (runner.state, partner.open) == (State.STOPPED, False)
