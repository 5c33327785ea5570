"""What identity tells the rest of the hub."""

from uuid import UUID

from hub.kernel.events import Fact


class CitizenRegistered(Fact, frozen=True, kw_only=True):
    """A person has an account of their own."""

    citizen_id: UUID
    name: str


class AccountLocked(Fact, frozen=True, kw_only=True):
    """Too many failed log-ins on one account."""

    account_id: UUID
    login: str
