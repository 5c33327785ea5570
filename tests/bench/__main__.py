"""`make bench`: every `rows` of tests/bench/*_bench.py beside its limit; a table and var/bench.json.

`python -m tests.bench lookup relay` takes only those.
"""

import importlib
import signal
import sys
from pathlib import Path

import msgspec
import uvloop
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from hub.commands.output import configure_logging
from tests.bench.harness import ROOT, Bench, Row

REPORT = ROOT / "var" / "bench.json"


def benches(wanted: list[str]) -> list[str]:
    names = sorted(file.stem for file in Path(__file__).parent.glob("*_bench.py"))
    chosen = [name for name in names if not wanted or name.removesuffix("_bench") in wanted]
    if len(chosen) < len(wanted):
        raise SystemExit(f"make bench: choose from {', '.join(name.removesuffix('_bench') for name in names)}")
    return chosen


async def measured(names: list[str], console: Console) -> list[Row]:
    rows: list[Row] = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("PostgreSQL, một hồ sơ mẫu / a filled database", total=len(names) + 1)
        async with Bench() as bench:
            for name in names:
                progress.update(task, advance=1, description=name.removesuffix("_bench"))
                rows += await importlib.import_module(f"tests.bench.{name}").rows(bench)
    return rows


def show(rows: list[Row], console: Console) -> None:
    table = Table(title="make bench", title_justify="left")
    for heading, side in (("", "left"), ("đo được / figure", "right"), ("giới hạn / limit", "right"), ("", "left")):
        table.add_column(heading, justify=side)
    table.add_column("tỷ lệ / ratio", justify="right")
    table.add_column("đích / goal", justify="right")
    for row in rows:
        mark = "[green]đạt" if row.met else "[red]chưa đạt / missed"
        sign = "≥" if row.better == "more" else "≤"
        table.add_row(
            row.name, f"{row.figure:,.1f} {row.unit}", f"{row.limit:,.1f} {row.unit}", row.of,
            f"{row.ratio:.2f}", f"{sign} {row.goal:.2f} {mark}",
        )  # fmt: skip
    console.print(table)


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers end too
    configure_logging("warning")
    console = Console(width=160)
    rows = uvloop.run(measured(benches(sys.argv[1:]), console))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(
        msgspec.json.format(msgspec.json.encode([{**msgspec.to_builtins(r), "met": r.met} for r in rows]))
    )
    show(rows, console)
    console.print(f"→ {REPORT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
