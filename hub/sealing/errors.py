"""What the sealing module refuses.

no_such_request      404
no_such_credential   422
already_waiting      409
changed_meanwhile    409
not_over             409
not_pdf              422
words_needed         422
"""

from hub.kernel.errors import Conflict, Invalid, NotFound


def no_such_request() -> NotFound:
    """Not there, or not yours."""
    return NotFound(
        "sealing.no-such-request",
        "Không có yêu cầu ký này. Có thể nó thuộc về cán bộ khác.",
        "There is no such signing request. It may be another officer's.",
    )


def no_such_credential() -> Invalid:
    """Nobody to sign."""
    return Invalid(
        "sealing.no-such-credential",
        "Chưa có chứng thư ký từ xa đang dùng của người ký này. Hãy nhờ quản trị hệ thống khai báo chứng thư.",
        "This signer has no active remote certificate. Ask the system's operator to enter one.",
        field="credential",
    )


def already_waiting(holder: str) -> Conflict:
    """One signature at a time: each is made over the one before it."""
    return Conflict(
        "sealing.already-waiting",
        f"Văn bản này đang chờ {holder} ký. Hãy đợi ký xong, hoặc hủy yêu cầu đó trước.",
        f"This document already waits for {holder} to sign. Wait for that, or cancel that request first.",
    )


def changed_meanwhile() -> Conflict:
    """Somebody was faster."""
    return Conflict(
        "sealing.changed-meanwhile",
        "Yêu cầu ký vừa được cập nhật ở nơi khác. Hãy tải lại trang và làm lại.",
        "The signing request has just changed elsewhere. Reload the page and try again.",
    )


def not_over() -> Conflict:
    """Only what ended without a signature is asked again, and once."""
    return Conflict(
        "sealing.not-over",
        "Yêu cầu này đang chờ ký, đã ký hoặc đã được gửi lại. Hãy xem danh sách văn bản chờ ký.",
        "This request still waits, is signed, or was asked again already. See the list of documents to sign.",
    )


def not_pdf() -> Invalid:
    """Only PDF is signed."""
    return Invalid(
        "sealing.not-pdf",
        "Chỉ ký được tệp PDF. Hãy lưu văn bản thành PDF rồi gửi lại.",
        "Only PDF files can be signed. Save the document as PDF and send it again.",
        field="file",
    )


def words_needed() -> Invalid:
    """A stamp that would say nothing."""
    return Invalid(
        "sealing.words-needed",
        "Hãy nhập số, ký hiệu hoặc ngày ban hành sẽ hiện trên văn bản.",
        "Enter the number or the date that is to appear on the document.",
        field="words",
    )
