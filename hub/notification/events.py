"""What notification tells the rest of the hub."""

from uuid import UUID

from hub.kernel.events import Fact


class MailWanted(Fact, frozen=True, kw_only=True):
    """An e-mail to send; `key` becomes its Message-ID, so that a second delivery can be recognised."""

    key: str
    to: str
    subject: str
    text: str


class Told(Fact, frozen=True, kw_only=True):
    """A person has something new to read."""

    notice_id: UUID
    person_id: UUID | None
