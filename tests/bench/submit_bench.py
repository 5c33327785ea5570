"""The submit transaction beside pgbench playing the very same statements on the same database."""

import asyncio
import itertools
import re
import subprocess
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from hub import dossier
from hub.dossier.model import Submission
from hub.install import Installation
from hub.integration.routes import routes
from hub.kernel.actor import Actor
from hub.kernel.db import Database, open_database
from tests.bench.harness import Bench, Row, more
from tests.support.files import folder_storage

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
CLIENTS = 12
SECONDS = 4.0

UNIQUE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}|H[\d.]+-\d{6}-\d{4}")
"""A lookup reference or a dossier code."""

# What the journey's dossier was submitted with.
SUBMITTED = """
select d.owner_id, d.procedure_code, d.form, d.return_way, d.return_address,
       jsonb_object_agg(c.spec_code, c.entry_id) as files
from dossier.dossier d join dossier.component c on c.dossier_id = d.id
where d.code = $1
group by d.id
"""


async def rows(bench: Bench) -> list[Row]:
    dsn = bench.database()
    async with bench.hub(dsn) as parts:
        owner, given = await _submission(parts, bench.code)
        actor = Actor(kind="citizen", id=str(owner), name="đo")
        script = await _recorded(parts, actor, owner, given)
        file = bench.folder / "submit.sql"
        file.write_text(script)
        figures, limits, bare = [], [], []
        async with _without_proofs(parts) as plain:
            for _ in range(3):
                figures.append(await _submits(parts.db, actor, owner, given))
                bare.append(await _submits(plain, actor, owner, given))
                limits.append(await asyncio.to_thread(_pgbench, bench, dsn, str(file)))
    return [
        more("submit transaction", max(figures), max(limits), "transactions/s", "pgbench, same statements", 0.35),
        more("… with its fact in the log", max(figures), max(bare), "transactions/s", "submit without the log", 0.8),
    ]


@asynccontextmanager
async def _without_proofs(parts: Installation) -> AsyncIterator[Database]:
    """The same database and facts, but nobody who notes them in the log of proofs."""
    storage = folder_storage(parts.settings.data_dir)
    told = routes(parts.links, parts.settings.hub_url)
    async with open_database(parts.dsn, storage, subscribers=dossier.SUBSCRIBERS, routes=told) as db:
        yield db


async def _submission(parts: Installation, code: str) -> tuple[uuid.UUID, Submission]:
    async with parts.db.read() as uow:
        row = dict(await uow.conn.fetchrow(SUBMITTED, code))
    owner = row.pop("owner_id")
    return owner, msgspec.convert({**row, "declared": True}, Submission)


async def _submits(db: Database, actor: Actor, owner: uuid.UUID, given: Submission) -> float:
    """Submissions a second by the verb itself, each in its transaction."""
    began, done = time.perf_counter(), itertools.count()

    async def citizen() -> None:
        while time.perf_counter() - began < SECONDS:
            async with db.begin(actor) as uow:
                await dossier.submit(uow, owner, given)
            next(done)

    await asyncio.gather(*(citizen() for _ in range(CLIENTS)))
    return next(done) / (time.perf_counter() - began)


async def _recorded(parts: Installation, actor: Actor, owner: uuid.UUID, given: Submission) -> str:
    """One submission's statements as a pgbench script: what is new in each submission is made from :n."""
    seen: list[tuple[str, tuple[Any, ...], list[str]]] = []
    asked: list[asyncpg.connect_utils.ConnectionParameters] = []
    async with parts.db.begin(actor) as uow:
        connection = uow.conn
        started = time.time_ns()
        connection.add_query_logger(asked.append)
        await dossier.submit(uow, owner, given)
        await uow.flush()
        connection.remove_query_logger(asked.append)
        for query in [one for one in asked if one.args]:
            types = [parameter.name for parameter in (await connection.prepare(query.query)).get_parameters()]
            arrays = [
                parameter.kind == "array" for parameter in (await connection.prepare(query.query)).get_parameters()
            ]
            names = [f"{t.removesuffix('[]')}[]" if many else t for t, many in zip(types, arrays, strict=True)]
            seen.append((query.query, query.args, names))
    fresh = _Fresh(started)
    lines = ["\\set n random(1, 9000000000000000000)", "begin;"]
    for sql, arguments, types in seen:
        lines.append(_inlined(sql, [fresh.literal(a, t) for a, t in zip(arguments, types, strict=True)]) + ";")
    return "\n".join([*lines, "commit;", ""])


class _Fresh:
    """Literals of one recorded transaction; ids that it made become expressions of :n."""

    def __init__(self, started_ns: int) -> None:
        self._started_ms = started_ns // 1_000_000

    def literal(self, value: Any, kind: str) -> str:
        if isinstance(value, uuid.UUID) and self._new(value):
            return f"md5(:n || '{value}')::uuid"
        if isinstance(value, str) and UNIQUE.fullmatch(value):
            return f"('{value}' || :n)"
        if isinstance(value, list | tuple) and kind.endswith("[]"):
            return f"array[{', '.join(self.literal(one, kind.removesuffix('[]')) for one in value)}]::{kind}"
        if value is None:
            return f"null::{kind}"
        text = UUID7.sub(
            lambda found: f"' || md5(:n || '{found[0]}')::uuid || E'" if self._new(uuid.UUID(found[0])) else found[0],
            _text(value, kind),
        )
        return f"(E'{text}')::{kind}"

    def _new(self, value: uuid.UUID) -> bool:
        return value.version == 7 and (value.int >> 80) >= self._started_ms - 1000


def _text(value: Any, kind: str) -> str:
    if kind == "jsonb":
        text = msgspec.json.encode(value).decode()
    elif isinstance(value, bytes):
        text = f"\\x{value.hex()}"
    elif isinstance(value, bool):
        text = str(value).lower()
    else:
        text = str(getattr(value, "value", value))
    # pgbench takes every `:word` for a variable, inside of strings too.
    return text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a")


def _inlined(sql: str, literals: list[str]) -> str:
    one_line = " ".join(line.split("--")[0] for line in sql.splitlines())
    return re.sub(r"\$(\d+)", lambda found: literals[int(found[1]) - 1], one_line)


def _pgbench(bench: Bench, dsn: str, script: str) -> float:
    done = subprocess.run(
        [
            bench.binaries.program("pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1",
            "-T", str(int(SECONDS)), "-f", script, dsn,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode != 0 or not found or "number of failed transactions: 0" not in done.stdout:
        raise RuntimeError(f"pgbench: {done.stderr[-1500:]} {done.stdout[-500:]}")
    return float(found[1])
