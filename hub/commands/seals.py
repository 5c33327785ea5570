"""`hub seals`: whose signature counts for a unit's results. As on the page: an operator's seals are all units', others' their own."""

from pathlib import Path
from uuid import UUID

import click

from hub import identity, result
from hub.commands.within import acting, logged_in, run
from hub.kernel.db import Database

_WHO = ("clerk", "leader", "head", "operator")
STATES = {
    "proposed": "chờ người thứ hai duyệt / waits for a second person",
    "registered": "đã đăng ký / registered",
    "ended": "đã hủy / ended",
}


@click.group()
def seals() -> None:
    """Con dấu, chứng thư số ký kết quả của đơn vị. / Seals that sign a unit's results."""


@seals.command("list")
def list_command() -> None:
    """Các con dấu đã đề nghị và đăng ký. / Proposed and registered seals."""

    async def work(db: Database) -> tuple[result.RegisteredSeal, ...]:
        async with db.read() as uow:
            return await result.seals(uow)

    for each in run(work):
        span = f"{each.valid_from} – {each.valid_until or '…'}"
        click.echo(f"{each.id}  {each.unit_code}  {each.subject}  {span}  {STATES[each.state]}")
        click.echo(f"  SHA-256 {each.certificate_sha256}  {each.proposed_by_name} + {each.approved_by_name or '–'}")


@seals.command()
@click.argument("certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", required=True, help="Mã đơn vị, ví dụ H01.03. / The unit's code.")
@click.option("--basis", required=True, help="Căn cứ: số, ngày văn bản. / The document that assigns the seal.")
@acting
def propose(certificate: Path, unit: str, basis: str, person: str, password: str) -> None:
    """Đề nghị đăng ký; người khác phải duyệt. / Propose a seal; another person must approve it."""

    async def work(db: Database) -> UUID:
        who = await logged_in(db, person, password, *_WHO)
        async with db.begin(who.actor) as uow:
            made = await result.propose_seal(uow, unit, certificate.read_bytes(), basis=basis, agency_code=_agency(who))
            return made.id

    made = run(work)
    click.echo(f"Cần người thứ hai: hub seals approve {made} --as … / A second person is needed.")


@seals.command()
@click.argument("seal_id", type=click.UUID)
@acting
def approve(seal_id: UUID, person: str, password: str) -> None:
    """Người thứ hai duyệt. / The second person's word."""

    async def work(db: Database) -> None:
        who = await logged_in(db, person, password, *_WHO)
        async with db.begin(who.actor) as uow:
            await result.approve_seal(uow, seal_id, agency_code=_agency(who))

    run(work)
    click.echo("Đã đăng ký. / Registered.")


@seals.command()
@click.argument("seal_id", type=click.UUID)
@acting
def end(seal_id: UUID, person: str, password: str) -> None:
    """Không còn tính cho văn bản ký sau hôm nay. / Counts for nothing signed after today."""

    async def work(db: Database) -> None:
        who = await logged_in(db, person, password, *_WHO)
        async with db.begin(who.actor) as uow:
            await result.end_seal(uow, seal_id, agency_code=_agency(who))

    run(work)
    click.echo("Đã kết thúc. / Ended.")


def _agency(who: identity.Principal) -> str:
    """Whose seals this person may change; empty means all."""
    return "" if "operator" in who.roles else who.agency_code or "-"
