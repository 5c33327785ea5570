"""The trust that an installation brings with it: TRUST_DIR, or in a demonstration the demonstration's own PKI.

In production there is no such PKI: trust comes from TRUST_DIR and `hub trust`, CRLs from `hub trust`, seals from
`hub seals`, each by two persons.
"""

from datetime import timedelta
from pathlib import Path

import structlog

from hub import portfolio, profiles, result
from hub.kernel.actor import system
from hub.kernel.clock import VN
from hub.kernel.db import Database
from hub.kernel.errors import Problem
from hub.keys import Demonstration, Keys
from hub.settings import Settings

log = structlog.get_logger(__name__)
_INSTALLER = system("install")
_DEMONSTRATION = ("Bản trình diễn", "Bộ kiểm thử")
_AHEAD = timedelta(days=1)


async def bring_trust(db: Database, settings: Settings, keys: Keys) -> None:
    """Bring what is new. With TRUST_DIR the demonstration's PKI counts in a demonstration only."""
    if settings.trust_dir is not None:
        for file in sorted(settings.trust_dir.glob("*/list.toml")):
            await _bring_folder(db, file.parent)
    if keys.demonstration is not None and (settings.trust_dir is None or settings.demo):
        await _bring_demonstration(db, keys.demonstration, keys.agency.certificate.der)


async def _bring_folder(db: Database, folder: Path) -> None:
    """A list with the revocation data that lie beside it; older data are no error: newer ones are there."""
    table, approvers = portfolio.read(folder)
    async with db.begin(_INSTALLER) as uow:
        await portfolio.bring(uow, table, approvers)
    for kind, take in (("crls", portfolio.import_crl), ("ocsp", portfolio.import_ocsp)):
        for file in sorted((folder / kind).glob("*")):
            try:
                async with db.begin(_INSTALLER) as uow:
                    await take(uow, file.name, file.read_bytes())
            except Problem as problem:
                log.warning("trust.not-taken", file=str(file), code=problem.code, why=problem.en)


async def _bring_demonstration(db: Database, demonstration: Demonstration, centre: bytes) -> None:
    """Its list, CRLs for CAs whose newest one lapses within a day, and the seals of its signers; `centre`: the one-stop centre's own.

    A new CRL keeps what the one before revoked: somebody may have imported a revocation to show what follows from it.
    """
    held = (await portfolio.Trust(db).current()).revocation
    async with db.begin(_INSTALLER) as uow:
        for table in demonstration.trust.lists:
            await portfolio.bring(uow, table, _DEMONSTRATION)
        known = await portfolio.overview(uow)
        fresh = {
            each.issuer_sha256
            for each in known.freshness
            if each.crl is not None and not each.crl.lapsed(uow.now + _AHEAD)
        }
        for issuer in demonstration.trust.issuers():
            if issuer.sha256 not in fresh:
                before = held.newest_crl(issuer)
                der = demonstration.next_crl(issuer, before.der if before else None)
                await portfolio.import_crl(uow, f"{issuer.subject_text}.crl", der)
        terms = profiles.active().at(uow.now.astimezone(VN).date())
        await result.bring_seals(uow, [unit.code for unit in terms.units], demonstration.seals)
        centres = [unit.code for unit in terms.units if unit.kind == "centre"]
        await result.bring_seals(uow, centres, (centre,))
