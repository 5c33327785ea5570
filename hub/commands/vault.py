"""`hub vault …`: the keys of the stored files, and whether every file is what it was."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import click
import msgspec
from rich.progress import Progress
from rich.table import Table

from hub import vault
from hub.commands.output import console
from hub.files import open_storage
from hub.kernel.clock import system_clock
from hub.kernel.db import Database, open_database
from hub.kernel.errors import Problem
from hub.kernel.postgres import EmbeddedPostgres, PostgresUnavailable
from hub.kernel.storage import Damaged, KeyFile, Rewrapped, SealedStorage, Stock, plain_files, seal_plain, stock
from hub.settings import Settings, load

_LISTED = 50


@click.group("vault")
def vault_commands() -> None:
    """Khóa mã hóa và tình trạng kho tệp. / Keys and condition of the stored files."""


@vault_commands.command()
def init() -> None:
    """Tạo chùm khóa ở VAULT_KEYS. / Make the key ring at VAULT_KEYS."""
    path = load(os.environ).vault_keys
    if path is None:
        raise click.ClickException("VAULT_KEYS: chưa đặt / is not set. Ví dụ: /etc/mot-cua/vault-keys.json")
    if path.exists():
        raise click.ClickException(f"VAULT_KEYS={path}: đã có, không ghi đè / is there already and is kept")
    ring = KeyFile.made(path, system_clock()).ring
    console.print(f"Đã tạo {path}, khóa {ring.current}. Hãy sao lưu tệp này ở nơi khác với tệp của kho.")
    console.print("Made. Back it up apart from the stored files: without it no file can be opened.")


@vault_commands.command()
def seal() -> None:
    """Mã hóa tệp mà bản cài đặt cũ để nguyên; dừng thì chạy lại. / Seal files that an older installation left in plain."""
    _run(_seal())


@vault_commands.command()
def rotate() -> None:
    """Khóa mới và gói lại mọi khóa tệp; dừng thì chạy lại. / A new key, every wrapped key rewrapped; resumable."""
    _run(_rotate())


@vault_commands.command()
@click.option("--retire", is_flag=True, help="Bỏ khóa cũ không tệp nào cần. / Drop old keys that no file needs.")
def keys(retire: bool) -> None:
    """Số tệp theo từng khóa. / Files under each key."""
    _run(_keys(retire))


@vault_commands.command()
def check() -> None:
    """Mọi tệp còn đủ, mở được, đúng nội dung. / Every file is there, opens and is what it was; exit 1 if not."""
    _run(_check())


async def _seal() -> int:
    async with _house() as parts:
        bad = 0
        digests = await plain_files(parts.storage)
        with Progress(console=console) as bar:
            for digest in bar.track(digests, description="Đang mã hóa / sealing"):
                try:
                    await seal_plain(parts.storage, digest)
                except Damaged as damaged:
                    bad += 1
                    bar.console.print(f"hỏng, giữ nguyên / damaged, left as it is: {digest} ({damaged.data['why']})")
        console.print(f"Đã mã hóa {len(digests) - bad} tệp. / Sealed {len(digests) - bad} files.")
        return 1 if bad else 0


async def _rotate() -> int:
    async with _house() as parts:
        done: Counter[Rewrapped] = Counter()
        with Progress(console=console) as bar:
            task = bar.add_task("Đang gói lại khóa / rewrapping", total=await vault.contents(parts.db))

            def told(each: Rewrapped) -> None:
                done[each] += 1
                bar.advance(task)

            current = await vault.rotate(parts.db, parts.storage, told)
        changed, damaged = done[Rewrapped.CHANGED], done[Rewrapped.DAMAGED]
        console.print(f"Khóa hiện hành: {current}. Đã gói lại {changed} khóa tệp; {damaged} khóa hỏng.")
        console.print(
            f"Current key: {current}. Rewrapped {changed}, damaged {damaged}. `hub vault keys --retire` later."
        )
        return 1 if damaged else 0


async def _keys(retire: bool) -> int:
    async with _house() as parts:
        ring = parts.storage.keys.ring
        found, gone = await vault.retire(parts.db, parts.storage) if retire else (await stock(parts.storage), ())
        table = Table(title=f"{parts.storage.keys.path}", title_justify="left")
        for heading in ("khóa / key", "tạo lúc / made", "số tệp / files", ""):
            table.add_column(heading)
        for each in ring.keys:
            note = "hiện hành / current" if each.id == ring.current else "đã bỏ / retired" if each.id in gone else ""
            table.add_row(each.id, f"{each.made_at:%Y-%m-%d %H:%M}", str(found.by_key.get(each.id, 0)), note)
        console.print(table)
        if ring.rewrapping:
            console.print(
                "Một lần đổi khóa chưa xong: chạy lại `hub vault rotate`. / A rotation is unfinished; run it again."
            )
        return 0


async def _check() -> int:
    async with _house() as parts:
        bad = 0
        with Progress(console=console) as bar:
            task = bar.add_task("Đang kiểm tra / checking", total=await vault.contents(parts.db))
            async for each in vault.check(parts.db, parts.storage):
                bar.advance(task)
                if each.problem is not None:
                    bad += 1
                    _tell(each, each.problem)
        found = await stock(parts.storage)
        _count(found, bad, await vault.unnamed(parts.db, found, parts.storage))
        return 1 if bad or found.unread else 0


def _tell(each: vault.Checked, problem: Problem) -> None:
    names = ", ".join(str(entry) for entry in each.entries)
    console.print(
        f"{problem.code} {each.sha256}\n  {problem.vi}\n  {problem.en}\n  vault.entry: {names}", soft_wrap=True
    )


def _count(found: Stock, bad: int, unnamed: int) -> None:
    console.print(f"Tệp mã hóa / sealed: {found.sealed} · để nguyên / in plain: {found.plain} · sai / wrong: {bad}")
    if unnamed:
        console.print(f"Tệp không mục nào nhắc đến (vô hại) / files that no entry names (harmless): {unnamed}")
    for title, paths in (
        ("Nội dung không có khóa (vô hại, có thể đang tải lên) / content without a key (harmless)", found.unnamed),
        ("Khóa tệp không đọc được / key objects that cannot be read", found.unread),
    ):
        if paths:
            console.print(f"{title}: {len(paths)}")
            console.print("\n".join(f"  {path}" for path in paths[:_LISTED]), soft_wrap=True)


def _run(work: Coroutine[Any, Any, int]) -> None:
    try:
        sys.exit(asyncio.run(work))
    except Problem as problem:
        raise click.ClickException(f"{problem.vi}\n{problem.en}") from None
    except PostgresUnavailable as away:
        raise click.ClickException(str(away)) from None


class _Vault(msgspec.Struct, frozen=True):
    """Database and store, and nothing else of an installation."""

    db: Database
    storage: SealedStorage


@asynccontextmanager
async def _house() -> AsyncIterator[_Vault]:
    settings = load(os.environ)
    storage = await open_storage(settings, system_clock)
    with _dsn(settings) as dsn:
        async with open_database(dsn, storage) as db:
            yield _Vault(db, storage)


@contextmanager
def _dsn(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    with EmbeddedPostgres.start(settings.data_dir / "postgres") as server:
        yield server.ensure_database("hub")
