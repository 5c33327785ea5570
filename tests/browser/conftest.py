"""A running house for pages: real PostgreSQL, every connector, every twin, one port."""

from collections.abc import AsyncIterator
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

expect.set_options(timeout=30_000)  # a busy machine is no failure


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The demonstration province behind an address, its catalogue read, its accounts known."""
    port = free_port()
    settings = Settings(
        data_dir=tmp_path / "data", database_url=database_url, port=port, hub_url=f"http://127.0.0.1:{port}", demo=True
    )
    settings.data_dir.mkdir()
    with_keys(settings.data_dir)
    async with house(settings, speed=10.0) as home, serving(home.app, settings):
        _, secrets = await province.seed(home.parts.db, settings.data_dir)
        yield Town(address=settings.hub_url, passwords=dict(secrets), db=home.parts.db)
