"""Messages to people by e-mail."""

import msgspec


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """Hub → mail server. `key` becomes the Message-ID, so that a second delivery can be recognised."""

    key: str
    to: str
    subject: str
    text: str
