"""The counter officer's side: accept, ask, refuse, hand over, return."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub import catalog, payment, profiles, workflow
from hub.dossier import numbering, repository
from hub.dossier.errors import not_withdrawing, reason_needed
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.model import Dossier
from hub.dossier.reading import limit_of
from hub.dossier.writing import move
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.ids import uuid7
from hub.kernel.text import nfc
from schemas.messages.dossier import Status

AT_COUNTER = "Trả kết quả tại Bộ phận Một cửa"


async def accept(uow: UnitOfWork, dossier_id: UUID) -> Dossier:
    """Take in: code, clock, due date, status 2 (DOS-01, DOS-02, DOS-12). The receipt follows: `receipt.issue`."""
    dossier = await repository.get(uow.conn, dossier_id)
    change = transition(
        dossier, Trigger.ACCEPT, at=uow.now, cause="Hồ sơ đầy đủ, hợp lệ; đã tiếp nhận",
        receiver_id=uow.actor.id, receiver_name=uow.actor.name, received_at=uow.now,
    )  # fmt: skip
    if dossier.code is None:
        change.columns["code"] = await numbering.next_code(uow, dossier.agency_code)
    procedure = await catalog.procedure(uow, dossier.procedure_code, version=dossier.procedure_version)
    terms = profiles.active().at(uow.now.astimezone(VN).date())
    limit = limit_of(procedure, dossier.channel)
    budget = workflow.processing_budget(terms, limit.amount, limit.unit, limit.text)
    await workflow.start_clock(uow, dossier.id, budget, at=uow.now)
    change.columns["due_at"] = (await workflow.due(uow, dossier.id)).at
    return await move(uow, change)


async def request_supplement(uow: UnitOfWork, dossier_id: UUID, *, reason: str, papers: list[str]) -> Dossier:
    """One full, specific guidance before acceptance (DOS-07)."""
    dossier = await repository.get(uow.conn, dossier_id)
    return await ask_to_supplement(uow, dossier, reason=reason, papers=papers, at=uow.now, pauses=True)


async def refuse(uow: UnitOfWork, dossier_id: UUID, *, reason: str) -> Dossier:
    """Not taken in, with written reasons (DOS-14)."""
    dossier = await repository.get(uow.conn, dossier_id)
    return await move(uow, transition(dossier, Trigger.REFUSE, at=uow.now, cause=_needed(reason), refused_at=uow.now))


async def hand_over(uow: UnitOfWork, dossier_id: UUID) -> Dossier:
    """To the department that decides, or to its sector system (DOS-13)."""
    dossier = await repository.get(uow.conn, dossier_id)
    cause = f"Chuyển {dossier.unit_name} giải quyết"
    return await move(uow, transition(dossier, Trigger.HAND_OVER, at=uow.now, cause=cause))


async def require_payment(uow: UnitOfWork, dossier_id: UUID, *, items: tuple[payment.Item, ...]) -> Dossier:
    """The advance fee of the procedure is due before acceptance (DOS-08)."""
    dossier = await repository.get(uow.conn, dossier_id)
    return await ask_to_pay(uow, dossier, items=items, at=uow.now, cause="Nộp phí, lệ phí trước khi tiếp nhận")


async def return_result(uow: UnitOfWork, dossier_id: UUID, *, at: datetime, cause: str) -> Dossier:
    """In the citizen's hands, at the real time (DOS-19)."""
    dossier = await repository.get(uow.conn, dossier_id)
    return await move(uow, transition(dossier, Trigger.RETURN, at=at, cause=cause, returned_at=at))


async def agree_withdrawal(uow: UnitOfWork, dossier_id: UUID, *, note: str = "") -> Dossier:
    """The dossier ends as its owner asked (DOS-17): status 8, clock and steps ended, the citizen's reason kept."""
    dossier = await repository.get(uow.conn, dossier_id)
    if dossier.status is not Status.WITHDRAWAL_REQUESTED:
        raise not_withdrawing()
    asked = (await repository.log(uow.conn, dossier_id))[-1].cause
    said = nfc(note).strip()
    cause = f"Công dân rút hồ sơ: {asked}" + (f". {said}" if said else "")
    if dossier.accepted:
        await workflow.stop(uow, dossier.id, at=uow.now, cause="Công dân rút hồ sơ")
    return await move(uow, transition(dossier, Trigger.STOP, at=uow.now, cause=cause))


async def ask_to_supplement(
    uow: UnitOfWork, dossier: Dossier, *, reason: str, papers: list[str], at: datetime, pauses: bool, unit: str = ""
) -> Dossier:
    """Status 5: the request is kept, the clock stands still while the citizen has the ball.

    `unit`: the department in whose name it is asked; the actor's own when it is not named.
    """
    change = transition(dossier, Trigger.REQUEST_SUPPLEMENT, at=at, cause=_needed(reason), unit=unit)
    named = [nfc(paper) for paper in papers]
    by = msgspec.structs.replace(uow.actor, unit=unit or uow.actor.unit)
    await repository.open_supplement(uow.conn, uuid7(), dossier, by, change.cause, named, at)
    if pauses and dossier.accepted:
        await workflow.pause(uow, dossier.id, at=at, cause="Chờ công dân bổ sung giấy tờ")
    return await move(uow, change)


async def ask_to_pay(
    uow: UnitOfWork, dossier: Dossier, *, items: tuple[payment.Item, ...], at: datetime, cause: str
) -> Dossier:
    """Status 6: an obligation is opened, the clock stands still."""
    change = transition(dossier, Trigger.REQUIRE_PAYMENT, at=at, cause=cause)
    await _owe(uow, dossier, items)
    if dossier.accepted:
        await workflow.pause(uow, dossier.id, at=at, cause="Chờ công dân thực hiện nghĩa vụ tài chính")
    return await move(uow, change)


def _needed(reason: str) -> str:
    text = nfc(reason).strip()
    if not text:
        raise reason_needed()
    return text


async def _owe(uow: UnitOfWork, dossier: Dossier, items: tuple[payment.Item, ...]) -> None:
    account = profiles.active().at(uow.now.astimezone(VN).date()).money.account
    applicant = dossier.applicant
    await payment.require(
        uow,
        dossier_id=dossier.id,
        dossier_code=dossier.lane,
        owner_id=dossier.owner_id,
        items=items,
        procedure_code=dossier.procedure_code,
        procedure_name=dossier.procedure_name,
        agency_code=dossier.agency_code,
        agency_name=dossier.agency_name,
        payer=payment.Payer(name=applicant.name, id_number=applicant.id_number, address=applicant.address),
        beneficiary=payment.Beneficiary(account=account.number, bank_code=account.bank, name=account.name),
    )
