"""A message to a person."""

from datetime import datetime
from uuid import UUID

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """As the portal's inbox shows it. `link` is a path of the portal."""

    id: UUID
    key: str
    person_id: UUID
    email: str
    phone: str
    title: str
    text: str
    link: str
    told_at: datetime
    read_at: datetime | None = None
