"""Manifest of the national public service portal."""

from connectors.national_portal import handlers
from connectors.national_portal.client import Portal, open_client
from connectors.national_portal.settings import load
from connectors.runtime.on_demand import simulator_in
from connectors.runtime.ports import Connector
from schemas.messages import catalog, dossier


async def probe(portal: Portal) -> None:
    """A fresh login proves address, route and account."""
    await portal.log_in()


CONNECTOR = Connector(
    name=handlers.NAME,
    title_vi="Cổng Dịch vụ công quốc gia",
    title_en="National public service portal",
    settings=load,
    consumes={
        catalog.ListWanted: handlers.list_wanted,
        catalog.ProcedureWanted: handlers.procedure_wanted,
        dossier.Sync: handlers.sync,
        dossier.Progress: handlers.progress,
        dossier.ViewWanted: handlers.view_wanted,
    },
    produces=(catalog.Listed, catalog.Published, dossier.Viewed),
    open_client=open_client,
    probe=probe,
    simulator=simulator_in("connectors.national_portal.simulator"),
)
