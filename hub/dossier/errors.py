"""What can go wrong with a dossier, said to the person it concerns."""

from hub.kernel.errors import Conflict, Invalid, NotFound


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
