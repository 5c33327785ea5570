"""The manifest of VBDLIS."""

from connectors.runtime.errors import Misconfigured
from connectors.runtime.on_demand import simulator_in
from connectors.runtime.ports import Connector
from connectors.vbdlis import handlers, wire
from connectors.vbdlis.client import Vbdlis, open_client
from connectors.vbdlis.mapping import judge
from connectors.vbdlis.receiver import receivers
from connectors.vbdlis.settings import load
from schemas.messages import sector


async def probe(vbdlis: Vbdlis) -> None:
    """Send a dossier without a number. VBDLIS refuses it, which proves the way; only a refused account is trouble."""
    problem = judge(wire.TIEP_NHAN, await vbdlis.ask(wire.TIEP_NHAN, b"{}"))
    if isinstance(problem, Misconfigured):
        raise problem


CONNECTOR = Connector(
    name=handlers.NAME,
    title_vi="Hệ thống thông tin đất đai (VBDLIS)",
    title_en="Land information system (VBDLIS)",
    settings=load,
    consumes={
        sector.Forwarded: handlers.forward,
        sector.Supplemented: handlers.supplement,
        sector.Returned: handlers.returned,
    },
    produces=(
        sector.Processing,
        sector.SupplementWanted,
        sector.Resumed,
        sector.FeeRaised,
        sector.Concluded,
    ),
    open_client=open_client,
    probe=probe,
    simulator=simulator_in("connectors.vbdlis.simulator"),
    receivers=receivers,
)
