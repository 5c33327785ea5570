"""`hub proof check`: a citizen's proof file, checked on any machine, without the hub and without network."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console

from signing.cli import Moment, default_folder, opened_store
from signing.errors import TrustError
from signing.proof_check import Asked, Verdict, check
from signing.proof_words import Code
from signing.proofs import Head, Link

T = TypeVar("T")
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("check")
@click.argument("file", type=FILE, metavar="FILE.json")
@click.option("--document", type=FILE, metavar="RESULT.pdf", help="Tài liệu phải khớp với mục. / Must be the entry's.")
@click.option("--root", "pinned", type=FILE, metavar="ROOT.json", help="Gốc bạn đã giữ. / A root that you kept.")
@click.option("--link", type=FILE, metavar="LINK.json", help="Bằng chứng nhất quán giữa hai gốc. / Consistency proof.")
@click.option("--signer", "organisation", default="", metavar="ORG", help="Cơ quan phải là người ký. / Who must sign.")
@click.option("--trust", "lists", multiple=True, metavar="NAME", help="Danh sách tin cậy. / Trust list.")
@click.option("--anchor", "anchors", multiple=True, type=FILE, metavar="CERT.pem", help="Chứng thư gốc. / Anchor.")
@click.option("--trust-dir", envvar="TRUST_DIR", type=click.Path(path_type=Path), default=None, help="[TRUST_DIR]")
@click.option("--at", type=Moment(), metavar="TIME", help="Xét tại thời điểm này. / As of this moment.")
@click.option("--json", "as_json", is_flag=True, help="Một đối tượng JSON. / One JSON object.")
@click.pass_context
def check_command(ctx: click.Context, /, file: Path, as_json: bool, **given: Any) -> None:
    """Kiểm tra tệp bằng chứng mà không cần hệ thống của tỉnh. Mã thoát 0 chỉ khi bằng chứng đúng.

    Check a proof file; exit status 0 only if it holds, 1 if it does not, 2 for a wrong call.
    """
    at = given["at"] or datetime.now(UTC)
    try:
        trust = opened_store(given["lists"], given["anchors"], given["trust_dir"] or default_folder(), at)
    except TrustError as error:
        raise click.UsageError(str(error)) from error
    asked = Asked(
        document=given["document"].read_bytes() if given["document"] else None,
        pinned=_read(given["pinned"], "--root", Head),
        link=_read(given["link"], "--link", Link),
        organisation=given["organisation"],
    )
    said = check(file.read_bytes(), trust=trust, at=at, asked=asked)
    if as_json:
        click.echo(msgspec.json.encode({"file": str(file), "holds": said.holds, **msgspec.to_builtins(said)}).decode())
    else:
        _human(Console(), file, said)
    ctx.exit(0 if said.holds else 1)


def _read(path: Path | None, option: str, kind: type[T]) -> T | None:
    if path is None:
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise click.UsageError(f"{option} {path}: {error}") from error


def _human(console: Console, path: Path, said: Verdict) -> None:
    console.print(f"[bold {'green' if said.holds else 'red'}]{said.code}[/]  {path}", highlight=False)

    def show(text: str) -> None:
        console.print(f"  {text}", highlight=False, markup=False)

    show(said.vi)
    show(said.en)
    for vi, en in zip(said.notes_vi, said.notes_en, strict=True):
        show(f"· {vi} / {en}")
    if said.entry is not None and said.code is not Code.ENTRY_ALTERED:
        show(f"{said.entry.kind} · {said.entry.subject} · {said.entry.at} · #{said.entry.sequence}")
    for name, value in said.private.items():
        if value:
            show(f"{name}: {value}")
    if said.organisation:
        show(f"Ký gốc / root signed by: {said.signer} ({said.organisation})")
