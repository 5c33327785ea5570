"""What operators and officers see of the portfolio."""

from uuid import UUID

from hub.kernel.db import UnitOfWork
from hub.portfolio import errors, repository
from hub.portfolio.believed import load
from hub.portfolio.model import Certificate, Change, Freshness, Listed, Overview, Run
from signing import load_cert


async def overview(uow: UnitOfWork) -> Overview:
    """Lists, approvers, and how fresh what each CA said last is."""
    store, _ = await load(uow)
    newest = {each.issuer_sha256: each for each in await repository.newest_crls(uow.conn)}
    return Overview(
        version=store.version,
        lists=await repository.lists(uow.conn),
        freshness=tuple(
            Freshness(issuer=ca.subject_text, issuer_sha256=ca.sha256, crl=newest.get(ca.sha256))
            for ca in store.issuers()
        ),
    )


def certificates(it: Listed) -> tuple[Certificate, ...]:
    """Anchors first."""
    return tuple(
        Certificate(subject=cert.subject_text, sha256=cert.sha256, valid_until=cert.not_after, anchor=anchor)
        for anchor, ders in ((True, it.anchors), (False, it.intermediates))
        for cert in map(load_cert, ders)
    )


async def runs(uow: UnitOfWork, *, limit: int = 20) -> tuple[Run, ...]:
    """Rounds of verifying again with their progress, newest first."""
    return await repository.runs(uow.conn, limit)


async def changes(uow: UnitOfWork, *, agency_code: str = "", limit: int = 200) -> tuple[Change, ...]:
    """Verdicts that changed, newest first; with an agency's code, those of its dossiers."""
    return await repository.changes(uow.conn, agency_code, limit)


async def change(uow: UnitOfWork, change_id: UUID, *, agency_code: str = "") -> Change:
    """One; another agency's is not there. Raises NotFound."""
    found = await repository.change(uow.conn, change_id)
    if found is None or (agency_code and found.agency_code != agency_code):
        raise errors.no_such_change()
    return found
