"""The whole way: envelope on the bus → runner → portal → outcome on the bus."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from connectors.national_portal import CONNECTOR
from connectors.runtime.files import HttpFiles
from connectors.runtime.memory import MemoryBus
from connectors.runtime.ports import Delivery, Outgoing, SimulatorContext
from connectors.runtime.runner import ConnectorRunner
from connectors.runtime.simulation import SimulatorTransport
from connectors.runtime.topology import OUTCOMES, command_queue
from schemas.envelope import Envelope, Outcome, Verdict, encode
from schemas.messages import NAME_OF, catalog, dossier
from tests.contract.national_portal.conftest import CODE, a_dossier, a_step


async def test_messages_become_outcomes(tmp_path: Path) -> None:
    """INT-02, INT-03: done, done with a reply, retried; the same id each time."""
    settings = CONNECTOR.settings({})
    context = SimulatorContext(
        folder=tmp_path,
        hub=httpx.AsyncClient(),
        base_url="http://twin",
        pki_folder=tmp_path,
        now=lambda: datetime.now(UTC),
    )
    simulator = CONNECTOR.simulator(settings, context)
    bus, outcomes = MemoryBus(), []

    async def keep(delivery: Delivery) -> None:
        outcomes.append(msgspec.json.decode(delivery.body, type=Outcome))

    await bus.consume(OUTCOMES, keep, prefetch=10)
    files = HttpFiles(httpx.AsyncClient())
    async with ConnectorRunner(CONNECTOR, settings, bus, files, transport=SimulatorTransport(simulator.app)):
        await bus.publish([envelope("m1", a_step())])
        await bus.publish([envelope("m2", dossier.Sync(dossier=a_dossier()))])
        await bus.publish(
            [envelope("m1", a_step(), attempt=2), envelope("m3", catalog.ProcedureWanted(code="1.012784"))]
        )
    await bus.close()
    await simulator.close()
    told = [(outcome.message_id, outcome.verdict, outcome.code) for outcome in outcomes]
    assert sorted(told) == [
        ("m1", Verdict.DONE, "ok"),
        ("m1", Verdict.RETRY, "national.dossier-absent"),
        ("m2", Verdict.DONE, "ok"),
        ("m3", Verdict.DONE, "ok"),
    ]
    [reply] = next(outcome for outcome in outcomes if outcome.message_id == "m3").inbound
    assert (reply.source, reply.external_id, reply.type) == ("national_portal", "reply:m3", "catalog.published.v1")
    assert msgspec.json.decode(reply.body, type=catalog.Published).code == "1.012784"


def envelope(message_id: str, message: Any, attempt: int = 1) -> Outgoing:
    body = Envelope(
        id=message_id,
        type=NAME_OF[type(message)],
        connector=CONNECTOR.name,
        lane=CODE,
        attempt=attempt,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        body=encode(message),
    )
    return Outgoing(queue=command_queue(CONNECTOR.name), message_id=message_id, body=msgspec.json.encode(body))
