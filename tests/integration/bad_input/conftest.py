"""One house for all tests of this folder: starting it takes longer than any of them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from hub import identity
from hub.commands.output import configure_logging
from hub.demo import province
from hub.demo.journey import PROCEDURE
from hub.demo.people import log_in, new_citizen
from hub.demo.processes import free_port
from hub.http_server import serving
from hub.settings import load
from hub.whole import House, house, world_of
from tests.integration.bad_input.place import LIMIT, Place
from tests.support.house_keys import with_keys
from tests.support.run import fresh_database

AT_REST = "update kernel.schedule set next_at = now() + interval '1 day'"
"""Nothing happens by the clock, so that what changes is what a test did."""

configure_logging("critical")  # the house is told nothing but nonsense here


@pytest.fixture(scope="package")
async def place(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """Hub, connectors and twins in this process, behind a port, the catalogue read, four people logged in."""
    folder, port = tmp_path_factory.mktemp("house"), free_port()
    with fresh_database() as dsn:
        environ = {
            "DATABASE_URL": dsn, "DATA_DIR": str(with_keys(folder)), "PORT": str(port), "UPLOAD_MAX_BYTES": str(LIMIT),
            "VBDLIS_BODY_MEGABYTES": "1", "POLL_SECONDS": "1",
        }  # fmt: skip
        settings = load(environ)
        async with AsyncExitStack() as stack:
            home = await stack.enter_async_context(house(settings, environ=environ))
            await stack.enter_async_context(serving(home.app, settings))
            _, secrets = await province.seed(home.parts.db, folder)
            yield await opened(stack, home, dict(secrets))


async def opened(stack: AsyncExitStack, home: House, secrets: dict[str, str]) -> Place:
    """The house as its people reach it: over the network."""
    address = home.parts.settings.hub_url
    world = await stack.enter_async_context(world_of(home))
    bare = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=30))
    await world.until("catalogue", lambda: bare.get(f"/api/v1/procedures/{PROCEDURE}"), lambda got: got.is_success)
    await home.parts.db.pool.execute(AT_REST)
    over_http = type(world)(bare, world.desks, world.patience)
    return Place(
        home=home,
        world=over_http,
        bare=bare,
        citizen=await log_in(over_http, identity.CITIZEN_LOGIN, secrets["citizen"]),
        stranger=await new_citizen(over_http, "091190000077", "Trần Văn Lạ", secrets["citizen"]),
        counter=await log_in(over_http, identity.LOGINS[identity.Role.COUNTER], secrets["counter"]),
        operator=await log_in(over_http, identity.LOGINS[identity.Role.OPERATOR], secrets["operator"]),
        passwords=secrets,
    )
