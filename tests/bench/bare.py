"""The limit for a status lookup: Litestar, msgspec and asyncpg with the same SELECT, and nothing of the hub around it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.params import FromPath

from hub.dossier.repository import GLANCE_BY_CODE


class Found(msgspec.Struct, frozen=True):
    """As much as the hub tells."""

    code: str
    status: int
    agency: str
    submitter: str
    received_at: str
    procedure: str
    units: tuple[str, ...]
    due_at: str


async def keep(_: asyncpg.Connection) -> None:
    """No RESET on release, as in the hub."""


@asynccontextmanager
async def pool(app: Litestar) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=12, max_size=12, reset=keep) as opened:
        app.state.pool = opened
        yield


@get("/{code:str}")
async def lookup(code: FromPath[str], state: State) -> Found:
    """One indexed read."""
    row = await state.pool.fetchrow(GLANCE_BY_CODE, code)
    return Found(
        row["code"],
        row["status"],
        row["agency_name"],
        row["applicant"],
        row["received_at"].isoformat(timespec="minutes"),
        row["procedure_name"],
        (row["unit_name"],),
        row["due_at"].isoformat(timespec="minutes"),
    )


app = Litestar([lookup], lifespan=[pool], openapi_config=None)
