"""What the result module tells the rest of the hub."""

from uuid import UUID

from hub.kernel.events import Fact


class ResultStored(Fact, frozen=True, kw_only=True):
    """Results are verified, stored and released together (RES-01)."""

    dossier_id: UUID
    dossier_code: str
    owner_id: UUID
    codes: tuple[str, ...]


class ResultEnded(Fact, frozen=True, kw_only=True):
    """What the ends of a result carry."""

    result_id: UUID
    dossier_id: UUID
    owner_id: UUID
    code: str
    cause: str


class ResultSuperseded(ResultEnded, frozen=True, kw_only=True):
    """Another result stands in its place."""


class ResultRevoked(ResultEnded, frozen=True, kw_only=True):
    """Taken back: it counts no more."""


ENDS: dict[str, type[ResultEnded]] = {kind.__name__: kind for kind in (ResultSuperseded, ResultRevoked)}
