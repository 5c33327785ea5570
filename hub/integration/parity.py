"""Whether partners hold of a dossier what we hold: asked, compared, the age of a difference kept (INT-10)."""

from datetime import datetime, timedelta

import msgspec

from hub import dossier
from hub.integration.events import ParityCheckDue
from hub.kernel.db import UnitOfWork, as_structs
from schemas.messages.dossier import Viewed

QUIET = timedelta(seconds=30)
"""A dossier is compared once nothing of it has been on its way for this long."""

# Changed since it was last compared, quiet now, nothing on its way to the partner.
CHANGED = """
select d.code from dossier.dossier d
left join integration.parity p on p.dossier_code = d.code and p.partner = 'national_portal'
where d.received_at is not null and d.updated_at < $1 and (p.checked_at is null or p.checked_at < d.updated_at)
  and not exists (select from kernel.outbox o where o.connector = 'national_portal' and o.lane = d.code
                  and o.state in ('waiting', 'ready', 'sent'))
order by d.updated_at limit 100
"""

RECORD = """
insert into integration.parity as p (dossier_code, partner, ours, theirs, agrees, checked_at, diverged_since)
values ($1, $2, $3, $4, $5, $6::timestamptz, case when $5 then null else $6::timestamptz end)
on conflict (dossier_code, partner) do update set
    ours = excluded.ours, theirs = excluded.theirs, agrees = excluded.agrees, checked_at = excluded.checked_at,
    diverged_since = case when excluded.agrees then null else coalesce(p.diverged_since, excluded.checked_at) end
"""

DIVERGED = """
select dossier_code, partner, ours, theirs, diverged_since from integration.parity
where not agrees order by diverged_since limit 200
"""


# How many dossiers were compared with each partner.
COMPARED = "select partner, count(*) as count from integration.parity group by partner"


class Divergence(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier of which a partner holds something else, since when."""

    dossier_code: str
    partner: str
    ours: str
    theirs: str
    diverged_since: datetime


async def diverged(uow: UnitOfWork) -> tuple[Divergence, ...]:
    """The oldest first."""
    return as_structs(await uow.conn.fetch(DIVERGED), Divergence)


async def compared(uow: UnitOfWork) -> dict[str, int]:
    """Partner → dossiers compared with it so far."""
    return {row["partner"]: row["count"] for row in await uow.conn.fetch(COMPARED)}


async def ask_about_changed(uow: UnitOfWork, _: str) -> None:
    """At most 100 a time."""
    for row in await uow.conn.fetch(CHANGED, uow.now - QUIET):
        await uow.emit(ParityCheckDue(code=row["code"]))


async def viewed(uow: UnitOfWork, said: Viewed) -> None:
    """Compare and remember."""
    row = await dossier.by_code(uow, said.dossier_code)
    ours = str(int(row.status))
    theirs = said.status if said.found else ""
    agrees = said.found and theirs in ("", ours)
    await uow.conn.execute(RECORD, said.dossier_code, uow.actor.id, ours, theirs, agrees, uow.now)
