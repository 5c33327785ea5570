"""`hub serve`: HTTP, without the loops; any number of them beside `hub work`."""

import os

import click
import uvloop

from hub.http_server import serving
from hub.install import installed
from hub.main import create_app
from hub.settings import load


@click.command()
def serve() -> None:
    """Phục vụ trang, API và cổng nhận của đối tác. / Serve pages, API and partners' receivers."""
    uvloop.run(_serve())


async def _serve() -> None:
    settings = load(os.environ)
    async with installed(settings) as parts:
        app = create_app(parts, environ=os.environ)
        async with serving(app, settings) as server:
            await server.finished()
