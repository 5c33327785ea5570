"""A migrated database with a clock that the test moves and a list of every fact that was told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.kernel.db import open_database
from tests.support.calendars import at
from tests.support.dossiers import Wired, wired_database
from tests.support.files import folder_storage
from tests.support.modules import Clock, Everything, Hub


@pytest.fixture
async def hub(database_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    clock, told = Clock(), Everything()
    async with open_database(database_url, folder_storage(tmp_path), clock=clock, subscribers=told) as db:
        yield Hub(db, clock, told)


@pytest.fixture
async def wired(database_url: str, tmp_path: Path) -> AsyncIterator[Wired]:
    """With the hub's own subscribers and routes, on a Thursday morning."""
    clock = Clock()
    clock.now = at("2026-11-19 08:12")
    async with wired_database(database_url, tmp_path, clock) as db:
        yield db, clock
