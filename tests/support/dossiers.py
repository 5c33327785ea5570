"""Dossiers in a test's database, with the hub's own subscribers and routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from hub import dossier, workflow
from hub.dossier import repository
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.writing import move
from hub.integration.routes import routes
from hub.kernel.db import Database, open_database
from hub.kernel.ids import uuid7
from hub.kernel.links import Links
from hub.workflow import Budget, Unit
from schemas.messages.dossier import Channel, Party, PartyKind, ReturnWay, Status
from tests.support.files import folder_storage
from tests.support.modules import OFFICER, Clock

UNIT, COUNTER = "H01.03", "H01.12"
Wired = tuple[Database, Clock]


@asynccontextmanager
async def wired_database(database_url: str, folder: Path, clock: Clock) -> AsyncIterator[Database]:
    """As `hub.install` wires it, without loops."""
    table = routes(Links("https://hub.test", b"k" * 32, clock), "https://hub.test")
    async with open_database(
        database_url, folder_storage(folder), clock=clock, subscribers=dossier.SUBSCRIBERS, routes=table
    ) as db:
        yield db


async def accepted(db: Database, *, connector: str = "") -> dossier.Dossier:
    """Ten working days from 19/11/2026: until 04/12/2026. `connector`: its sector system."""
    async with db.begin(OFFICER) as uow:
        row = _row(uow.now, connector)
        await repository.insert(uow.conn, row, [], OFFICER)
        await workflow.start_clock(uow, row.id, Budget(10, Unit.WORKING_DAY), at=uow.now)
        due = (await workflow.due(uow, row.id)).at
        change = transition(
            row, Trigger.ACCEPT, at=uow.now, cause="Đã tiếp nhận", code=f"H01.12-261119-{row.reference[:4]}",
            received_at=uow.now, due_at=due,
        )  # fmt: skip
        return await move(uow, change)


def _row(now: datetime, connector: str) -> dossier.Dossier:
    name = uuid7()
    applicant = Party(kind=PartyKind.CITIZEN, name="Lê Thị Mẫu", id_number="091190000001", phone="0912345678")
    return dossier.Dossier(
        id=name, reference=name.hex[-12:], code=None, status=Status.REGISTERED, version=1, procedure_code="1.001662",
        procedure_version=1, procedure_name="Đăng ký khai thác nước dưới đất", field_code="G13", field_name="Nước",
        channel=Channel.ONLINE, return_way=ReturnWay.COUNTER, return_address=None, owner_id=uuid7(),
        applicant=applicant, form={}, summary="", agency_code=COUNTER, agency_name="Trung tâm", unit_id=UNIT,
        unit_name="Sở", connector=connector, receiver_id="", receiver_name="", receipt_entry=None, submitted_at=now,
        ack_due_at=now, received_at=None, due_at=None, refused_at=None, resolved_at=None, returned_at=None,
        updated_at=now,
    )  # fmt: skip
