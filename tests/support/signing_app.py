"""The signer's phone and the services behind it, for tests of signing requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from connectors.runtime.book import FaultChange
from connectors.runtime.simulation import SimulatorTransport
from hub import sealing
from hub.kernel.documents import vietnamese_font
from hub.kernel.ids import uuid7
from hub.sealing import Door, Face, Request, Service, Studio
from hub.settings import Secret
from hub.signing_twin import SigningTwin
from signing.test_pki import Pki
from tests.support.modules import Hub, blank_pdf

LEADER = uuid7()


class App:
    """What the person sees and does."""

    def __init__(self, twin: SigningTwin, studio: Studio, pki: Pki) -> None:
        self.twin, self.studio, self.pki = twin, studio, pki

    def asked(self) -> list[str]:
        return [effect.key for effect in self.twin._book.effects() if effect.kind == "asked"]

    def asked_once(self, request: Request) -> bool:
        """Under the transaction's own name; the national gateway gives its own."""
        asked = self.asked()
        return len(asked) == 1 and (asked == [request.transaction] or len(asked[0]) == 16)

    @property
    def decided(self) -> bool:
        return any(effect.kind in ("confirmed", "declined") for effect in self.twin._book.effects())

    def confirm(self, answer: str = "confirmed") -> None:
        self.twin._decide({}, answer)

    def fault(self, name: str, times: int | None = 1) -> None:
        self.twin._book.switch(name, FaultChange(on=True, times=times))


@asynccontextmanager
async def signing_app(hub: Hub, folder: Path, pki: Pki, *, hold: float = 0.05) -> AsyncIterator[App]:
    """Every service is the same twin."""
    twin = SigningTwin(folder / "twin", pki, "http://twin/_partners/signing", hub.clock)
    doors = dict.fromkeys(Service, Door(url="http://twin", secret=Secret("x"), client_id="x"))
    async with sealing.http_client(SimulatorTransport(twin.app)) as client:
        font = vietnamese_font()
        yield App(twin, Studio(doors=doors, client=client, tsa=pki.tsa(hub.clock), font=font, hold=hold), pki)
    await twin.close()


async def asked(hub: Hub, service: Service = Service.SMARTCA, account: str = "lanhdao", **more: Any) -> Request:
    async with hub.begin() as uow:
        credential = await sealing.know_credential(
            uow, officer_id=LEADER, agency_code="H01", holder="Lê Thị Lãnh Đạo", service=service, account=account
        )
        entry = await sealing.take(uow, blank_pdf(), name="Quyết định.pdf", officer_id=LEADER)
        given_ = {"credential_id": credential.id, "face": Face.LEADER, "title": "Quyết định tách thửa"}
        return await sealing.ask(uow, entry_id=entry.id, **(given_ | more))


async def looked(hub: Hub, app: App, request: Request) -> Request:
    return await sealing.advance(hub.db, app.studio, request.id)
