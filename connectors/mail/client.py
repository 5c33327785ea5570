"""SMTP by the standard library, in a thread."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from email.message import EmailMessage

import httpx
import msgspec

from connectors.mail.mapping import failure
from connectors.mail.settings import Settings
from connectors.runtime.errors import Misconfigured, PartnerError, Retryable
from connectors.runtime.http import call, read

DESK = "/_sim/smtp"
TOO_BIG = 552  # said to MAIL FROM, but about the message


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """Where the simulator's SMTP server listens: its desk says so."""

    host: str
    port: int


class Mailer:
    """One connection per message: notices are few, and a connection that is kept is one that has been closed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def send(self, email: EmailMessage) -> None:
        """Hand over to the mail server."""
        await asyncio.to_thread(self._send, email)

    async def check(self) -> None:
        """Connect and log in; send nothing."""
        await asyncio.to_thread(self._check)

    def _send(self, email: EmailMessage) -> None:
        with self._session() as session, _errors("partner.reply-lost"):
            session.send_message(email)

    def _check(self) -> None:
        with self._session() as session, _errors("partner.unreachable"):
            session.noop()

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        with _errors("partner.unreachable"):
            session = self._connect()
        try:
            yield session
            with suppress(smtplib.SMTPException, OSError):  # it has been taken; how the parting goes changes nothing
                session.quit()
        finally:
            session.close()

    def _connect(self) -> smtplib.SMTP:
        chosen = self.settings
        if not chosen.port:
            raise Misconfigured(
                "mail.port",
                "Chưa đặt MAIL_PORT: cổng của máy chủ thư, hoặc của bản mô phỏng khi chạy riêng",
                "MAIL_PORT is not set: the mail server's port, or the simulator's when it runs by itself",
            )
        if chosen.security == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                chosen.host, chosen.port, timeout=chosen.read_seconds, context=self._trust()
            )
        else:
            session = smtplib.SMTP(chosen.host, chosen.port, timeout=chosen.read_seconds)
        try:
            if chosen.security == "starttls":
                session.starttls(context=self._trust())
            if chosen.user:
                session.login(chosen.user, chosen.password.reveal())
        except BaseException:
            session.close()
            raise
        return session

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.settings.ca_file) if self.settings.ca_file else None)


@asynccontextmanager
async def open_client(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> AsyncIterator[Mailer]:
    """The mailer. SMTP does not travel through an httpx transport: through it the simulator tells its port."""
    if transport is not None:
        async with httpx.AsyncClient(transport=transport, base_url="http://mail.simulator") as desk:
            there = read(await call(desk, "GET", DESK), Listening)
        settings = msgspec.structs.replace(settings, host=there.host, port=there.port)
    yield Mailer(settings)


@contextmanager
def _errors(silence: str) -> Iterator[None]:
    """SMTP's and the network's endings as ours. `silence`: what a connection that breaks here leaves us not knowing."""
    try:
        yield
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        raise _broken("partner.unreachable", error) from error
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused) as error:
        raise failure(error.smtp_code, _text(error.smtp_error), ours=error.smtp_code != TOO_BIG) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise failure(code, _text(words)) from error
    except smtplib.SMTPResponseException as error:
        raise failure(error.smtp_code, _text(error.smtp_error)) from error
    except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
        raise Misconfigured(
            "mail.security",
            "Máy chủ thư không đáp ứng cấu hình bảo mật (STARTTLS, chứng thư, đăng nhập)",
            "the mail server does not match MAIL_SECURITY, MAIL_CA_FILE or MAIL_USER",
            words=repr(error),
        ) from error
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise _broken(silence, error) from error


def _broken(code: str, error: Exception) -> PartnerError:
    if code == "partner.unreachable":
        vi, en = "Không kết nối được máy chủ thư", "the mail server cannot be reached"
        return Retryable(code, vi, en, words=repr(error), partner_down=True)
    return Retryable(code, "Mất kết nối khi đang gửi thư", "the connection broke while sending", words=repr(error))


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
