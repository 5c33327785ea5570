"""A running house for pages: real PostgreSQL, every connector, every twin, one port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from hub.demo import province
from hub.demo.processes import free_port
from hub.http_server import serving
from hub.settings import Settings
from hub.whole import house
from tests.browser.walking import Town
from tests.support.house_keys import with_keys
from tests.support.run import fresh_database

expect.set_options(timeout=30_000)  # a busy machine is no failure


@asynccontextmanager
async def opened(dsn: str, data_dir: Path) -> AsyncIterator[Town]:
    """The demonstration province behind an address, its accounts known."""
    port = free_port()
    settings = Settings(data_dir=data_dir, database_url=dsn, port=port, hub_url=f"http://127.0.0.1:{port}", demo=True)
    settings.data_dir.mkdir()
    with_keys(settings.data_dir)
    async with house(settings, speed=10.0) as home, serving(home.app, settings):
        _, secrets = await province.seed(home.parts.db, settings.data_dir)
        yield Town(settings.hub_url, data_dir, dict(secrets), home.parts.db)


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A province of this test's own."""
    async with opened(database_url, tmp_path / "data") as place:
        yield place


@pytest.fixture(scope="module")
async def shared_town(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One for all tests of a file that do not mind each other: it takes longer to open than most of them do."""
    with fresh_database() as dsn:
        async with opened(dsn, tmp_path_factory.mktemp("town") / "data") as place:
            yield place
