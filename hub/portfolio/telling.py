"""Who is told that a verdict changed, in plain words: what changed, what it means for them, what to do."""

from hub import identity, notification, vault
from hub.kernel.db import UnitOfWork
from hub.portfolio.model import Cause, Run
from signing import Indication

_KINDS = {
    vault.Kind.RESULT: "Kết quả",
    vault.Kind.VOUCHER: "Chứng từ",
    vault.Kind.RECEIPT: "Giấy tiếp nhận",
    vault.Kind.COMPONENT: "Giấy tờ bạn đã nộp",
    vault.Kind.CONVERSION: "Bản giấy",
}
_TO_DO = {
    vault.Kind.RESULT: "Bạn chưa phải làm gì: cơ quan đã ban hành văn bản được báo cùng lúc và sẽ ký lại hoặc trả lời bạn. "
    "Nếu đang cần dùng văn bản này, hãy hỏi cơ quan đó trước.",
    vault.Kind.VOUCHER: "Tiền bạn đã nộp vẫn được ghi nhận. Nếu cần chứng từ để quyết toán, hãy xin ngân hàng cấp lại.",
    vault.Kind.RECEIPT: "Hồ sơ của bạn vẫn được giải quyết đúng hẹn. Nếu cần giấy tiếp nhận, hãy xin Bộ phận Một cửa bản khác.",
    vault.Kind.COMPONENT: "Nếu hồ sơ còn đang giải quyết, hãy hỏi người đã ký giấy tờ này và nộp bản được ký lại.",
    vault.Kind.CONVERSION: "Hãy dùng bản điện tử còn hiệu lực, hoặc xin chuyển đổi lại.",
}
_CAUSES = {
    Cause.CRL: "danh sách chứng thư bị thu hồi mới của",
    Cause.OCSP: "trả lời mới về trạng thái chứng thư của",
    Cause.LIST_TRUSTED: "danh sách tin cậy mới",
    Cause.LIST_WITHDRAWN: "danh sách tin cậy không còn được dùng:",
}


async def holder(uow: UnitOfWork, entry: vault.Entry, step: vault.Step) -> int:
    """The owner of the document: in the portal and by e-mail, once for each verdict. How many persons: 0 or 1."""
    try:
        person = await identity.citizen(uow, entry.owner_id)
    except identity.NoSuchAccount:
        return 0
    good = step.after.indication == Indication.TOTAL_PASSED
    what = _KINDS[entry.kind]
    title = f"{what} có chữ ký số hợp lệ trở lại" if good else f"Chữ ký số trên {what[0].lower()}{what[1:]} cần xem lại"
    means = (
        "Văn bản có giá trị như trước; bạn không phải làm gì."
        if good
        else f"Điều này có nghĩa: ai kiểm tra văn bản từ nay sẽ thấy kết luận này. {_TO_DO[entry.kind]}"
    )
    await notification.tell(
        uow,
        person_id=person.id,
        email=person.email,
        phone=person.phone,
        key=f"verdict:{entry.id}:{step.after.number}",
        title=title,
        text=f"«{entry.name}» đã được kiểm tra lại. Kết luận mới: {step.after.sentence_vi} {means}",
        link=f"/ho-so/{entry.dossier_id}" if entry.dossier_id else "/kho-du-lieu",
    )
    return 1


async def officers(uow: UnitOfWork, run: Run, agency_code: str, documents: int) -> int:
    """Everybody of the owning agency, once for each round."""
    told = 0
    for unit in await identity.units_of(uow, agency_code):
        for officer in await identity.officers_of(uow, unit.id):
            told += 1
            await notification.tell(
                uow,
                person_id=officer.id,
                email="",
                phone="",
                key=f"verdicts:{run.id}:{officer.id}",
                title=f"{documents} văn bản của cơ quan có kết luận chữ ký số thay đổi",
                text=f"Nguyên nhân: {_CAUSES[run.cause]} {run.subject}. Người giữ văn bản đã được báo. Hãy mở danh sách, "
                "ký lại hoặc thay thế những kết quả không còn hợp lệ và trả lời người giữ văn bản.",
                link="/ket-luan-thay-doi",
            )
    return told
