"""Mã số hồ sơ: `<agency>-YYMMDD-NNNN`, never two alike (DOS-02, FACTS §1)."""

from hub import profiles
from hub.dossier import repository
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork


async def next_code(uow: UnitOfWork, agency: str) -> str:
    """The day's next; the counter's row stays locked until the transaction ends, so a rollback leaves no gap."""
    day = uow.now.astimezone(VN).date()
    number = await repository.next_number(uow.conn, agency, day)
    return profiles.active().at(day).codes.dossier_code(agency, day, number)
