"""The manifest of the mail server."""

from connectors.mail import handlers
from connectors.mail.client import Mailer, open_client
from connectors.mail.settings import load
from connectors.runtime.on_demand import simulator_in
from connectors.runtime.ports import Connector
from schemas.messages import mail


async def probe(mailer: Mailer) -> None:
    """Connect, secure, log in."""
    await mailer.check()


CONNECTOR = Connector(
    name=handlers.NAME,
    title_vi="Thư điện tử (SMTP)",
    title_en="E-mail (SMTP)",
    settings=load,
    consumes={mail.Send: handlers.send},
    produces=(),
    open_client=open_client,
    probe=probe,
    simulator=simulator_in("connectors.mail.simulator"),
    prefetch=5,
)
