"""What can go wrong with a dossier, said to the person it concerns."""

from hub.kernel.errors import Conflict, Invalid, NotFound
from schemas.messages.dossier import Status


def not_found() -> NotFound:
    """Not there, or not yours."""
    return NotFound(
        "dossier.not-found",
        "Không tìm thấy hồ sơ này. Vui lòng kiểm tra lại mã hồ sơ trên giấy tiếp nhận hoặc trong tin báo.",
        "There is no such dossier. Please check the code on your receipt or in our message.",
    )


def changed_meanwhile() -> Conflict:
    """Somebody was faster."""
    return Conflict(
        "dossier.changed-meanwhile",
        "Hồ sơ vừa được người khác cập nhật. Việc của bạn chưa được ghi; hãy xem lại hồ sơ rồi làm lại.",
        "Somebody has just updated this dossier. Your action was not stored; look at it again and repeat.",
    )


def not_declared() -> Invalid:
    """ACC-08."""
    return Invalid(
        "dossier.not-declared",
        "Bạn cần xác nhận thông tin đã khai là đúng trước khi nộp.",
        "You must declare that the information is correct before you submit.",
        field="declared",
    )


def missing_component(code: str, name: str) -> Invalid:
    """SUB-01."""
    return Invalid(
        "dossier.missing-component",
        f"Còn thiếu giấy tờ: {name}. Hãy tải giấy tờ này lên rồi nộp lại; những gì đã khai vẫn được giữ.",
        f"A required paper is missing: {name}. Upload it and submit again; what you entered is kept.",
        field=f"files.{code}",
    )


def unknown_component(code: str) -> Invalid:
    """POST-03: only prescribed papers may be asked or sent."""
    return Invalid(
        "dossier.unknown-component",
        f"Thủ tục này không có thành phần «{code}». Hãy xem lại danh sách giấy tờ của thủ tục.",
        f"This procedure has no component '{code}'. See the procedure's list of papers.",
        field=f"files.{code}",
    )


def unknown_file(code: str) -> Invalid:
    """The upload is not there, or not yours."""
    return Invalid(
        "dossier.unknown-file",
        "Không tìm thấy tệp đã tải lên cho giấy tờ này. Hãy tải lại tệp.",
        "The uploaded file for this paper was not found. Please upload it again.",
        field=f"files.{code}",
    )


def bad_field(name: str, label: str, vi: str, en: str) -> Invalid:
    """One field of the e-form."""
    return Invalid("dossier.bad-field", f"{label}: {vi}", f"{label}: {en}", field=f"form.{name}")


def procedure_withdrawn(code: str) -> Conflict:
    """The version that the citizen filled in is no longer offered."""
    return Conflict(
        "dossier.procedure-changed",
        f"Thủ tục {code} vừa được cập nhật hoặc ngừng áp dụng. Nội dung bạn khai vẫn được giữ; "
        "hãy mở lại thủ tục để kiểm tra trước khi nộp.",
        f"Procedure {code} has changed or is no longer offered. What you entered is kept; open it again to check.",
        field="procedure_version",
    )


def reason_needed() -> Invalid:
    """DOS-07, DOS-14: never without reasons."""
    return Invalid(
        "dossier.reason-needed",
        "Phải ghi rõ lý do, cụ thể và đầy đủ trong một lần.",
        "Give the reason, specific and complete, in one go.",
        field="reason",
    )


def not_in_hand(status: Status) -> Conflict:
    """An inner step while the citizen has the ball, or after the end."""
    vi, en = _RESTS.get(status, ("đã kết thúc", "it has ended"))
    return Conflict(
        "dossier.not-in-hand",
        f"Chưa làm được việc này: hồ sơ {vi}. Nội dung bạn nhập chưa được ghi.",
        f"This cannot be done now: {en}. What you entered was not stored.",
        data={"status": int(status)},
    )


_RESTS = {
    Status.SUPPLEMENT_REQUESTED: ("đang chờ công dân bổ sung", "the citizen has been asked for more papers"),
    Status.PAYMENT_REQUESTED: ("đang chờ công dân nộp phí", "a fee is due"),
    Status.WITHDRAWAL_REQUESTED: ("đang có đề nghị rút của công dân", "the citizen has asked to withdraw it"),
}


def notice_too_late() -> Conflict:
    """DOS-11: the notice falls inside the processing time."""
    return Conflict(
        "dossier.notice-too-late",
        "Hồ sơ đã quá hạn giải quyết nên không thể yêu cầu bổ sung nữa; chỉ còn gia hạn hoặc xin lỗi và hẹn lại ngày trả.",
        "The time limit has passed, so no supplement may be asked for; an extension or an apology remains.",
    )


def no_such_colleague() -> Invalid:
    """Not of this unit, or not a specialist."""
    return Invalid(
        "dossier.no-such-colleague",
        "Người được chọn không thuộc đơn vị giải quyết hồ sơ này. Hãy chọn trong danh sách.",
        "The person chosen does not work in the unit that decides this dossier. Choose from the list.",
        field="assignee",
    )


def no_attachment() -> Invalid:
    """Never attached, or by somebody else, or to another dossier."""
    return Invalid(
        "dossier.no-attachment",
        "Không tìm thấy tệp đính kèm này của bạn trong hồ sơ. Hãy tải tệp lên lại.",
        "There is no such attachment of yours on this dossier. Upload the file again.",
        field="document",
    )


def waits_for_signature(holder: str) -> Conflict:
    """WFL-07: while the document is in somebody's app, nothing else is decided."""
    return Conflict(
        "dossier.waits-for-signature",
        f"Văn bản đang chờ {holder} ký trên ứng dụng nên chưa thể quyết định cách khác. Hãy đợi ký xong, hoặc hủy yêu "
        "cầu ký rồi làm lại.",
        f"The document waits for {holder} to sign in the app, so nothing else can be decided. Wait for that, or cancel "
        "the request and try again.",
    )


def nobody_signs() -> Conflict:
    """Signed, declined or cancelled by now."""
    return Conflict(
        "dossier.nobody-signs",
        "Không có yêu cầu ký nào đang chờ ở việc này: có thể vừa ký xong hoặc vừa hủy. Hãy tải lại trang để xem.",
        "No signature is awaited for this task: it may just have been given or cancelled. Reload the page to see.",
    )


def not_to_be_signed() -> Invalid:
    """Another step's signature, no PDF, one that is there already, or no certificate."""
    return Invalid(
        "dossier.not-to-be-signed",
        "Bước này không có chữ ký đó để ký trên ứng dụng: dự thảo chưa phải PDF, đã có chữ ký này, hoặc bạn chưa có "
        "chứng thư ký từ xa. Hãy xem các lựa chọn trên trang, hoặc ký nơi khác rồi đính kèm.",
        "That signature cannot be given in the app at this step: the draft is no PDF, bears it already, or you have no "
        "remote certificate. See what the page offers, or sign elsewhere and attach the document.",
        field="face",
    )


def not_withdrawing() -> Conflict:
    """DOS-17: only what the citizen asks for can be agreed to."""
    return Conflict(
        "dossier.not-withdrawing",
        "Công dân không đề nghị rút hồ sơ này, hoặc đề nghị đã được giải quyết. Không có gì thay đổi.",
        "The citizen does not ask for this dossier back, or that has been settled. Nothing was changed.",
    )


def stale(code: str, at: str, last: str) -> Conflict:
    """A vendor's status from before the last one that counted."""
    return Conflict(
        "dossier.stale-status",
        f"Trạng thái gửi cho hồ sơ {code} có thời điểm {at}, trước bước gần nhất ({last}). Đã lưu để đối chiếu, "
        "không áp dụng. Hãy gửi lại bước hiện tại với thời điểm đúng.",
        f"The status for {code} is of {at}, before the latest step ({last}). Kept for comparison, not applied. "
        "Send the present step with its true time.",
    )


def from_the_future(code: str, at: str) -> Conflict:
    """A vendor's clock runs ahead."""
    return Conflict(
        "dossier.future-status",
        f"Trạng thái gửi cho hồ sơ {code} có thời điểm {at}, ở tương lai. Đã lưu để đối chiếu, không áp dụng. "
        "Hãy chỉnh đồng hồ máy chủ rồi gửi lại.",
        f"The status for {code} is of {at}, in the future. Kept for comparison, not applied. "
        "Correct your server's clock and send it again.",
    )


def result_needed(code: str) -> Invalid:
    """A dossier cannot end with nothing."""
    return Invalid(
        "dossier.result-missing",
        f"Kết thúc hồ sơ {code} phải kèm ít nhất một tệp kết quả PDF có chữ ký số. Hãy gửi lại kèm tệp.",
        f"Concluding {code} needs at least one signed PDF. Send it again with the file.",
        field="DanhSachGiayToKetQua",
    )
