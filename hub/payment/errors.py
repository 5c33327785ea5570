"""What payment refuses.

no_such_obligation / no_such_order   404
already_paid                         409
already_resolved                     409
changed_meanwhile                    409
cannot_apply                         409
nothing_to_pay                       422
wrong_ending                         422
"""

from hub.kernel.errors import Conflict, Invalid, NotFound


def no_such_obligation() -> NotFound:
    """Not there, or not yours."""
    return NotFound(
        "payment.no-such-obligation",
        "Không tìm thấy khoản phải nộp này.",
        "There is no such sum to pay.",
    )


def no_such_order(reference: str) -> NotFound:
    """We know no order of this reference (yet)."""
    return NotFound(
        "payment.unknown-reference",
        f"Không có giao dịch nào mang mã tham chiếu «{reference}».",
        f"There is no transaction with the reference '{reference}'.",
        data={"reference": reference},
    )


def no_such_incident() -> NotFound:
    """No incident of this id."""
    return NotFound(
        "payment.no-such-incident",
        "Không tìm thấy vụ việc này trong danh sách đối soát.",
        "There is no such incident.",
    )


def already_paid() -> Conflict:
    """Nobody pays twice by our hand."""
    return Conflict(
        "payment.already-paid",
        "Khoản này đã được nộp. Bạn không phải nộp lại; chứng từ nằm trong kho dữ liệu của bạn.",
        "This sum has been paid. You need not pay again; the voucher is in your vault.",
    )


def already_resolved() -> Conflict:
    """An incident is resolved once."""
    return Conflict(
        "payment.already-resolved",
        "Vụ việc này đã được xử lý xong. Hãy tải lại trang để xem kết quả.",
        "This incident has been resolved already. Reload the page to see how.",
    )


def changed_meanwhile() -> Conflict:
    """Somebody was faster."""
    return Conflict(
        "payment.changed-meanwhile",
        "Giao dịch vừa được cập nhật ở nơi khác. Hãy tải lại trang và làm lại.",
        "The transaction has just changed elsewhere. Reload the page and try again.",
    )


def nothing_to_pay() -> Invalid:
    """An obligation has items, each with a positive amount."""
    return Invalid(
        "payment.nothing-to-pay",
        "Khoản phải nộp phải có ít nhất một mục và mỗi mục có số tiền lớn hơn 0 đồng.",
        "A sum to pay has at least one item, each with an amount above 0 đồng.",
        field="items",
    )


def wrong_ending(allowed: list[str]) -> Invalid:
    """Held money must go somewhere; news without money can only be dismissed."""
    return Invalid(
        "payment.wrong-ending",
        f"Vụ việc này chỉ có thể kết thúc bằng: {', '.join(allowed)}.",
        f"This incident can only end as: {', '.join(allowed)}.",
        field="resolution",
    )


def cannot_apply() -> Conflict:
    """Money of an unknown reference settles an obligation only when the amounts are equal and it is not paid."""
    return Conflict(
        "payment.cannot-apply",
        "Không thể dùng khoản tiền này để khớp: số tiền không bằng số phải nộp hoặc khoản phải nộp đã được khớp. "
        "Hãy chọn hoàn trả.",
        "This money cannot be applied: the amount differs or the sum has been settled. Choose to refund it.",
    )
