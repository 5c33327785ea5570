"""What can go wrong with a parcel."""

from hub.kernel.errors import Conflict, NotFound


def no_such_parcel(order_number: str) -> NotFound:
    """The post speaks of an order that is not ours, or not yet."""
    return NotFound(
        "postal.unknown-order",
        f"Không có bưu gửi mang số đơn {order_number}. Tin đã được giữ và sẽ thử lại; hãy kiểm tra số đơn.",
        f"There is no parcel of order {order_number}. The message is kept and tried again; check the order number.",
    )


def changed_meanwhile() -> Conflict:
    """Two scans of one parcel at once; the later is tried again."""
    return Conflict(
        "postal.changed-meanwhile",
        "Bưu gửi vừa được cập nhật bởi tin khác; tin này sẽ được xử lý lại.",
        "Another scan has just updated this parcel; this one will be handled again.",
    )
