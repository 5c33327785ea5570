"""A real SMTP server for the simulator, in a thread of its own."""

import asyncio
import socket
import threading
from email import message_from_bytes
from email.policy import default
from typing import Any, cast

import msgspec
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from connectors.mail.settings import Settings
from connectors.runtime.book import Book
from connectors.runtime.ports import SimulatorContext
from connectors.runtime.simulation import COMMIT_THEN_TIMEOUT, COMMON_FAULTS, DOWN, HTTP_500, SLOW

GREYLISTED = "greylisted"
NO_SUCH_PERSON = "no-such-person"
FULL = "mailbox-full"
FAULTS = (*COMMON_FAULTS, GREYLISTED, NO_SUCH_PERSON, FULL)


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One message in the twin's mailbox, decoded as a reader's program would."""

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    raw: bytes


class SmtpServer:
    """Listens at once, so that a taken port is an error of the start. Keeps each Message-ID once."""

    def __init__(self, settings: Settings, context: SimulatorContext) -> None:
        self._settings = settings
        self._context = context
        self._socket = socket.create_server((settings.host, settings.port))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="smtp simulator", daemon=True)
        self.host, self.port = self._socket.getsockname()[:2]
        self._thread.start()

    def close(self) -> None:
        """Stop listening; what was accepted is in the book."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        # The desk has a Book of its own on the same file: SQLite connections stay in their thread.
        door = _Door(self._context, open_book(self._context), wants_account=bool(self._settings.user))
        server = self._loop.run_until_complete(self._loop.create_server(lambda: self._session(door), sock=self._socket))
        try:
            self._loop.run_forever()
        finally:
            server.close()
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.close()
            door.book.close()

    def _session(self, door: "_Door") -> SMTP:
        wanted = (self._settings.user.encode(), self._settings.password.reveal().encode())

        def judge(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
            right = isinstance(given, LoginPassword) and (given.login, given.password) == wanted
            return AuthResult(success=right, handled=False)

        return SMTP(
            door,
            hostname="mail.simulator",
            auth_require_tls=False,
            authenticator=judge,
            loop=self._loop,
        )


class _Door:
    """aiosmtpd's hooks: what the twin says to each command."""

    def __init__(self, context: SimulatorContext, book: Book, *, wants_account: bool) -> None:
        self._context = context
        self._wants_account = wants_account
        self.book = book

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if slow := self.book.strikes(SLOW):
            await asyncio.sleep(slow.seconds)
        if self.book.strikes(DOWN):
            return "421 4.3.2 Service not available"
        if self._wants_account and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.book.strikes(GREYLISTED):
            return "451 4.7.1 Greylisted, please try again later"
        if self.book.strikes(NO_SUCH_PERSON):
            return "550 5.1.1 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.book.strikes(HTTP_500):
            return "451 4.3.0 Internal error"
        if self.book.strikes(FULL):
            return "552 5.2.2 Mailbox full"
        self._keep(envelope)
        if self.book.strikes(COMMIT_THEN_TIMEOUT) and server.transport is not None:
            cast(asyncio.WriteTransport, server.transport).abort()
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        parsed = message_from_bytes(raw, policy=default)
        body = parsed.get_body(("plain",))
        mail = Mail(
            message_id=str(parsed["Message-ID"] or "").strip(),
            sender=str(parsed["From"] or ""),
            to=", ".join(envelope.rcpt_tos),
            subject=str(parsed["Subject"] or ""),
            text=body.get_content() if body is not None else "",
            raw=raw,
        )
        now = self._context.now()
        with self.book.together():
            if self.book.get("mail", mail.message_id, Mail):
                self.book.duplicate(mail.message_id, "", now, {"to": mail.to})
                return
            self.book.put("mail", mail.message_id, mail)
            self.book.effect("mail-received", mail.message_id, "", now, {"to": mail.to, "subject": mail.subject})


def open_book(context: SimulatorContext) -> Book:
    """The twin's book; one per thread."""
    return Book(context.folder / "mail.sqlite", faults=FAULTS)
