"""SQL stays in the hub, holds against the migrated schema, and writes a status in one place per module."""

import re
from pathlib import Path

import asyncpg
from alembic.script import ScriptDirectory

from hub.kernel import migrate
from tests.architecture import tree

SQL = re.compile(
    r"^\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\S+\s+as\s+\()",
    re.IGNORECASE | re.DOTALL,
)
SETS_STATUS = re.compile(r"\bupdate\s+(\w+\.\w+)(?:\s+\w+)?\s+set\b[^;]*?\bstatus\s*=", re.IGNORECASE | re.DOTALL)
WITHOUT_LIFECYCLE = {"kernel.idempotency": "the HTTP status of a remembered answer"}


def test_no_sql_outside_the_hub() -> None:
    # A partner's twin keeps its own small SQLite file, in connectors.runtime.book.
    found = [
        f"{text}"
        for text in tree.texts("connectors", "signing", "schemas")
        if SQL.match(text.text) and text.file.name != "book.py"
    ]
    assert not found


async def test_every_query_holds_against_the_migrated_schema(database_url: str) -> None:
    queries = list(tree.queries())
    assert len(queries) > 40
    broken = []
    connection = await asyncpg.connect(database_url)
    try:
        for query in queries:
            try:
                await connection.prepare(query.sql)
            except asyncpg.PostgresError as error:
                broken.append(f"{query.name}: {error}")
    finally:
        await connection.close()
    assert not broken, "\n".join(broken)


def test_a_status_has_one_writer() -> None:
    writers: dict[str, list[str]] = {}
    for text in tree.texts("hub"):
        for table in SETS_STATUS.findall(text.text):
            if table not in WITHOUT_LIFECYCLE:
                writers.setdefault(table, []).append(f"{text}")
    assert "dossier.dossier" in writers
    assert {table: places for table, places in writers.items() if len(places) > 1} == {}


async def test_every_table_with_a_status_refuses_one_without_its_log_row(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            """
            select c.table_schema || '.' || c.table_name as name, exists (
                select from pg_trigger t
                where t.tgrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
                  and t.tgfoid = 'kernel.require_status_log'::regproc and t.tgtype & 20 = 20) as guarded
            from information_schema.columns c
            join information_schema.tables s using (table_schema, table_name)
            where c.column_name = 'status' and s.table_type = 'BASE TABLE'
              and c.table_schema not in ('pg_catalog', 'information_schema')
            """
        )
    finally:
        await connection.close()
    assert any(row["name"] == "dossier.dossier" for row in rows)
    assert [row["name"] for row in rows if not row["guarded"] and row["name"] not in WITHOUT_LIFECYCLE] == []


def test_migrations_have_one_head() -> None:
    script: ScriptDirectory = migrate.script()
    assert len(script.get_heads()) == 1
    assert len(list(script.walk_revisions())) == len(list(Path(script.versions).glob("[0-9]*.py")))
