"""What the vault holds, in words."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from hub.portal.builders.dossier import access_row, file_link
from hub.portal.builders.proof import Proofs
from hub.portal.speech import Speech
from hub.portal.views.vault import VaultGroup, VaultPage, VaultRow
from hub.vault import Access, Entry, Kind


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Which dossier a document belongs to, and as which of its papers."""

    code: str
    name: str = ""


_GROUPS = (
    ("vault.results", (Kind.RESULT,)),
    ("vault.receipts", (Kind.RECEIPT, Kind.VOUCHER)),
    ("vault.conversions", (Kind.CONVERSION,)),
    ("vault.components", (Kind.COMPONENT,)),
)


def vault_page(
    entries: Sequence[Entry], seen: Sequence[Access], origins: Mapping[UUID, Origin], proofs: Proofs, t: Speech
) -> VaultPage:
    """Results first."""
    groups = [
        VaultGroup(title=t(title), rows=tuple(_row(each, origins, proofs, t) for each in entries if each.kind in kinds))
        for title, kinds in _GROUPS
    ]
    others = [each for each in seen if each.actor_kind != "citizen"]
    return VaultPage(
        groups=tuple(group for group in groups if group.rows),
        access=tuple(access_row(each, t) for each in others[:20]),
    )


def _row(entry: Entry, origins: Mapping[UUID, Origin], proofs: Proofs, t: Speech) -> VaultRow:
    origin = origins.get(entry.id) or origins.get(entry.dossier_id or entry.id)
    file = file_link(entry.name, entry.media_type, entry.size, f"/kho-du-lieu/{entry.id}", t)
    return VaultRow(
        name=(origin.name if origin else "") or file.name,
        href=file.href,
        detail=file.detail,
        when=t.day(entry.stored_at),
        origin=f"{t('vault.from_dossier')} {origin.code}" if origin else "",
        proof=proofs.link(entry.sha256, t),
    )
