"""`hub run`: everything in one process, the journey once, then it keeps serving."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import click
import msgspec
from rich.table import Table

from hub import identity
from hub.commands.output import console
from hub.demo import province
from hub.demo.run import Outcome, as_json, play, show
from hub.http_server import PortTaken, serving
from hub.settings import load
from hub.whole import House, house, world_of

SPEED = 10.0
"""A demonstration does not wait half a minute for the post."""


@click.command()
@click.option("--journey/--no-journey", default=True, help="Chạy hành trình mẫu một lần. / Play the journey once.")
def run(journey: bool) -> None:
    """Chạy tất cả trong một tiến trình, kèm đối tác mô phỏng. / Run everything in one process, partners simulated."""
    try:
        asyncio.run(_run(journey))
    except PortTaken as taken:
        raise click.ClickException(str(taken)) from None


async def _run(journey: bool) -> None:
    settings = load(os.environ)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with console.status("Đang khởi động cơ sở dữ liệu, cổng và các kết nối… / Starting…"):
        stack = AsyncExitStack()
        home = await stack.enter_async_context(house(settings, speed=SPEED))
    async with stack, serving(home.app, settings) as server:
        accounts, passwords = await province.seed(home.parts.db, settings.data_dir)
        if journey:
            await _journey(home, passwords, settings.data_dir / "journey.json")
        _welcome(settings.hub_url, accounts, passwords)
        await server.finished()
        console.print("Đang dừng… / Stopping…")


async def _journey(home: House, passwords: Mapping[str, str], path: Path) -> None:
    """Played once per data folder; shown each time."""
    if path.exists():
        outcome = msgspec.json.decode(path.read_bytes(), type=Outcome)
    else:
        with console.status("Một hồ sơ đang đi từ đầu đến cuối… / One dossier goes all the way…"):
            async with world_of(home) as world:
                outcome = await play(world, passwords)
        if outcome.ok:
            path.write_bytes(as_json(outcome))
    show(outcome, console)


def _welcome(url: str, accounts: tuple[identity.DemoAccount, ...], passwords: Mapping[str, str]) -> None:
    table = Table(title=f"Đang phục vụ tại {url} (Ctrl-C để dừng)", title_justify="left")
    for heading in ("Tài khoản mẫu", "Vai trò", "Tên đăng nhập", "Mật khẩu"):
        table.add_column(heading)
    for account in accounts:
        table.add_row(account.name, account.title or account.role, account.login, passwords[account.role])
    console.print(table)
    console.print(f"API: {url}/api · Bàn điều khiển đối tác / partners' desks: {url}/_partners/<tên>/_sim/")
