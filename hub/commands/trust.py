"""`hub trust`: what we believe, and who says so."""

from pathlib import Path

import click

from hub import portfolio
from hub.commands.within import acting, officer, run
from hub.kernel.clock import VN
from hub.kernel.db import Database

STATES = {
    "proposed": "chờ người thứ hai duyệt / waits for a second person",
    "trusted": "đang dùng / trusted",
    "replaced": "đã thay bằng phiên bản mới / replaced",
    "withdrawn": "không còn dùng / withdrawn",
}


@click.group()
def trust() -> None:
    """Danh sách tin cậy, CRL, OCSP. / Trust lists, CRLs, OCSP answers."""


@trust.command("list")
def list_command() -> None:
    """Các danh sách, ai đề xuất, ai duyệt. / The lists, who proposed and who approved them."""
    for each in run(_overview).lists:
        approved = each.approved_by_name or "–"
        click.echo(f"{each.name} {each.version}  {STATES[each.state]}")
        click.echo(f"  SHA-256 {each.sha256}  {each.proposed_by_name} + {approved}  {each.source}")


@trust.command()
@click.argument("name")
def show(name: str) -> None:
    """Các chứng thư của một danh sách. / A list's certificates."""
    found = [each for each in run(_overview).lists if each.name == name]
    if not found:
        raise click.ClickException(f"Không có danh sách «{name}». / There is no list '{name}'.")
    for cert in portfolio.certificates(found[0]):
        kind = "gốc / anchor" if cert.anchor else "trung gian / intermediate"
        click.echo(f"{cert.sha256}  {cert.valid_until:%Y-%m-%d}  {kind}  {cert.subject}")


@trust.command()
def state() -> None:
    """Phiên bản trạng thái tin cậy và độ mới của CRL. / The trust's version and how fresh each CRL is."""
    found = run(_overview)
    click.echo(found.version)
    for each in found.freshness:
        if each.crl is None:
            click.echo(f"  {each.issuer}: chưa có CRL; chữ ký chưa kiểm tra được thu hồi / no CRL: revocation unknown")
            continue
        until = f"{each.crl.next_update.astimezone(VN):%H:%M %d/%m/%Y}" if each.crl.next_update else "?"
        click.echo(
            f"  {each.issuer}: CRL số {each.crl.number}, {each.crl.entries} chứng thư bị thu hồi, có giá trị đến {until}"
            f" / number {each.crl.number}, {each.crl.entries} revoked, until {until}"
        )


@trust.command("import-crl")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting
def import_crl(files: tuple[Path, ...], person: str, password: str) -> None:
    """Nhận CRL (DER) tải riêng từ CA; số cũ hơn bị từ chối. / Take over CRLs; older numbers are refused."""
    _import(files, person, password, "crl")


@trust.command("import-ocsp")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting
def import_ocsp(files: tuple[Path, ...], person: str, password: str) -> None:
    """Nhận câu trả lời OCSP (DER). / Take over OCSP answers."""
    _import(files, person, password, "ocsp")


def _import(files: tuple[Path, ...], person: str, password: str, kind: str) -> None:
    take = portfolio.import_crl if kind == "crl" else portfolio.import_ocsp

    async def work(db: Database) -> None:
        actor = await officer(db, person, password, "operator")
        for file in files:
            async with db.begin(actor) as uow:
                _say(await take(uow, file.name, file.read_bytes()), file.name)

    run(work)


@trust.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@acting
def add(folder: Path, person: str, password: str) -> None:
    """Đề xuất danh sách trong FOLDER (list.toml); người khác phải duyệt. / Propose a list; another must approve."""

    async def work(db: Database) -> str:
        table, _ = portfolio.read(folder)
        async with db.begin(await officer(db, person, password, "operator")) as uow:
            return (await portfolio.propose(uow, table)).name

    name = run(work)
    click.echo(
        f"Đã đề xuất «{name}»; cần người thứ hai: hub trust approve {name} --as … / Proposed; a second person is needed."
    )


@trust.command()
@click.argument("name")
@acting
def approve(name: str, person: str, password: str) -> None:
    """Người thứ hai duyệt; từ lúc này danh sách được tin. / The second person's word: from now on it counts."""

    async def work(db: Database) -> portfolio.Run:
        async with db.begin(await officer(db, person, password, "operator")) as uow:
            return await portfolio.approve(uow, name)

    _say(run(work), name)


@trust.command()
@click.argument("name")
@click.option("--because", required=True, help="Lý do, để lưu vết. / The reason, for the audit trail.")
@acting
def withdraw(name: str, because: str, person: str, password: str) -> None:
    """Ngừng tin ngay; mọi văn bản dựa vào nó được kiểm tra lại. / Believe it no more, at once."""

    async def work(db: Database) -> portfolio.Run:
        async with db.begin(await officer(db, person, password, "operator")) as uow:
            return await portfolio.withdraw(uow, name, because=because)

    _say(run(work), name)


async def _overview(db: Database) -> portfolio.Overview:
    async with db.read() as uow:
        return await portfolio.overview(uow)


def _say(made: portfolio.Run | None, name: str) -> None:
    if made is None:
        click.echo(f"{name}: đã có từ trước / was there already")
    else:
        click.echo(f"{name}: {made.total} văn bản được kiểm tra lại / documents to verify again")
