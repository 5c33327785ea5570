"""Copies that the agency answers for: paper results digitised (RES-07), electronic originals copied (SUB-02)."""

import secrets
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec

from hub import identity, profiles, result, vault
from hub.kernel import seals
from hub.kernel.actor import Actor
from hub.kernel.clock import VN
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.signatures import Checker
from hub.kernel.text import nfc
from hub.sealing import copy_repository, errors
from hub.sealing.events import CopyMade
from hub.sealing.extract import ExtractData, render_extract
from hub.sealing.model import Copy, CopyKind, Paper
from hub.sealing.scan import Scan, look_at
from signing import Level, Look, Policy, SigningKey, Timestamper, seal_pdf

_LETTERS = {CopyKind.DIGITISED: "SH", CopyKind.EXTRACT: "BSĐT"}


class CopyDesk(msgspec.Struct, frozen=True):
    """Whose signatures make a copy count, and where it is checked. `verify_at` ends with a slash."""

    officer: SigningKey
    agency: SigningKey
    tsa: Timestamper
    font: Path
    checker: Checker
    verify_at: str


class Case(msgspec.Struct, frozen=True):
    """The dossier whose result lies on paper; `agency_*`: who digitises it and seals the copy (RES-07)."""

    id: UUID
    code: str
    owner_id: UUID
    agency_code: str
    agency_name: str


async def digitise(
    db: Database, desk: CopyDesk, actor: Actor, paper: Paper, scan: bytes, *, owner_number: str = "", case: Case | None
) -> tuple[Copy, Scan]:
    """The scan of a paper result, signed by the officer who compared it and by the agency, in the owner's vault.

    With a dossier it becomes that dossier's result `…-KQn`; without one `owner_number` (a personal number) says whose
    it is. The scan was inspected as an upload before. Raises Invalid: unreadable, pages missing, not declared, nobody.
    """
    found = _checked(paper, scan)
    owner_id = case.owner_id if case else await _owner(db, owner_number)
    sealed = await _signed_twice(desk, scan, actor, db)
    async with db.begin(actor) as uow:
        number = await _number(uow, CopyKind.DIGITISED)
        name = f"{nfc(paper.name).strip()} (bản số hóa).pdf"
        entry_id, code = await _keep(uow, desk, sealed, name, owner_id, case)
        copy = Copy(
            id=uuid7(),
            kind=CopyKind.DIGITISED,
            code=number,
            token=secrets.token_urlsafe(24),
            entry_id=entry_id,
            sha256=sha256(sealed).hexdigest(),
            owner_id=owner_id,
            dossier_id=case.id if case else None,
            original_code=code,
            source_sha256=sha256(scan).hexdigest(),
            name=nfc(paper.name).strip(),
            symbol=nfc(paper.symbol).strip(),
            issued_on=paper.issued_on,
            authority=nfc(paper.authority).strip(),
            signer=nfc(paper.signer).strip(),
            pages=found.pages,
            dpi=found.dpi,
            made_at=uow.now,
            made_by_id=actor.id,
            made_by=actor.name,
            unit=actor.unit,
        )
        return await _recorded(uow, copy), found


def _checked(paper: Paper, scan: bytes) -> Scan:
    for field in ("name", "symbol", "authority", "signer"):
        if not getattr(paper, field).strip():
            raise errors.incomplete(field)
    if paper.issued_on is None:
        raise errors.incomplete("issued_on")
    found = look_at(scan)
    if found.pages != paper.pages:
        raise errors.pages_differ(paper.pages, found.pages)
    if not paper.declared:
        raise errors.not_declared()
    return found


async def _owner(db: Database, number: str) -> UUID:
    async with db.read() as uow:
        citizen = await identity.citizen_by_number(uow, number.strip())
    if citizen is None:
        raise errors.nobody()
    return citizen.id


async def _signed_twice(desk: CopyDesk, scan: bytes, actor: Actor, db: Database) -> bytes:
    """The officer's signature says who compared; the agency's is seen, in the upper right corner of page 1 (NĐ 30)."""
    compared = Look.invisible(field="NguoiDoiChieu", reason=f"Đã đối chiếu khớp với bản giấy: {actor.name}")
    at = db.now()
    with seals.answering():
        sealed = await seal_pdf(scan, desk.officer, compared, tsa=desk.tsa, level=Level.B_T, at=at)
        return await seal_pdf(sealed, desk.agency, Look.digitised(desk.font), tsa=desk.tsa, level=Level.B_T, at=at)


async def _keep(
    uow: UnitOfWork, desk: CopyDesk, sealed: bytes, name: str, owner_id: UUID, case: Case | None
) -> tuple[UUID, str]:
    """The entry, and the result code of a dossier."""
    if case is not None:
        (kept,) = await result.receive(
            uow,
            dossier_id=case.id,
            dossier_code=case.code,
            owner_id=owner_id,
            files=(result.Delivered(name=name, content=sealed),),
            checker=desk.checker,
            deciders=(case.agency_code,),
            unit_name=case.agency_name,
        )
        return kept.entry_id, kept.code
    return (await _store(uow, desk, sealed, name, owner_id, None)).id, ""


async def _store(
    uow: UnitOfWork, desk: CopyDesk, data: bytes, name: str, owner_id: UUID, dossier_id: UUID | None
) -> vault.Entry:
    """With its report, so that it is verified again and renewed like everything that is kept."""
    entry = await vault.store(
        uow,
        data,
        owner_id=owner_id,
        kind=vault.Kind.RESULT,
        name=vault.safe_name(name),
        media_type="application/pdf",
        retention=vault.Retention.PERMANENT,
        dossier_id=dossier_id,
    )
    report = await desk.checker.check(data, uow.now, policy=Policy.OWN)
    await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.SEALING)
    return entry


async def extract(db: Database, desk: CopyDesk, actor: Actor, code: str) -> Copy:
    """A certified electronic copy of a result that counts. Raises NotFound; Conflict for what was replaced or revoked."""
    async with db.begin(actor) as uow:
        original = await result.by_code(uow, code.strip())
        if original.status is not result.Status.ISSUED:
            raise errors.counts_no_more(original.code)
        content = await vault.read(uow, original.entry_id, purpose="cấp bản sao điện tử")
        number = await _number(uow, CopyKind.EXTRACT)
        token = secrets.token_urlsafe(24)
        before = await copy_repository.one(uow.conn, entry_id=original.entry_id)
        data = _words(uow, desk, original, before, number=number, token=token)
        document = await render_extract(data, content)
        place = document.places["seal"]
        look = Look.digitised(desk.font, box=place.box, page=place.page)
        with seals.answering():
            sealed = await seal_pdf(
                document.pdf, desk.agency, look, tsa=desk.tsa, level=Level.B_T, certify=True, at=uow.now
            )
        name = f"{original.name.removesuffix('.pdf')} – bản sao điện tử {number}.pdf".replace("/", "-")
        entry = await _store(uow, desk, sealed, name, original.owner_id, original.dossier_id)
        copy = Copy(
            id=uuid7(),
            kind=CopyKind.EXTRACT,
            code=number,
            token=token,
            entry_id=entry.id,
            sha256=entry.sha256,
            owner_id=original.owner_id,
            dossier_id=original.dossier_id,
            original_code=original.code,
            source_sha256=original.sha256,
            name=original.name.removesuffix(".pdf"),
            symbol=data.symbol,
            issued_on=_signed_on(original, before),
            authority=data.authority,
            signer=data.signer,
            pages=document.pages,
            dpi=None,
            made_at=uow.now,
            made_by_id=actor.id,
            made_by=actor.name,
            unit=actor.unit,
        )
        return await _recorded(uow, copy)


def _words(
    uow: UnitOfWork, desk: CopyDesk, original: result.Result, before: Copy | None, *, number: str, token: str
) -> ExtractData:
    """Of a digitised original, what its paper says; of an electronic one, what its signatures say."""
    terms = profiles.active().at(uow.now.astimezone(VN).date())
    centre = next((unit for unit in terms.units if unit.kind == "centre"), None)
    signed = _signed_on(original, before)
    return ExtractData(
        office=centre.name if centre else terms.names.portal,
        number=number,
        original_code=original.code,
        sha256=original.sha256,
        symbol=before.symbol if before else original.name.removesuffix(".pdf"),
        authority=before.authority if before else original.organisation,
        signer=before.signer if before else original.signer,
        signed_on=f"{signed:%d/%m/%Y}" if signed else "",
        made_at=uow.now,
        made_by=uow.actor.name,
        verify_url=f"{desk.verify_at}{token}",
    )


def _signed_on(original: result.Result, before: Copy | None) -> date | None:
    if before is not None:
        return before.issued_on
    return original.signed_at.astimezone(VN).date() if original.signed_at else None


async def _number(uow: UnitOfWork, kind: CopyKind) -> str:
    year = uow.now.astimezone(VN).year
    return f"{await copy_repository.next_number(uow.conn, kind, year):06d}/{year}/{_LETTERS[kind]}"


async def _recorded(uow: UnitOfWork, copy: Copy) -> Copy:
    await copy_repository.add(uow.conn, copy)
    await uow.audit(f"sealing:copy:{copy.kind}", copy.code, {"sha256": copy.sha256, "source": copy.source_sha256})
    await uow.emit(
        CopyMade(
            kind=copy.kind.value,
            code=copy.code,
            original_code=copy.original_code,
            entry_id=copy.entry_id,
            owner_id=copy.owner_id,
            dossier_id=copy.dossier_id,
        )
    )
    return copy


async def copy_by_token(uow: UnitOfWork, token: str) -> Copy:
    """For the public page; raises NotFound. Who owns it is nobody's business."""
    found = await copy_repository.one(uow.conn, token=token)
    if found is None:
        raise errors.no_such_copy()
    return found


async def copy_of_entry(uow: UnitOfWork, entry_id: UUID) -> Copy | None:
    """Whether a stored document is a copy, and of what."""
    return await copy_repository.one(uow.conn, entry_id=entry_id)


async def copy_of_content(uow: UnitOfWork, data: bytes) -> Copy | None:
    """Whether a file that somebody hands in is a copy that we certified (SUB-02: evidence of a component).

    As it was made, or as it stands since its long-term data were renewed.
    """
    digest = sha256(data).hexdigest()
    found = await copy_repository.one(uow.conn, sha256=digest)
    for entry_id in () if found else await vault.begun_as(uow, digest):
        found = found or await copy_repository.one(uow.conn, entry_id=entry_id)
    return found


async def made_copy(uow: UnitOfWork, copy_id: UUID, officer_id: UUID) -> Copy:
    """A copy that this officer made; another's is not told apart from none."""
    found = await copy_repository.one(uow.conn, copy_id=copy_id)
    if found is None or found.made_by_id != str(officer_id):
        raise errors.no_such_copy()
    return found


async def copies_made_by(uow: UnitOfWork, officer_id: UUID, *, limit: int = 20) -> tuple[Copy, ...]:
    """Newest first."""
    return await copy_repository.made_by(uow.conn, str(officer_id), limit)
