"""A change becomes a row, a log row and a fact: the only way a status moves."""

from hub.dossier import repository
from hub.dossier.events import BY_NAME
from hub.dossier.model import Change, Dossier
from hub.kernel.db import UnitOfWork


async def move(uow: UnitOfWork, change: Change) -> Dossier:
    """Write and tell; raises Conflict when somebody was faster."""
    dossier = await repository.write(uow.conn, change, uow.actor, uow.now)
    await uow.audit(f"dossier:status:{change.trigger}", str(dossier.id), {"cause": change.cause})
    await uow.emit(
        BY_NAME[change.fact](
            dossier_id=dossier.id,
            code=dossier.code,
            revision=dossier.version,
            status=dossier.status,
            at=change.at,
            cause=change.cause,
        )
    )
    return dossier
