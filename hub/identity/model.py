"""Who uses the hub: citizens, officers in units of agencies, machines of partners."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.kernel.actor import Actor, ActorKind


class Role(StrEnum):
    """What an officer may do (REQUIREMENTS §1)."""

    COUNTER = "counter"
    SPECIALIST = "specialist"
    LEADER = "leader"
    CLERK = "clerk"
    HEAD = "head"
    OPERATOR = "operator"


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """`level`: ministry | province | district | commune; levels are data (PRO-01)."""

    code: str
    name: str
    level: str = "province"
    parent_code: str = ""
    address: str = ""
    phone: str = ""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A department or a one-stop counter of an agency."""

    id: UUID
    agency_code: str
    name: str
    one_stop: bool = False


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who is logged in. `scopes`: agencies beyond their own for which an officer acts."""

    kind: ActorKind
    id: UUID
    name: str
    login: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    agency_code: str = ""
    unit_id: UUID | None = None
    unit_name: str = ""
    must_change_password: bool = False

    @property
    def actor(self) -> Actor:
        """The same, as a transaction needs it."""
        return Actor(kind=self.kind, id=str(self.id), name=self.name, unit=self.unit_name)

    def acts_for(self, agency_code: str) -> bool:
        """Whether the agency is this officer's own or in their scope."""
        return bool(agency_code) and (agency_code == self.agency_code or agency_code in self.scopes)


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What a person types to get an account. Without `login`, the personal number is the login.

    `declared`: "the data are correct and I answer for them, for my password and my vault" (ACC-08).
    """

    name: str
    id_number: str
    phone: str
    password: str
    email: str = ""
    address: str = ""
    login: str = ""
    declared: bool = False
    tech_id: str = ""


class Citizen(msgspec.Struct, frozen=True, kw_only=True):
    """A person with an account."""

    id: UUID
    login: str
    id_number: str
    name: str
    phone: str
    email: str
    address: str
    declared_at: datetime
    tech_id: str = ""
    verified_at: datetime | None = None


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """A civil servant with one personal account (ACC-06)."""

    id: UUID
    login: str
    name: str
    title: str
    unit_id: UUID
    unit_name: str
    agency_code: str
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()


class NewOfficer(msgspec.Struct, frozen=True, kw_only=True):
    """What the issuer of accounts gives; the first log-in forces a change of password (ACC-07)."""

    login: str
    name: str
    title: str
    unit_id: UUID
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """Recorded authority of one person to act for another; no procedure code means every procedure."""

    id: UUID
    owner_id: UUID
    representative_id: UUID
    procedure_code: str
    basis: str
    valid_from: datetime
    valid_until: datetime
    evidence_id: UUID | None = None
    revoked_at: datetime | None = None


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One account of the demonstration; the caller knows its password."""

    login: str
    name: str
    role: str
    title: str = ""
