"""Brings a database to the newest schema. The only place, with `hub.migrations`, that sees SQLAlchemy."""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_FOLDER = Path(__file__).parent.parent / "migrations"
_LOCK = 7_202_001  # one migration at a time, whoever starts first


def script() -> ScriptDirectory:
    """The migration steps, for tests that ask for one head."""
    return ScriptDirectory.from_config(_config())


async def upgrade(dsn: str) -> None:
    """To the head; safe to call from several processes at once."""

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


def _run(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config
