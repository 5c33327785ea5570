"""Makes the receipt, signs it with the receiver's key, keeps it. Repeatable: a crash leaves nothing behind (DOS-04)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import structlog

from hub import catalog, profiles, vault
from hub.dossier import reading, repository
from hub.dossier.events import ReceiptIssued
from hub.dossier.model import Dossier
from hub.dossier.receipt.receipt import Paper, ReceiptData, receiver_place, render_receipt
from hub.kernel import seals
from hub.kernel.actor import system
from hub.kernel.clock import VN
from hub.kernel.db import Database, UnitOfWork
from hub.kernel.jobs import Job
from hub.kernel.signatures import Checker
from schemas.messages.dossier import ReturnWay
from signing import Look, Policy, Report, SigningKey, Timestamper, seal_pdf

log = structlog.get_logger(__name__)
_MAKER = system("receipt")
_GRACE = timedelta(seconds=5)
PATIENCE = 10.0
"""Seconds: an authority of the public sector was seen to take from 2 to 131 (SIGNING §5)."""
_WAYS = {
    ReturnWay.COUNTER: "Bộ phận Tiếp nhận và Trả kết quả",
    ReturnWay.ONLINE: "Kho dữ liệu điện tử của tổ chức, cá nhân",
    ReturnWay.POSTAL: "Địa chỉ đã đăng ký, qua dịch vụ bưu chính công ích",
}


class Stationery(msgspec.Struct, frozen=True):
    """What the receipt needs besides the dossier: where its QR leads, whose key signs, a font that knows Vietnamese."""

    hub_url: str
    key: SigningKey
    tsa: Timestamper
    font: Path
    checker: Checker


async def issue(db: Database, dossier_id: UUID, paper: Stationery) -> UUID | None:
    """The receipt's vault entry; None when there is one already or the dossier is not accepted. Raises NotNow."""
    async with db.read() as uow:
        story = await reading.story(uow, dossier_id)
        procedure = await catalog.procedure(uow, story.dossier.procedure_code, version=story.dossier.procedure_version)
    dossier = story.dossier
    if dossier.received_at is None or dossier.receipt_entry is not None:
        return None
    data = _data(story, reading.limit_of(procedure, dossier.channel).text, paper.hub_url)
    document = await render_receipt(data)
    place = receiver_place(document)
    look = Look.officer(paper.font, box=place.box, page=place.page)
    with seals.answering():
        pdf = await seal_pdf(document.pdf, paper.key, look, tsa=paper.tsa, at=db.now())
    report = await paper.checker.check(pdf, db.now(), policy=Policy.OWN)
    async with db.begin(_MAKER) as uow:
        return await _keep(uow, dossier, pdf, report)


async def issue_at_once(db: Database, dossier_id: UUID, paper: Stationery) -> None:
    """For whoever has just accepted it: no longer than PATIENCE. The worker makes a receipt that is missing."""
    try:
        async with asyncio.timeout(PATIENCE):
            await issue(db, dossier_id, paper)
    except (seals.NotNow, TimeoutError) as late:
        log.warning("receipt.later", dossier=str(dossier_id), why=str(late))


async def _keep(uow: UnitOfWork, dossier: Dossier, pdf: bytes, report: Report) -> UUID | None:
    entry = await vault.store(
        uow,
        pdf,
        owner_id=dossier.owner_id,
        kind=vault.Kind.RECEIPT,
        name=f"Giấy tiếp nhận {dossier.code}.pdf",
        media_type="application/pdf",
        dossier_id=dossier.id,
    )
    await vault.keep_report(uow, entry.id, report, occasion=vault.Occasion.SEALING)
    if not await repository.set_receipt(uow.conn, dossier.id, entry.id):
        return None
    code = dossier.code or dossier.reference
    await uow.emit(ReceiptIssued(dossier_id=dossier.id, code=code, entry_id=entry.id, owner_id=dossier.owner_id))
    return entry.id


def _data(story: reading.Story, time_limit: str, hub_url: str) -> ReceiptData:
    dossier = story.dossier
    assert dossier.received_at is not None
    assert dossier.due_at is not None
    assert dossier.code is not None
    terms = profiles.active().at(dossier.received_at.astimezone(VN).date())
    unit = terms.unit(dossier.agency_code)
    applicant = dossier.applicant
    return ReceiptData(
        number=f"{dossier.code.rsplit('-', 1)[-1]}/TTPVHCC",
        code=dossier.code,
        lookup_url=f"{hub_url}/tra-cuu/{dossier.code}",
        upper_office=terms.names.committee,
        office=dossier.agency_name,
        office_phone=(unit.phone if unit else "") or terms.contact.phone,
        place=terms.names.place,
        issued_at=dossier.received_at,
        applicant=applicant.name,
        address=applicant.address,
        phone=applicant.phone,
        email=applicant.email,
        request=dossier.summary,
        components=tuple(
            Paper(name=c.name, originals=c.originals, copies=c.copies, electronic=True) for c in story.components
        ),
        time_limit=time_limit,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        return_place=_WAYS[dossier.return_way],
        receiver=dossier.receiver_name,
        copies=terms.forms.receipt_copies,
        form_basis=f"{terms.forms.receipt}, {terms.forms.set}",
    )


def jobs(db: Database, paper: Stationery) -> dict[str, Job]:
    """The sweep that makes receipts which a crash has left out."""

    async def sweep(uow: UnitOfWork, _: str) -> None:
        for dossier_id in await repository.without_receipt(uow.conn, uow.now - _GRACE):
            try:
                await issue(db, dossier_id, paper)
            except seals.NotNow:  # every other one would wait for the same
                return

    return {"receipts": Job(every=30, run=sweep)}
