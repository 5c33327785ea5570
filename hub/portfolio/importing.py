"""CRLs and OCSP answers, taken over out of band: verified once, an older one refused, its consequences looked at."""

from datetime import datetime

from hub.kernel.db import UnitOfWork
from hub.portfolio import errors, repository
from hub.portfolio.believed import load
from hub.portfolio.model import Cause, Imported, Run
from hub.portfolio.rounds import begin
from signing import Cert, OlderRevocation, TrustError, TrustStore
from signing.dependence import changed_by_crl, serial_key, waiting_key
from signing.revocation import Crl, OcspAnswer


async def import_crl(uow: UnitOfWork, name: str, der: bytes) -> Run | None:
    """Documents with a certificate whose status it changes are verified again. None: it was there already.

    Raises Invalid, and Conflict for a number that is not newer.
    """
    await repository.lock_state(uow.conn)
    store, _ = await load(uow)
    issuer, before = _stand(store, name, der)
    try:
        crl = store.import_crl(der, uow.now)
    except OlderRevocation as error:
        raise errors.older_revocation(name, str(error)) from error
    except TrustError as error:
        raise errors.not_revocation(name, str(error)) from error
    new = Imported(
        kind="crl",
        sha256=crl.sha256,
        issuer_sha256=issuer.sha256,
        issuer=issuer.subject_text,
        number=crl.number,
        this_update=crl.this_update,
        next_update=crl.next_update,
        entries=len(crl.entries()),
        imported_at=uow.now,
        imported_by=uow.actor.name,
    )
    return await _keep(uow, new, der, Cause.CRL, changed_by_crl(issuer.sha256, before, crl))


def _stand(store: TrustStore, name: str, der: bytes) -> tuple[Cert, Crl | None]:
    """Who signed it, and what that CA said before."""
    try:
        crl = Crl(der)
    except (ValueError, TypeError) as error:
        raise errors.not_revocation(name, "không đọc được như CRL (DER)") from error
    issuer = next((cert for cert in store.issuers() if crl.signed_by(cert)), None)
    if issuer is None:
        raise errors.not_revocation(name, "không do CA nào trong các danh sách tin cậy ký")
    return issuer, store.revocation.newest_crl(issuer)


async def import_ocsp(uow: UnitOfWork, name: str, der: bytes) -> Run | None:
    """Documents with a certificate that it speaks of are verified again. Raises Invalid, Conflict."""
    await repository.lock_state(uow.conn)
    store, _ = await load(uow)
    try:
        store.import_ocsp(der, uow.now)
    except OlderRevocation as error:
        raise errors.older_revocation(name, str(error)) from error
    except TrustError as error:
        raise errors.not_revocation(name, str(error)) from error
    answer = OcspAnswer(der)
    issuer = next(cert for cert in store.issuers() if answer.signer(cert) is not None)
    spoken = answer.singles
    upcoming: list[datetime] = [s.next_update_utc for s in spoken if s.next_update_utc is not None]
    new = Imported(
        kind="ocsp",
        sha256=answer.sha256,
        issuer_sha256=issuer.sha256,
        issuer=issuer.subject_text,
        number=None,
        this_update=max(s.this_update_utc for s in spoken),
        next_update=min(upcoming, default=None),
        entries=len(spoken),
        imported_at=uow.now,
        imported_by=uow.actor.name,
    )
    keys = (waiting_key(issuer.sha256), *(serial_key(issuer.sha256, s.serial_number) for s in spoken))
    return await _keep(uow, new, der, Cause.OCSP, keys)


async def _keep(uow: UnitOfWork, new: Imported, der: bytes, cause: Cause, keys: tuple[str, ...]) -> Run | None:
    if not await repository.add_revocation(uow.conn, new, der):
        return None
    await repository.grow(uow.conn, lists=False)
    await uow.audit(f"trust:{new.kind}:import", new.issuer, {"sha256": new.sha256, "entries": new.entries})
    return await begin(uow, cause, new.issuer, keys)
