"""`hub proof …`: check a citizen's proof without the hub; audit the log; sign a root now."""

import asyncio
import os
from typing import TYPE_CHECKING

import click
import msgspec

from signing.proof_cli import check_command

if TYPE_CHECKING:
    from hub.proof import Audit


@click.group()
def proof() -> None:
    """Nhật ký bằng chứng: kiểm tra, rà soát, ký gốc. / The log of proofs: check, audit, sign."""


proof.add_command(check_command)


@proof.command()
@click.option("--json", "as_json", is_flag=True, help="Một đối tượng JSON. / One JSON object.")
@click.pass_context
def audit(ctx: click.Context, as_json: bool) -> None:
    """Tính lại chuỗi, cây và đối chiếu mọi dữ liệu; mã thoát 1 nếu có chỗ đứt. / Recompute everything; 1 for a break."""
    found = asyncio.run(_audit())
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif found.broken is not None:
        click.echo(f"✗ {found.broken.where}\n  {found.broken.vi}\n  {found.broken.en}")
    else:
        click.echo(
            f"✓ Nhật ký nguyên vẹn / intact: {found.entries} mục / entries, {found.roots} gốc / roots, "
            f"{found.rows} dữ liệu đối chiếu / rows compared, {found.waiting} chờ số / waiting"
        )
    ctx.exit(1 if found.broken else 0)


@proof.command()
def sign() -> None:
    """Đánh số và ký gốc ngay, không đợi đến giờ. / Number what waits and sign a root now."""
    size = asyncio.run(_sign())
    click.echo(f"Đã ký gốc trên {size} mục / signed over {size} entries" if size else "Không có gì mới / nothing new")


async def _audit() -> "Audit":
    from hub import proof as log
    from hub.install import installed
    from hub.kernel.actor import system
    from hub.settings import load

    async with installed(load(os.environ)) as parts, parts.db.begin(system("proof-audit")) as uow:
        return await log.audit(uow, await parts.trust.current())


async def _sign() -> int:
    from hub import proof as log
    from hub.install import installed
    from hub.kernel.actor import system
    from hub.settings import load

    async with installed(load(os.environ)) as parts, parts.db.begin(system("proof")) as uow:
        made = await log.sign_root(uow, parts.witness)
        return made.size if made else 0
