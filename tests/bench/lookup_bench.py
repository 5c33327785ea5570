"""A status lookup by code through HTTP beside a bare route with the same single SELECT on the same server."""

from hub.demo.processes import free_port
from tests.bench.harness import Bench, Row, load_of, more

COPIES = 20_000

# The one dossier many times over, so that the index is an index.
MULTIPLY = """
set session_replication_role = replica;
create temporary table copied as select * from dossier.dossier where code is not null limit 1;
insert into dossier.dossier
select (jsonb_populate_record(c, jsonb_build_object(
    'id', gen_random_uuid(), 'code', 'X' || n, 'reference', 'X' || n))).*
from copied c, generate_series(1, {copies}) n;
vacuum analyze dossier.dossier;
"""


async def rows(bench: Bench) -> list[Row]:
    dsn = bench.database()
    bench.psql(dsn, MULTIPLY.format(copies=COPIES))
    ours, bare = free_port(), free_port()
    path = f"/api/v1/lookup/{bench.code}"
    urls = (f"http://127.0.0.1:{ours}{path}", f"http://127.0.0.1:{bare}/{bench.code}")
    hub = bench.serving(
        "-m", "hub", "serve", url=urls[0], environ=bench.environ(dsn, PORT=str(ours), BUS="rabbit")
    )  # fmt: skip
    limit = bench.serving(
        "-m", "uvicorn", "--port", str(bare), "--loop", "uvloop", "--http", "httptools", "--no-access-log",
        "--log-level", "warning", "tests.bench.bare:app", url=urls[1], environ=bench.environ(dsn),
    )  # fmt: skip
    async with hub, limit:
        for url in urls:
            await load_of(url, seconds=1.0)
        pairs = [[await load_of(url, seconds=1.5) for url in urls] for _ in range(9)]
    figure, most = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    return [more("status lookup by code, HTTP", figure, most, "requests/s", "bare Litestar, same SELECT", 0.7)]
