"""What people are told."""

from datetime import datetime
from uuid import UUID

import msgspec


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing told to one person; `link` is a path of the portal."""

    id: UUID
    key: str
    person_id: UUID | None
    email: str
    phone: str
    title: str
    body: str
    link: str
    told_at: datetime
    read_at: datetime | None = None
