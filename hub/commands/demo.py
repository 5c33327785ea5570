"""`hub demo`: the journey headless, in a temporary folder; exits 0 only when everything held."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import click
from rich.progress import Progress

from hub.commands.output import console
from hub.demo import processes, province
from hub.demo.run import Outcome, as_json, play, show
from hub.settings import load
from hub.whole import house, world_of

SPEED = 20.0


@click.command()
@click.option("--json", "report", type=click.Path(dir_okay=False, path_type=Path), help="Ghi báo cáo JSON vào tệp.")
@click.option("--bus", type=click.Choice(["embedded", "rabbit"]), default="embedded", show_default=True)
@click.option("--dossiers", type=click.IntRange(1, 1000), default=1, show_default=True, help="Số hồ sơ đi cùng lúc.")
def demo(report: Path | None, bus: str, dossiers: int) -> None:
    """Chạy hành trình mẫu không cần màn hình. / Play the journey headless.

    --bus rabbit cần AMQP_URL và chạy hub, worker, kết nối thành tiến trình riêng.
    """
    with tempfile.TemporaryDirectory(prefix="mot-cua-") as folder:
        outcome = asyncio.run(_demo(Path(folder), bus, dossiers))
    show(outcome, console)
    if report is not None:
        report.write_bytes(as_json(outcome))
    sys.exit(0 if outcome.ok else 1)


async def _demo(folder: Path, bus: str, dossiers: int) -> Outcome:
    environ = {**os.environ, "DATA_DIR": str(folder), "BUS": bus}
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("hồ sơ / dossiers", total=dossiers)

        def told(done: int) -> None:
            bar.update(task, completed=done)

        if bus == "rabbit":
            async with processes.running(environ) as (world, passwords):
                return await play(world, passwords, dossiers=dossiers, told=told)
        return await _embedded(environ, dossiers, told)


async def _embedded(environ: Mapping[str, str], dossiers: int, told: Callable[[int], None]) -> Outcome:
    settings = load(environ)
    async with house(settings, speed=SPEED) as home, world_of(home, patience=60 + dossiers) as world:
        _, passwords = await province.seed(home.parts.db, settings.data_dir)
        return await play(world, passwords, dossiers=dossiers, told=told)
