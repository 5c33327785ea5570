"""VNPost through NGSP/MITC, verbatim: field names, paths and spellings are the post's."""

import msgspec

FIRST_CURSOR = "0" * 24
MAX_PAGE = 1000
ORDER_PATH = "/apiVNPostNGSP/p1.0/order/post"
CANCEL_PATH = "/apiVNPostNGSP/p1.0/order/cancel"
TRACKING_PATH = "/apiVNPostNGSP/p1.0/tracking"
TOKEN_PATH = "/token"  # noqa: S105 - a path


class Token(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - a scheme
    expires_in: int = 3600


class Order(msgspec.Struct, frozen=True, kw_only=True):
    CustomerCode: str
    OrderNumber: str
    CODAmount: float
    SenderProvince: int
    SenderDistrict: str = ""
    SenderAddress: str
    SenderName: str
    SenderEmail: str = ""
    SenderTel: str
    SenderDesc: str = ""
    Description: str = ""
    ReceiverName: str
    ReceiverAddress: str
    ReceiverTel: str
    ReceiverProvince: int
    ReceiverDistrict: str = ""
    ReceiverEmail: str = ""


MANDATORY = (
    "CustomerCode",
    "OrderNumber",
    "SenderProvince",
    "SenderAddress",
    "SenderName",
    "SenderTel",
    "ReceiverName",
    "ReceiverAddress",
    "ReceiverTel",
    "ReceiverProvince",
)


class OrderReply(msgspec.Struct, frozen=True, kw_only=True):
    Status: str | int | None = None
    Message: str | None = None


class Oid(msgspec.Struct, frozen=True, kw_only=True):
    oid: str = msgspec.field(name="$oid")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One scan. Only `_id` is sure to be there."""

    id: Oid = msgspec.field(name="_id")
    CustomerCode: str | None = None
    OrderNumber: str | None = None
    EventTime: int | float | str | None = None
    POSID: str | int | None = None
    ItemCode: str | None = None
    StatusCode: int | str | None = None
    StatusMessage: str | None = None
    Notes: str | None = None


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    docs: tuple[Event, ...] = msgspec.field(name="rh:doc", default=())


class Page(msgspec.Struct, frozen=True, kw_only=True):
    returned: int = msgspec.field(name="_returned", default=0)
    size: int = msgspec.field(name="_size", default=0)
    total_pages: int = msgspec.field(name="_total_pages", default=0)
    embedded: Embedded = msgspec.field(name="_embedded", default=Embedded())
