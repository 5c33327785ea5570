"""Who is told that long-term data could not be renewed, once each time that the end has come nearer (RES-05, RES-08).

A renewal that goes well disturbs nobody: the holder sees it in the vault. Officers and operators hear of trouble when
it begins; the holder only when it may touch them, and then also that it is over.
"""

from datetime import datetime, timedelta

from hub import identity, notification
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork
from hub.kernel.jobs import Job
from hub.portfolio import renewal_repository as repository
from hub.portfolio.model import Nearness, Renewal, Troubles

BATCH = 500
"""Documents told of in one transaction; the officers' one message of the day counts them all."""
MONTH, WEEK = timedelta(days=30), timedelta(days=7)
_TITLES = {
    Nearness.BEGAN: "{n} văn bản chưa gia hạn được dữ liệu dài hạn",
    Nearness.MONTH: "{n} văn bản chưa gia hạn được, có văn bản còn không quá 30 ngày",
    Nearness.WEEK: "{n} văn bản chưa gia hạn được, có văn bản còn không quá 7 ngày",
    Nearness.LAPSED: "{n} văn bản chưa gia hạn được, có văn bản đã hết dữ liệu dài hạn",
}


async def tell(uow: UnitOfWork, _: str = "") -> None:
    """Everybody who is concerned by what is nearer to its end than was last told."""
    near = await repository.nearer(uow.conn, uow.now, week=uow.now + WEEK, month=uow.now + MONTH, limit=BATCH)
    for each in near:
        if each.told >= Nearness.MONTH:
            await _holder(uow, each)
    for code in sorted({each.agency_code for each in near} - {""}):
        nearest = max(each.told for each in near if each.agency_code == code)
        owners = await identity.acting_for(uow, code, {identity.Role.LEADER, identity.Role.CLERK})
        await _officers(uow, owners, code, nearest)
    if near:
        await _officers(uow, await _operators(uow), "", max(each.told for each in near))


async def _operators(uow: UnitOfWork) -> tuple[identity.Officer, ...]:
    found = {
        officer.id: officer
        for agency in await identity.agencies(uow)
        for officer in await identity.acting_for(uow, agency.code, {identity.Role.OPERATOR})
    }
    return tuple(found.values())


async def _officers(
    uow: UnitOfWork, officers: tuple[identity.Officer, ...], agency_code: str, nearest: Nearness
) -> None:
    """One message a day and nearness, whatever the number of documents."""
    troubles = await repository.troubles(uow.conn, agency_code)
    for officer in officers:
        await notification.tell(
            uow,
            person_id=officer.id,
            email="",
            phone="",
            key=f"renewals:{agency_code}:{int(nearest)}:{_day(uow.now)}:{officer.id}",
            title=_TITLES[nearest].format(n=troubles.number),
            text=_to_do(troubles, agency_code),
            link="/ket-luan-thay-doi",
        )


def _to_do(troubles: Troubles, agency_code: str) -> str:
    first = f"Văn bản sớm nhất còn dữ liệu dài hạn đến ngày {_day(troubles.first)}." if troubles.first else ""
    todo = (
        "Hãy mở danh sách: văn bản có chữ ký không còn hợp lệ thì ký lại hoặc thay thế; việc khác người vận hành đã được báo."
        if agency_code
        else "Hãy mở danh sách, xem nguyên nhân của từng văn bản và kiểm tra dịch vụ dấu thời gian, chứng thư của nó và CRL."
    )
    return f"{first} Hệ thống thử lại mỗi ngày. {todo}".strip()


async def _holder(uow: UnitOfWork, it: Renewal) -> None:
    """The owner of the document, when they have an account here."""
    if it.told == Nearness.LAPSED:
        await _to_holder(
            uow,
            it,
            "lapsed",
            f"Dữ liệu xác minh dài hạn của «{it.document}» đã hết hạn",
            f"Dấu thời gian bảo đảm cho văn bản có giá trị đến ngày {_day(it.lapses_at)} và chưa gia hạn được. Nội dung văn "
            "bản không thay đổi, nhưng từ nay người kiểm tra chữ ký số có thể thấy kết luận «chưa xác định». Nếu cần dùng "
            "văn bản, hãy đề nghị cơ quan đã ban hành ký lại; cơ quan đó đã được báo.",
        )
    else:
        await _to_holder(
            uow,
            it,
            "soon",
            f"Dữ liệu xác minh dài hạn của «{it.document}» sắp hết hạn",
            f"Dấu thời gian bảo đảm cho văn bản có giá trị đến ngày {_day(it.lapses_at)}. Cổng chưa gia hạn được và thử lại "
            "mỗi ngày; cơ quan đã ban hành văn bản đã được báo. Đến ngày đó văn bản vẫn kiểm tra được như thường và bạn "
            "chưa phải làm gì; khi gia hạn được, Cổng sẽ báo bạn.",
        )


async def relieve(uow: UnitOfWork, it: Renewal) -> None:
    """The holder, who had been told that it might lapse: it is renewed."""
    until = _day(it.holds_until) if it.holds_until else ""
    await _to_holder(
        uow,
        it,
        "renewed",
        f"Dữ liệu xác minh dài hạn của «{it.document}» đã được gia hạn",
        f"Văn bản kiểm tra được như trước, đến ngày {until}. Chữ ký và nội dung giữ nguyên; bạn không phải làm gì.",
    )


async def _to_holder(uow: UnitOfWork, it: Renewal, what: str, title: str, text: str) -> None:
    try:
        person = await identity.citizen(uow, it.owner_id)
    except identity.NoSuchAccount:
        return
    await notification.tell(
        uow,
        person_id=person.id,
        email=person.email,
        phone=person.phone,
        key=f"renewal:{it.entry_id}:{what}",
        title=title,
        text=text,
        link=f"/ho-so/{it.dossier_id}" if it.dossier_id else "/kho-du-lieu",
    )


def _day(moment: datetime) -> str:
    return moment.astimezone(VN).strftime("%d/%m/%Y")


JOBS = {"renewals-told": Job(every=600, run=tell)}
