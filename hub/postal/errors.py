"""What the postal module refuses.

no_such_parcel      404
changed_meanwhile   409
bad_address         422
"""

from hub.kernel.errors import Conflict, Invalid, NotFound


def no_such_parcel(number: str) -> NotFound:
    """We know no parcel of this number (yet)."""
    return NotFound(
        "postal.no-such-parcel",
        f"Không có bưu gửi nào mang số «{number}».",
        f"There is no parcel with the number '{number}'.",
        data={"order_number": number},
    )


def changed_meanwhile() -> Conflict:
    """Somebody was faster."""
    return Conflict(
        "postal.changed-meanwhile",
        "Bưu gửi vừa được cập nhật ở nơi khác. Hãy tải lại trang và làm lại.",
        "The parcel has just changed elsewhere. Reload the page and try again.",
    )


def bad_address(field: str) -> Invalid:
    """The post cannot deliver to this."""
    return Invalid(
        "postal.bad-address",
        "Địa chỉ nhận chưa đủ: cần họ tên, số điện thoại, địa chỉ và mã tỉnh bằng chữ số.",
        "The address is incomplete: name, phone, address and a province code in digits are needed.",
        field=field,
    )
