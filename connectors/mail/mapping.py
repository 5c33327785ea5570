"""A message to a person as an e-mail. Pure."""

import hashlib
import re
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from connectors.mail.headers import HeaderPolicy
from connectors.mail.settings import Settings
from connectors.runtime.errors import Misconfigured, PartnerError, Rejected, Retryable
from schemas.messages import mail

# Reply codes that mean our own account and not this message (RFC 4954, RFC 3207).
OURS = frozenset({530, 534, 535, 538})
POLICY = HeaderPolicy(linesep="\r\n", cte_type="7bit", max_line_length=76)

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def to_email(message: mail.Send, settings: Settings, at: datetime) -> EmailMessage:
    """Vietnamese as every server can carry it: encoded headers, quoted-printable text, seven bits on the wire."""
    email = EmailMessage(policy=POLICY)
    email["From"] = settings.sender
    email["To"] = to_address(message.to)
    email["Subject"] = " ".join(message.subject.split())
    email["Date"] = format_datetime(at)
    email["Message-ID"] = message_id(message.key, settings)
    email["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    email["Content-Language"] = "vi"
    email.set_content("\n".join(message.text.splitlines()), charset="utf-8", cte="quoted-printable")
    return email


def to_address(text: str) -> Address:
    """The receiver; one that no server could take is refused before it is sent."""
    try:
        address = Address(addr_spec=text.strip())
    except (MessageError, ValueError, IndexError):
        address = Address()
    if not (address.username and address.domain and text.isascii()) or any(letter < " " for letter in text):
        raise Rejected("mail.address", "Địa chỉ thư điện tử không hợp lệ", "not an e-mail address", words=text)
    return address


def message_id(key: str, settings: Settings) -> str:
    """The same for the same key, however often it is sent; readable, and safe whatever the key holds."""
    readable = _NOT_PLAIN.sub("-", key)[:24].strip(".-")  # short: a folded Message-ID confuses some servers
    local = f"{readable}.{hashlib.sha256(key.encode()).hexdigest()[:16]}".lstrip(".")
    return f"<{local}@{settings.sender.domain}>"


def failure(code: int, words: str, *, ours: bool = False) -> PartnerError:
    """The error of an SMTP reply: 4xx again later, 5xx never, unless it is about our account or sender (`ours`)."""
    said = f"{code} {words}"
    if 400 <= code < 500:
        return Retryable("mail.later", "Máy chủ thư hẹn gửi lại sau", "the mail server wants it later", words=said)
    if ours or code in OURS:
        return Misconfigured(
            "partner.credentials",
            "Máy chủ thư từ chối tài khoản hoặc địa chỉ gửi (MAIL_USER, MAIL_FROM)",
            "the mail server refuses our account or sender (MAIL_USER, MAIL_FROM)",
            words=said,
        )
    return Rejected("mail.refused", "Máy chủ thư từ chối thư này", "the mail server refuses this message", words=said)
