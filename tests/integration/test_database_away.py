"""A database that goes away is told as such, and only then; what was under way is not half there."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncpg
import pytest

from hub.kernel.actor import system
from hub.kernel.db import Database, UnitOfWork, open_database
from hub.kernel.errors import Away
from hub.kernel.postgres import EmbeddedPostgres
from tests.support.files import folder_storage

US = system("test")


@pytest.fixture
async def db(own_postgres: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[Database]:
    own_postgres.psql("create table noted (n int)")
    async with open_database(own_postgres.dsn("postgres"), folder_storage(tmp_path)) as opened:
        yield opened


async def test_reading_says_away_until_the_database_is_back(db: Database, own_postgres: EmbeddedPostgres) -> None:
    """REL: one sentence with a code, whether the connection breaks while it is used or none is to be had."""
    with pytest.raises(Away):
        await _rows(db, own_postgres.kill)
    with pytest.raises(Away):
        await _rows(db)
    own_postgres.launch()
    assert await _rows(db) == 0


async def test_a_transaction_that_breaks_says_away_and_leaves_nothing(
    db: Database, own_postgres: EmbeddedPostgres
) -> None:
    """REL: also when it breaks unseen, between its last statement and its commit."""
    with pytest.raises(Away):
        await _note(db, own_postgres.kill)
    own_postgres.launch()
    assert await _rows(db) == 0


async def test_a_driver_that_is_misused_is_our_own_mistake(db: Database) -> None:
    """A defect must not look like an accident: it would be tried again for ever."""
    with pytest.raises(asyncpg.InterfaceError):
        await _misused(db.begin(US))
    with pytest.raises(asyncpg.InterfaceError):
        await _misused(db.read())


async def _rows(db: Database, meanwhile: Callable[[], None] = lambda: None) -> int:
    async with db.read() as uow:
        meanwhile()
        found: int = await uow.conn.fetchval("select count(*) from noted")
    return found


async def _note(db: Database, meanwhile: Callable[[], None]) -> None:
    async with db.begin(US) as uow:
        await uow.conn.execute("insert into noted values (1)")
        meanwhile()


async def _misused(door: AbstractAsyncContextManager[UnitOfWork]) -> None:
    async with door as uow:
        await uow.conn.fetchval("select $1::int", 1, "one too many")
