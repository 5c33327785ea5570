"""Random triggers on the real database: never an illegal state, never a status without its log row (DOS-18)."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from hub.dossier import repository
from hub.dossier.lifecycle import TRANSITIONS, Trigger, transition
from hub.dossier.model import Dossier
from hub.kernel.actor import Actor
from hub.kernel.db import Database, UnitOfWork, open_database
from hub.kernel.errors import Conflict
from hub.kernel.ids import uuid7
from hub.kernel.lifecycle import IllegalTransition
from schemas.messages.dossier import Channel, Party, PartyKind, ReturnWay, Status
from tests.support.depth import DEPTH
from tests.support.files import folder_storage

pytestmark = pytest.mark.hypothesis
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OFFICER = Actor(kind="officer", id="o-1", name="Trần Thị Tiếp Nhận")
APPLICANT = Party(
    kind=PartyKind.CITIZEN, name="Lê Thị Mẫu", id_number="091190000001", phone="0912345678", email="", address=""
)
TARGETS = {edge.target for edge in TRANSITIONS}
ENDED = TARGETS - {edge.source for edge in TRANSITIONS}
MOVES = st.lists(st.tuples(st.sampled_from(Trigger), st.booleans()), max_size=30)
"""Triggers; true: another officer was faster, so that the writer works from an old row."""


@asynccontextmanager
async def database(url: str, folder: Path) -> AsyncIterator[Database]:
    async with open_database(url, folder_storage(folder), clock=lambda: NOW, max_size=4) as db:
        yield db


def fresh() -> Dossier:
    name = uuid7()
    return Dossier(
        id=name, reference=name.hex, code=None, status=Status.REGISTERED, version=1, procedure_code="1.012784",
        procedure_version=1, procedure_name="Tách thửa", field_code="G15", field_name="Đất đai",
        channel=Channel.ONLINE, return_way=ReturnWay.COUNTER, return_address=None, owner_id=uuid7(),
        applicant=APPLICANT, form={}, summary="", agency_code="H01.12",
        agency_name="Trung tâm", unit_id="", unit_name="", connector="", receiver_id="", receiver_name="",
        receipt_entry=None, submitted_at=NOW, ack_due_at=NOW, received_at=None, due_at=None, refused_at=None,
        resolved_at=None, returned_at=None, updated_at=NOW,
    )  # fmt: skip


async def move(uow: UnitOfWork, dossier: Dossier, trigger: Trigger) -> Dossier:
    columns = {"received_at": NOW, "code": f"H-{dossier.id.hex}"} if trigger is Trigger.ACCEPT else {}
    return await repository.write(
        uow.conn, transition(dossier, trigger, at=NOW, cause=trigger.value, **columns), OFFICER, NOW
    )


async def play(db: Database, moves: list[tuple[Trigger, bool]]) -> None:
    row, old = fresh(), None
    async with db.begin(OFFICER) as uow:
        await repository.insert(uow.conn, row, [], OFFICER)
    path = [Status.REGISTERED]
    for trigger, late in moves:
        seen = old if late and old is not None else row
        legal = any(
            edge.source == seen.status and edge.trigger == trigger and (edge.guard is None or edge.guard.holds(seen))
            for edge in TRANSITIONS
        )
        try:
            async with db.begin(OFFICER) as uow:
                moved = await move(uow, seen, trigger)
        except IllegalTransition:
            assert not legal
        except Conflict as conflict:
            if conflict.code != "dossier.changed-meanwhile":
                raise
            assert seen is not row
        else:
            assert legal
            assert seen is row
            old, row = row, moved
            path.append(moved.status)
    await check(db, row, path)


async def check(db: Database, row: Dossier, path: list[Status]) -> None:
    """The row is what its log says, and the log is an unbroken walk over the table's edges."""
    async with db.read() as uow:
        kept = await repository.get(uow.conn, row.id)
        log = await repository.log(uow.conn, row.id)
    assert kept == row
    assert [step.target for step in log] == [int(status) for status in path]
    assert [step.version for step in log] == list(range(1, row.version + 1))
    edges = {(int(edge.source), edge.trigger.value, int(edge.target)) for edge in TRANSITIONS}
    assert {(step.source, step.trigger, step.target) for step in log} <= edges
    assert all(before.target == after.source for before, after in itertools.pairwise(log))


def test_random_triggers_never_leave_the_table(database_url: str, tmp_path: Path) -> None:
    @settings(max_examples=60 * DEPTH, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(MOVES, min_size=1, max_size=4))
    def random_triggers(walks: list[list[tuple[Trigger, bool]]]) -> None:
        async def all_at_once() -> None:
            async with database(database_url, tmp_path) as db:
                await asyncio.gather(*(play(db, walk) for walk in walks))

        asyncio.run(all_at_once())

    random_triggers()


@pytest.mark.parametrize("status", sorted(TARGETS))
async def test_the_database_refuses_a_status_without_its_log_row(
    status: Status, database_url: str, tmp_path: Path
) -> None:
    """Even a statement that goes past the writer: a repair script, a careless operator."""
    row = fresh()
    async with database(database_url, tmp_path) as db:
        async with db.begin(OFFICER) as uow:
            await repository.insert(uow.conn, row, [], OFFICER)
        for change in ("version = version + 1", "version = version"):
            if status == row.status and change == "version = version":
                continue  # nothing changes
            with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="without its log row"):
                await db.pool.execute(
                    f"update dossier.dossier set status = {int(status)}, {change} where id = $1",  # noqa: S608
                    row.id,
                )
        await check(db, row, [Status.REGISTERED])


async def test_two_officers_at_once_move_a_dossier_once(database_url: str, tmp_path: Path) -> None:
    row = fresh()
    async with database(database_url, tmp_path) as db:
        async with db.begin(OFFICER) as uow:
            await repository.insert(uow.conn, row, [], OFFICER)

        async def accept() -> str:
            try:
                async with db.begin(OFFICER) as uow:
                    await move(uow, row, Trigger.ACCEPT)
            except Exception as conflict:
                return str(getattr(conflict, "code", conflict))
            return "accepted"

        said = await asyncio.gather(*(accept() for _ in range(4)))
    assert sorted(said) == ["accepted", *["dossier.changed-meanwhile"] * 3]


def test_a_dossier_can_end() -> None:
    assert {Status.RETURNED, Status.REFUSED, Status.STOPPED} == ENDED
