"""What the department or its sector system does with a dossier: steps, supplement, fee, result."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub import payment, postal, result, workflow
from hub.dossier import reception, repository
from hub.dossier.competence import deciders
from hub.dossier.errors import from_the_future, result_needed, stale
from hub.dossier.lifecycle import Trigger, transition
from hub.dossier.model import Dossier
from hub.dossier.writing import move
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.signatures import Checker
from schemas.messages import sector
from schemas.messages.dossier import ReturnWay

_SKEW = timedelta(minutes=5)
"""How far a vendor's clock may be ahead of ours."""


async def progressed(uow: UnitOfWork, said: sector.Processing) -> None:
    """An inner step of the sector system; the status stays 4 (DOS-18, DOS-20)."""
    dossier = await _current(uow, said.dossier_code, said.at)
    cause = f"{said.content} ({said.officer})" if said.officer else said.content
    await move(uow, transition(dossier, Trigger.PROGRESS, at=said.at, cause=cause, unit=dossier.unit_name))


async def supplement_wanted(uow: UnitOfWork, said: sector.SupplementWanted) -> None:
    """The vendor needs more papers: status 5, clock suspended, the citizen told once and fully (DOS-11)."""
    dossier = await _current(uow, said.dossier_code, said.at)
    await reception.ask_to_supplement(
        uow, dossier, reason=said.reason, papers=list(said.papers), at=said.at, pauses=said.pauses_clock
    )


async def resumed(uow: UnitOfWork, said: sector.Resumed) -> None:
    """The vendor confirms that it has the supplement; the hub resumed the clock when the citizen sent it."""
    dossier = await _current(uow, said.dossier_code, said.at)
    cause = "Cơ quan chuyên ngành đã nhận giấy tờ bổ sung"
    await move(uow, transition(dossier, Trigger.PROGRESS, at=said.at, cause=cause, unit=dossier.unit_name))


async def fee_raised(uow: UnitOfWork, said: sector.FeeRaised) -> None:
    """Money is due before work goes on: status 6 (PAY-01, PAY-02)."""
    dossier = await _current(uow, said.dossier_code, said.at)
    item = payment.Item(code=said.notice_number, name=said.name, amount=said.amount)
    await reception.ask_to_pay(
        uow, dossier, items=(item,), at=said.at, cause=f"{said.name} theo thông báo {said.notice_number}"
    )


async def concluded(uow: UnitOfWork, said: sector.Concluded, *, checker: Checker) -> None:
    """The result is there. Each file's signature is verified before anything is stored or told (RES-01)."""
    dossier = await _current(uow, said.dossier_code, said.at)
    if not said.files:
        raise result_needed(said.dossier_code)
    outcome = "Đã có kết quả" if said.approved else "Có văn bản trả lời không giải quyết"
    files = [(file.name, file.content) for file in said.files]
    await resolve(uow, dossier, at=said.at, cause=said.note or outcome, files=files, checker=checker)


async def resolve(
    uow: UnitOfWork,
    dossier: Dossier,
    *,
    at: datetime,
    cause: str,
    files: Sequence[tuple[str, bytes]],
    checker: Checker,
) -> Dossier:
    """Status 9 with verified results, each a name and its PDF; the clock stops, the return way begins (RES-03).

    Raises `result.…` Invalid; nothing is stored or told then.
    """
    change = transition(dossier, Trigger.RESOLVE, at=at, cause=cause, unit=dossier.unit_name, resolved_at=at)
    await result.receive(
        uow,
        dossier_id=dossier.id,
        dossier_code=dossier.lane,
        owner_id=dossier.owner_id,
        files=tuple(result.Delivered(name=name, content=content) for name, content in files),
        checker=checker,
        deciders=deciders(dossier.unit_id, uow.now.astimezone(VN).date()),
        unit_name=dossier.unit_name,
    )
    await workflow.stop(uow, dossier.id, at=at)
    resolved = await move(uow, change)
    if resolved.return_way is ReturnWay.POSTAL:
        await _send_by_post(uow, resolved)
    return resolved


async def _send_by_post(uow: UnitOfWork, dossier: Dossier) -> None:
    """POST-01, POST-04."""
    to = dossier.return_address
    applicant = dossier.applicant
    await postal.order_return(
        uow,
        dossier_id=dossier.id,
        dossier_code=dossier.lane,
        receiver=postal.Person(
            name=to.name if to else applicant.name,
            phone=to.phone if to else applicant.phone,
            address=to.address if to else applicant.address,
            province_code=(to.province_code if to else applicant.province_code) or "91",
            email=applicant.email,
        ),
        content=f"Kết quả hồ sơ {dossier.lane}",
    )


async def _current(uow: UnitOfWork, code: str, at: datetime) -> Dossier:
    """The dossier, if this news is not older than the latest step: order arbitration (INT-10)."""
    dossier = await repository.by_code(uow.conn, code)
    if at > uow.now + _SKEW:
        raise from_the_future(code, _spoken(at))
    last = (await repository.log(uow.conn, dossier.id))[-1]
    if last.actor_id == uow.actor.id and at < last.at:
        raise stale(code, _spoken(at), _spoken(last.at))
    return dossier


def _spoken(at: datetime) -> str:
    return at.astimezone(VN).strftime("%H:%M:%S %d/%m/%Y")
