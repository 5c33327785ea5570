"""Verdicts are asked for while transactions are open; that must not need a connection that another one holds."""

import asyncio
from pathlib import Path

from hub.install import installed
from hub.kernel.actor import system
from hub.settings import Settings
from tests.support.house_keys import with_keys

MANY = 30
"""More than a process has connections."""


async def test_as_many_transactions_as_there_are_connections_ask_for_a_verdict(
    database_url: str, tmp_path: Path
) -> None:
    """REL, RES-01: 200 journeys at once had stopped for ever, each result waiting for the trust list's version."""
    async with installed(Settings(data_dir=with_keys(tmp_path), database_url=database_url)) as parts:
        connections = parts.db._pool.get_max_size()
        everybody = asyncio.Barrier(connections)

        async def release(number: int) -> str:
            async with parts.db.begin(system("test")) as uow:
                await uow.conn.execute("select 1")
                if number < connections:
                    await everybody.wait()
                report = await parts.checker.check(b"not signed %d" % number, uow.now)
            return report.indication.value

        async with asyncio.timeout(60):
            told = await asyncio.gather(*(release(number) for number in range(MANY)))
    assert len(told) == MANY
