"""The signing services of this installation: the real ones, or their twin."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec

from connectors.runtime.simulation import SimulatorTransport
from hub import sealing
from hub.kernel.clock import Clock
from hub.kernel.documents import vietnamese_font
from hub.kernel.signatures import Checker
from hub.keys import Keys
from hub.sealing import CopyDesk, Door, Service, Studio
from hub.settings import Secret, Settings
from hub.signing_twin import SigningTwin
from signing import Timestamper
from signing.test_pki import Pki


class Signing(msgspec.Struct, frozen=True):
    """How this installation reaches its signers' keys, and whose make a copy count; `twin`: they are simulated."""

    studio: Studio
    copying: CopyDesk
    twin: SigningTwin | None


@asynccontextmanager
async def signing_services(
    settings: Settings, keys: Keys, tsa: Timestamper, checker: Checker, clock: Clock
) -> AsyncIterator[Signing]:
    """As SIGNING_MODE says."""
    font = vietnamese_font()
    copying = CopyDesk(keys.receiver, keys.agency, tsa, font, checker, f"{settings.hub_url}/xac-minh/")
    if settings.modes.get("signing", "simulator") == "live":
        async with sealing.http_client() as client:
            studio = Studio(doors=_doors(settings), client=client, tsa=tsa, font=font)
            yield Signing(studio, copying, None)
        return
    base_url = f"{settings.hub_url}/_partners/signing"
    twin = SigningTwin(
        settings.data_dir / "partners" / "signing", Pki.load_or_create(keys.folder, clock()), base_url, clock
    )
    door = Door(url="http://signing.twin", secret=Secret("twin"), client_id="twin")
    try:
        async with sealing.http_client(SimulatorTransport(twin.app)) as client:
            studio = Studio(doors=dict.fromkeys(Service, door), client=client, tsa=tsa, font=font)
            yield Signing(studio, copying, twin)
    finally:
        await twin.close()


def _doors(settings: Settings) -> Mapping[Service, Door]:
    """Those with an address."""
    known = {
        Service.SMARTCA: Door(
            url=settings.smartca_url, secret=settings.smartca_sp_password, client_id=settings.smartca_sp_id
        ),
        Service.CSC1: Door(url=settings.csc1_url, secret=settings.csc1_token),
        Service.CSC2: Door(url=settings.csc2_url, secret=settings.csc2_token),
        Service.NEAC: Door(url=settings.neac_url, secret=settings.neac_token),
    }
    return {service: door for service, door in known.items() if door.url}
