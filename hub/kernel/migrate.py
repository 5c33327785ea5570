"""Brings a database to the newest schema. The only place, with `hub.migrations`, that sees SQLAlchemy."""

from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection

_FOLDER = Path(__file__).parent.parent / "migrations"
_LOCK = 7_202_001  # one migration at a time, whoever starts first


def script() -> "ScriptDirectory":
    """The migration steps, for tests that ask for one head."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


async def upgrade(dsn: str) -> None:
    """To the head; safe to call from several processes at once.

    A database that is there already is only looked at: loading the migration tool takes longer than all else at start.
    """
    if await _version(dsn) == _newest():
        return
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    async def connect() -> asyncpg.Connection:
        connection = await asyncpg.connect(dsn)
        await connection.execute("set lock_timeout = '20s'")
        return connection

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"select pg_advisory_xact_lock({_LOCK})")
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


# What Alembic left.
VERSION = "select version_num from schema_version"


async def _version(dsn: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        return str(await connection.fetchval(VERSION))
    except asyncpg.UndefinedTableError:
        return ""
    finally:
        await connection.close()


def _newest() -> str:
    """A step's file begins with its revision; tests/architecture asks for one head."""
    return max(path.name for path in (_FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


def _run(connection: "Connection") -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config
