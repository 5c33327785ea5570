"""What the vault tells the rest of the hub."""

from uuid import UUID

from hub.kernel.events import Fact


class ConvertedToPaper(Fact, frozen=True, kw_only=True):
    """A paper copy of an electronic document was made."""

    conversion_id: UUID
    number: str
    entry_id: UUID
    owner_id: UUID
