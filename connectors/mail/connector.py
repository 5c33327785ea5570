"""The manifest of the mail server."""

from connectors.mail import handlers
from connectors.mail.client import Mailer, open_client
from connectors.mail.settings import load
from connectors.mail.simulator import build
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
    simulator=build,
    prefetch=5,
)
