"""Between our messages and the post's. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime

from connectors.runtime.errors import Rejected
from connectors.vnpost import wire
from connectors.vnpost.settings import Settings
from schemas.messages import post
from schemas.messages.post import Stage

# StatusCode → stage. Only 4 is known from public use; the rest comes from VNPOST_STATUS. A code that neither names is
# told to the hub as UNKNOWN with the post's own words: it is shown, and moves nothing.
STAGES: Mapping[str, Stage] = {"4": Stage.DELIVERED}

# What an order that is already there is answered with.
ALREADY = ("đã tồn tại", "da ton tai", "already exist", "duplicate")


def to_order(order: post.Order, settings: Settings) -> wire.Order:
    """The order as the post wants it. OrderNumber is ours and the same at every attempt."""
    sent = wire.Order(
        CustomerCode=settings.customer_code,
        OrderNumber=order.order_number,
        CODAmount=order.cod_amount,
        SenderProvince=order.sender.province_code,
        SenderAddress=order.sender.address,
        SenderName=order.sender.name,
        SenderEmail=order.sender.email,
        SenderTel=order.sender.phone,
        SenderDesc=f"Hồ sơ {order.dossier_code}",
        Description=order.content,
        ReceiverName=order.receiver.name,
        ReceiverAddress=order.receiver.address,
        ReceiverTel=order.receiver.phone,
        ReceiverProvince=order.receiver.province_code,
        ReceiverEmail=order.receiver.email,
    )
    missing = ", ".join(name for name in wire.MANDATORY if not getattr(sent, name))
    if missing:
        raise Rejected("post.incomplete", f"Thiếu thông tin gửi bưu điện: {missing}", f"the order lacks {missing}")
    return sent


def from_event(event: wire.Event, settings: Settings, now: datetime) -> post.Tracked:
    """One scan, at the real time that the postman made it."""
    code = "" if event.StatusCode is None else str(event.StatusCode)
    words = " · ".join(text for text in (event.StatusMessage, event.Notes) if text)
    return post.Tracked(
        order_number=event.OrderNumber or "",
        item_code=event.ItemCode or "",
        stage=stage_of(code, settings),
        partner_status=code,
        message=words,
        at=to_datetime(event.EventTime) or now,
    )


def stage_of(code: str, settings: Settings) -> Stage:
    """The stage of a StatusCode. 4 is delivered whatever the setting says."""
    return STAGES.get(code) or settings.status.get(code, Stage.UNKNOWN)


def is_already_there(message: str) -> bool:
    """Whether an answer says that the order number is taken: by us, since it is ours alone."""
    return any(words in message.casefold() for words in ALREADY)


def to_datetime(epoch: float | str | None) -> datetime | None:
    """An EventTime in milliseconds (as documented) or in seconds (as some senders have it), or None."""
    try:
        number = float(epoch if epoch is not None else "nan")
        return datetime.fromtimestamp(number / 1000 if abs(number) > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def cursor_at(at: datetime) -> str:
    """A cursor before which nothing is newer than `at`: the post's ids begin with their second."""
    return f"{max(0, int(at.timestamp())):08x}" + "0" * 16
