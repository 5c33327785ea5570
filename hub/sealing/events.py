"""What the sealing module tells the rest of the hub."""

from uuid import UUID

from hub.kernel.events import Fact


class SigningEnded(Fact, frozen=True, kw_only=True):
    """What the ends of a signing request carry. `entry_id`: what was to be signed; `document_id`: all its versions."""

    request_id: UUID
    dossier_id: UUID | None
    document_id: UUID
    entry_id: UUID
    face: str
    cause: str
    signed_entry: UUID | None


class DocumentSigned(SigningEnded, frozen=True, kw_only=True):
    """Signed, verified, stored as the document's next version: `signed_entry` (WFL-08)."""


class SigningDeclined(SigningEnded, frozen=True, kw_only=True):
    """The person said no in the app; `cause` in the service's words."""


class SigningExpired(SigningEnded, frozen=True, kw_only=True):
    """Nobody confirmed in time."""


class SigningFailed(SigningEnded, frozen=True, kw_only=True):
    """It cannot be signed as it is; `cause` says why."""


ENDS: dict[str, type[SigningEnded]] = {
    kind.__name__: kind for kind in (DocumentSigned, SigningDeclined, SigningExpired, SigningFailed)
}


class CopyMade(Fact, frozen=True, kw_only=True):
    """A digitised result or a certified copy lies in its owner's vault (RES-07). `kind`: digitised | extract."""

    kind: str
    code: str
    original_code: str
    entry_id: UUID
    owner_id: UUID
    dossier_id: UUID | None
