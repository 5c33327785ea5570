"""Our messages → the mail server."""

from collections.abc import Sequence

from connectors.mail.client import Mailer
from connectors.mail.mapping import to_email
from connectors.runtime.ports import Context
from schemas.envelope import Inbound
from schemas.messages import mail

NAME = "mail"


async def send(message: mail.Send, context: Context) -> Sequence[Inbound]:
    """Send once per attempt. SMTP cannot be asked; the Message-ID is the same, so mailboxes show a repeat once."""
    mailer: Mailer = context.client
    await mailer.send(to_email(message, mailer.settings, context.now()))
    return ()
