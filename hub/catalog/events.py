"""Facts of the catalogue."""

from enum import StrEnum

from hub.kernel.events import Fact


class Change(StrEnum):
    """What became of a procedure."""

    NEW = "new"
    AMENDED = "amended"
    UNLISTED = "unlisted"
    RELISTED = "relisted"


class ProcedureChanged(Fact, frozen=True, kw_only=True):
    """Told once per real change. `responsible`: the department that must act (PRO-09)."""

    code: str
    version: int
    name: str
    change: Change
    responsible: str
