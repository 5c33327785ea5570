"""The manifest of the national payment platform."""

from datetime import UTC, datetime

from connectors.payment_platform import handlers
from connectors.payment_platform.client import Platform, open_client
from connectors.payment_platform.mapping import failure, meaning_of, to_query
from connectors.payment_platform.receiver import receivers
from connectors.payment_platform.settings import Meaning, load
from connectors.runtime.on_demand import simulator_in
from connectors.runtime.ports import Connector
from schemas.messages import payment


async def probe(platform: Platform) -> None:
    """Ask for a payment that cannot exist: any other answer than "unknown" or "ok" is trouble."""
    reply = await platform.query(to_query("QUERY", "PROBE", datetime.now(UTC), platform.settings))
    meaning = meaning_of(reply.MaLoi, platform.settings)
    if meaning not in (Meaning.OK, Meaning.ABSENT, Meaning.REFUSED):
        raise failure(meaning, reply.MaLoi, reply.MoTaLoi)


CONNECTOR = Connector(
    name=handlers.NAME,
    title_vi="Nền tảng thanh toán trực tuyến quốc gia",
    title_en="National payment platform",
    settings=load,
    consumes={
        payment.Init: handlers.init,
        payment.Query: handlers.query,
        payment.VoucherWanted: handlers.voucher,
    },
    produces=(payment.Initiated, payment.Confirmed, payment.Voucher),
    open_client=open_client,
    probe=probe,
    simulator=simulator_in("connectors.payment_platform.simulator"),
    receivers=receivers,
)
