"""A connector's circuit: closed (works), open (its partner is down: rows wait, a probe goes), stopped (our fault)."""

from datetime import datetime, timedelta

import asyncpg

# It worked.
CLOSE = """
update kernel.connector set state = 'closed', since = $2, failures = 0, code = '', words = ''
where name = $1 and (state <> 'closed' or failures > 0)
"""

# Its partner is down: the next probe comes later and later, at most after a minute. While the next probe is far off,
# what fails was sent before the circuit opened (many at once): it says nothing new. A probe under way is 2 s off.
FAIL = """
insert into kernel.connector (name, state, since, failures, code, words, next_probe_at)
values ($1, $2, $3, 1, $4, $5, $6)
on conflict (name) do update set
    state = case when excluded.state = 'stopped' or kernel.connector.failures + 1 >= 3 then excluded.state
                 else kernel.connector.state end,
    since = case when kernel.connector.state = 'closed' then excluded.since else kernel.connector.since end,
    failures = kernel.connector.failures + 1, code = excluded.code, words = excluded.words,
    next_probe_at = $3::timestamptz + least(60, power(2, least(kernel.connector.failures, 6)))
                    * interval '1 second'
where kernel.connector.state = 'closed' or excluded.state = 'stopped'
   or kernel.connector.next_probe_at <= $3::timestamptz + interval '2 seconds'
"""

KNOW = "insert into kernel.connector (name) select unnest($1::text[]) on conflict do nothing"


async def know(conn: asyncpg.Connection, names: list[str]) -> None:
    """Each connector has a row."""
    await conn.execute(KNOW, names)


async def worked(conn: asyncpg.Connection, connector: str, now: datetime) -> None:
    """Close the circuit."""
    await conn.execute(CLOSE, connector, now)


async def failed(conn: asyncpg.Connection, connector: str, now: datetime, code: str, words: str) -> None:
    """The partner is down; three in a row open the circuit."""
    await conn.execute(FAIL, connector, "open", now, code, words[:500], now + timedelta(seconds=1))


async def misconfigured(conn: asyncpg.Connection, connector: str, now: datetime, code: str, words: str) -> None:
    """Open at once: only a probe every so often until the operator has mended the settings."""
    await conn.execute(FAIL, connector, "open", now, code, words[:500], now + timedelta(seconds=30))
    await conn.execute("update kernel.connector set state = 'open' where name = $1", connector)
