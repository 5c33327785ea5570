"""Our messages → the platform."""

from collections.abc import Sequence

import msgspec

from connectors.payment_platform import mapping, wire
from connectors.payment_platform.client import Platform
from connectors.payment_platform.settings import Meaning
from connectors.runtime.errors import Rejected
from connectors.runtime.inbound import inbound
from connectors.runtime.ports import Context
from schemas.envelope import Inbound
from schemas.messages import payment

NAME = "payment_platform"


async def init(message: payment.Init, context: Context) -> Sequence[Inbound]:
    """Open the payment. MaThamChieu is the platform's idempotency key: the same one again gets the same address."""
    platform: Platform = context.client
    reply = await platform.init(mapping.to_init(message, platform.settings))
    meaning = mapping.meaning_of(reply.MaLoi, platform.settings)
    if meaning is Meaning.SETTLED:
        return [
            _reply(context, await _ask(platform, payment.Query(reference=message.reference, at=message.at), context))
        ]
    if meaning is not Meaning.OK:
        raise mapping.failure(meaning, reply.MaLoi, reply.MoTaLoi)
    if not reply.UrlThanhToan.startswith(("https://", "http://")):
        raise Rejected(
            "payment.no-address",
            "Nền tảng không trả địa chỉ thanh toán",
            "the platform gave no address to pay at",
            words=repr(reply),
        )
    return [_reply(context, payment.Initiated(reference=message.reference, pay_url=reply.UrlThanhToan))]


async def query(message: payment.Query, context: Context) -> Sequence[Inbound]:
    """Ask what became of a payment."""
    return [_reply(context, await _ask(context.client, message, context))]


async def voucher(message: payment.VoucherWanted, context: Context) -> Sequence[Inbound]:
    """Fetch the bank-signed voucher. Whether the signature holds is for the hub to judge."""
    platform: Platform = context.client
    bill = await platform.bill(mapping.to_query("GET_BILL", message.reference, message.at, platform.settings))
    if isinstance(bill, wire.BillReply):
        meaning = mapping.meaning_of(bill.MaLoi, platform.settings)
        # "00" without a PDF is a bill that is still being made.
        raise mapping.failure(Meaning.NOT_YET if meaning is Meaning.OK else meaning, bill.MaLoi, bill.MoTaLoi)
    return [_reply(context, payment.Voucher(reference=message.reference, content=bill))]


async def _ask(platform: Platform, message: payment.Query, context: Context) -> payment.Confirmed:
    reply = await platform.query(mapping.to_query("QUERY", message.reference, message.at, platform.settings))
    meaning = mapping.meaning_of(reply.MaLoi, platform.settings)
    if meaning not in (Meaning.OK, Meaning.ABSENT):
        raise mapping.failure(meaning, reply.MaLoi, reply.MoTaLoi)
    return mapping.from_query(reply, message.reference, meaning, context.now())


def _reply(context: Context, message: msgspec.Struct) -> Inbound:
    return inbound(NAME, f"reply:{context.message_id}", context.lane, context.now(), message)
