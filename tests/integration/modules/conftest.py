"""A migrated database with a clock that the test moves and a list of every fact that was told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from hub.identity import passwords
from hub.kernel.db import open_database
from tests.support.files import folder_storage
from tests.support.modules import Clock, Everything, Hub


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 is costly on purpose; a test of anything else need not pay for it."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def hub(database_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    clock, told = Clock(), Everything()
    async with open_database(database_url, folder_storage(tmp_path), clock=clock, subscribers=told) as db:
        yield Hub(db, clock, told)
