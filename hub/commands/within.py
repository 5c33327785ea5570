"""A command that works in the database of the installation, as somebody."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import TypeVar

import click

from hub import identity, profiles
from hub.files import open_storage
from hub.kernel.actor import Actor
from hub.kernel.clock import system_clock
from hub.kernel.db import Database, open_database
from hub.kernel.errors import Problem
from hub.kernel.migrate import upgrade
from hub.kernel.postgres import EmbeddedPostgres, PostgresUnavailable, running_dsn
from hub.settings import load

T = TypeVar("T")


def run(work: Callable[[Database], Awaitable[T]]) -> T:
    """Run it; what the hub refuses ends the command with the sentence, in both languages, and status 1."""

    async def inside() -> T:
        async with database() as db:
            return await work(db)

    try:
        return asyncio.run(inside())
    except Problem as problem:
        raise click.ClickException(f"{problem.vi}\n{problem.en}") from problem


@asynccontextmanager
async def database() -> AsyncIterator[Database]:
    """DATABASE_URL; else the installation's own server, started for this command when nobody runs it."""
    settings = load(os.environ)
    folder = settings.data_dir / "postgres"
    with ExitStack() as stack:
        dsn = settings.database_url
        if not dsn:
            try:
                own = stack.enter_context(EmbeddedPostgres.start(folder))
                own.ensure_database("hub")
            except PostgresUnavailable:
                if not (folder / "cluster").is_dir():
                    raise
            dsn = running_dsn(folder, "hub")
        async with _opened(dsn) as db:
            yield db


@asynccontextmanager
async def _opened(dsn: str) -> AsyncIterator[Database]:
    settings = load(os.environ)
    await upgrade(dsn)
    profiles.activate(settings.province)
    async with open_database(dsn, await open_storage(settings, system_clock)) as db:
        yield db


async def officer(db: Database, login: str, password: str, *roles: str) -> Actor:
    """The person who acts: an officer with one of these roles, by their own password. Raises Problem."""
    return (await logged_in(db, login, password, *roles)).actor


async def logged_in(db: Database, login: str, password: str, *roles: str) -> identity.Principal:
    """The same with their roles and agency."""
    async with db.begin(Actor(kind="system", id="cli", name="hub")) as uow:
        principal = await identity.log_in(uow, login, password)
    if principal.kind != "officer" or not principal.roles.intersection(roles):
        raise click.ClickException(
            f"Tài khoản «{login}» không có vai trò {' hoặc '.join(roles)}. / '{login}' has none of these roles."
        )
    return principal


def acting(command: Callable[..., None]) -> Callable[..., None]:
    """`--as PERSON`, and the password asked for without showing it (or from HUB_PASSWORD, for a script)."""
    command = click.option(
        "--password", prompt="Mật khẩu / password", hide_input=True, envvar="HUB_PASSWORD", help="Hỏi khi không đặt."
    )(command)
    return click.option("--as", "person", required=True, metavar="PERSON", help="Tên đăng nhập. / Your login.")(command)
