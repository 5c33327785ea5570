"""What the citizen is told at each step, once, in plain words (DOS-06, DOS-07)."""

from datetime import datetime

from hub import notification, workflow
from hub.dossier import repository
from hub.dossier.events import DossierFact
from hub.dossier.model import Dossier
from hub.kernel.clock import VN
from hub.kernel.db import UnitOfWork

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def spoken(at: datetime | None) -> str:
    """`16:30, thứ Sáu 04/12/2026`."""
    if at is None:
        return ""
    local = at.astimezone(VN)
    return f"{local:%H:%M}, {_WEEKDAYS[local.weekday()]} {local:%d/%m/%Y}"


async def submitted(uow: UnitOfWork, fact: DossierFact) -> None:
    """SUB-05: an acknowledgement with the time at the latest, not an acceptance."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await _tell(
        uow, fact, dossier, "Đã nhận hồ sơ của bạn",
        f"Hồ sơ «{dossier.procedure_name}» đã gửi thành công lúc {spoken(fact.at)}. Cán bộ sẽ kiểm tra và trả lời "
        f"chậm nhất {spoken(dossier.ack_due_at)}. Mã tra cứu: {dossier.code or dossier.reference}.",
    )  # fmt: skip


async def accepted(uow: UnitOfWork, fact: DossierFact) -> None:
    """DOS-06."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await _tell(
        uow, fact, dossier, "Hồ sơ đã được tiếp nhận",
        f"Mã hồ sơ {dossier.code}. Hẹn trả kết quả: {spoken(dossier.due_at)}. "
        "Giấy tiếp nhận có chữ ký số nằm trong trang hồ sơ của bạn.",
    )  # fmt: skip


async def refused(uow: UnitOfWork, fact: DossierFact) -> None:
    """DOS-14."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await _tell(uow, fact, dossier, "Hồ sơ chưa được tiếp nhận", f"Lý do: {fact.cause}")


async def supplement_requested(uow: UnitOfWork, fact: DossierFact) -> None:
    """DOS-07: once, and all of it."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    rounds = await repository.supplements(uow.conn, dossier.id)
    papers = "; ".join(rounds[-1].papers)
    wanted = f" Giấy tờ cần gửi: {papers}." if papers else ""
    await _tell(
        uow, fact, dossier, "Hồ sơ cần bạn bổ sung",
        f"{fact.cause}.{wanted} Thời gian chờ bạn bổ sung không tính vào thời hạn của cơ quan.",
    )  # fmt: skip


async def supplemented(uow: UnitOfWork, fact: DossierFact) -> None:
    """The new date, and why."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    due = f" Hẹn trả kết quả mới: {spoken(dossier.due_at)}." if dossier.due_at else ""
    await _tell(uow, fact, dossier, "Đã nhận giấy tờ bổ sung", f"Cảm ơn bạn. Hồ sơ được giải quyết tiếp.{due}")


async def payment_required(uow: UnitOfWork, fact: DossierFact) -> None:
    """PAY-02."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await _tell(
        uow, fact, dossier, "Hồ sơ cần bạn nộp phí, lệ phí",
        f"{fact.cause}. Bạn có thể nộp trực tuyến ngay trong trang hồ sơ; thời gian chờ không tính vào thời hạn.",
    )  # fmt: skip


async def payment_met(uow: UnitOfWork, fact: DossierFact) -> None:
    """PAY-04."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await _tell(uow, fact, dossier, "Đã nhận tiền của bạn", f"{fact.cause}. Chứng từ có chữ ký số sẽ vào kho của bạn.")


async def resolved(uow: UnitOfWork, fact: DossierFact) -> None:
    """RES-03."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await _tell(
        uow, fact, dossier, "Hồ sơ đã có kết quả",
        "Kết quả có chữ ký số đã vào kho dữ liệu của bạn, có giá trị như bản giấy. Bạn có thể tải về bất cứ lúc nào.",
    )  # fmt: skip


async def returned(uow: UnitOfWork, fact: DossierFact) -> None:
    """DOS-19."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await _tell(uow, fact, dossier, "Kết quả đã đến tay bạn", f"{fact.cause} lúc {spoken(fact.at)}.")


async def stopped(uow: UnitOfWork, fact: DossierFact) -> None:
    """DOS-17."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await _tell(uow, fact, dossier, "Hồ sơ đã dừng giải quyết", f"Lý do: {fact.cause}")


async def redated(uow: UnitOfWork, fact: workflow.DueMoved) -> None:
    """DOS-15: the new date and why, by the same channels."""
    dossier = await repository.get(uow.conn, fact.dossier_id)
    await notification.tell(
        uow,
        person_id=dossier.owner_id,
        email=dossier.applicant.email,
        phone=dossier.applicant.phone,
        key=f"dossier:{dossier.id}:due:{fact.after.isoformat()}",
        title="Ngày hẹn trả kết quả thay đổi",
        text=f"Hẹn trả mới: {spoken(fact.after)} (trước đây: {spoken(fact.before)}). Lý do: {fact.why}.\n"
        f"Hồ sơ: {dossier.procedure_name} — {dossier.code or dossier.reference}",
        link=f"/ho-so/{dossier.id}",
    )


async def _tell(uow: UnitOfWork, fact: DossierFact, dossier: Dossier, title: str, text: str) -> None:
    await notification.tell(
        uow,
        person_id=dossier.owner_id,
        email=dossier.applicant.email,
        phone=dossier.applicant.phone,
        key=f"dossier:{dossier.id}:{fact.revision}",
        title=title,
        text=f"{text}\nHồ sơ: {dossier.procedure_name} — {dossier.code or dossier.reference}",
        link=f"/ho-so/{dossier.id}",
    )
