"""What the vault holds, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from hub.portal.builders.dossier import access_row, file_link
from hub.portal.builders.proof import Proofs
from hub.portal.speech import Speech
from hub.portal.views.common import FactRow, Link, State
from hub.portal.views.vault import OpenedPage, ReceivedRow, SharedPage, ShareRow, VaultGroup, VaultPage, VaultRow
from hub.vault import Access, Entry, Kind, Retention, Share


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Which dossier a document belongs to, as which of its papers, or as which of its results."""

    code: str
    name: str = ""
    result: str = ""
    check: str = ""


_GROUPS = (
    ("vault.results", (Kind.RESULT,)),
    ("vault.receipts", (Kind.RECEIPT, Kind.VOUCHER)),
    ("vault.conversions", (Kind.CONVERSION,)),
    ("vault.components", (Kind.COMPONENT,)),
)


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person's vault. `upload_days`: how long an upload is kept that no dossier takes over.

    `issued`: the first version of each document that has several, by document.
    """

    entries: Sequence[Entry]
    seen: Sequence[Access]
    origins: Mapping[UUID, Origin]
    shares: Sequence[Share]
    received: Sequence[Share]
    proofs: Proofs
    upload_days: int
    now: datetime
    issued: Mapping[UUID, Entry] = {}


def vault_page(it: Holding, t: Speech) -> VaultPage:
    """Results first."""
    groups = [
        VaultGroup(title=t(title), rows=tuple(_row(each, it, t) for each in it.entries if each.kind in kinds))
        for title, kinds in _GROUPS
    ]
    others = [each for each in it.seen if each.actor_id != str(each.owner_id)]
    return VaultPage(
        groups=tuple(group for group in groups if group.rows),
        access=tuple(access_row(each, t) for each in others[:20]),
        shares=tuple(share_row(each, it.now, t) for each in it.shares),
        received=tuple(_received_row(each, t) for each in it.received),
    )


def share_row(each: Share, now: datetime, t: Speech) -> ShareRow:
    """One share, as its owner sees it."""
    ended = each.ended_by(now)
    return ShareRow(
        name=each.name,
        to=_to(each, t),
        purpose=each.purpose,
        until=t.short_moment(each.expires_at),
        state=State(word=t(f"share.state_{ended or 'open'}"), tone="done" if not ended else "plain"),
        revoke="" if ended else f"/kho-du-lieu/chia-se/{each.id}/thu-hoi",
    )


def shared_page(made: Share, link: str, t: Speech) -> SharedPage:
    """What to do with the link now, for it is not shown again."""
    return SharedPage(
        title=t("share.made_title"),
        sentence=t("share.made_link") if link else t("share.made_citizen"),
        link=link,
        facts=(
            FactRow(label=t("share.document"), value=made.name),
            FactRow(label=t("share.to"), value=_to(made, t)),
            FactRow(label=t("share.purpose"), value=made.purpose),
            FactRow(label=t("share.until"), value=t.moment(made.expires_at)),
        ),
        back=Link(text=t("share.back"), href="/kho-du-lieu"),
    )


def opened_page(each: Share, owner: str, action: str, t: Speech) -> OpenedPage:
    """Who shows it, what for, until when, and that taking it is told."""
    file = file_link(each.name, each.media_type, each.size, "", t)
    return OpenedPage(
        title=each.name,
        facts=(
            FactRow(label=t("share.from"), value=owner),
            FactRow(label=t("share.purpose"), value=each.purpose),
            FactRow(label=t("share.file"), value=file.detail),
            FactRow(label=t("share.until"), value=t.moment(each.expires_at)),
        ),
        action=action,
        told=(t("share.told"), *((t("share.once"),) if each.one_time else ())),
    )


def _to(each: Share, t: Speech) -> str:
    if each.grantee_number:
        return t("share.to_citizen", number=f"•••• {each.grantee_number[-4:]}")
    return t("share.to_link_once") if each.one_time else t("share.to_link")


def _received_row(each: Share, t: Speech) -> ReceivedRow:
    return ReceivedRow(
        name=each.name,
        href=f"/kho-du-lieu/duoc-chia-se/{each.id}",
        purpose=each.purpose,
        until=t.short_moment(each.expires_at),
    )


def _kept(entry: Entry, days: int, t: Speech) -> str:
    if entry.retention is Retention.DRAFT:
        return t("vault.kept_draft", when=t.day(entry.stored_at + timedelta(days=days)))
    return t(f"vault.kept_{entry.retention}")


def _row(entry: Entry, it: Holding, t: Speech) -> VaultRow:
    issued = it.issued.get(entry.document_id)
    first = issued or entry
    origin = it.origins.get(first.id) or it.origins.get(entry.dossier_id or entry.id)
    file = file_link(entry.name, entry.media_type, entry.size, f"/kho-du-lieu/{entry.id}", t)
    check = (Link(text=t("vault.check"), href=origin.check),) if origin and origin.check else ()
    return VaultRow(
        name=(origin.name if origin else "") or file.name,
        href=file.href,
        detail=file.detail,
        when=t.day(first.stored_at),
        renewed=t("vault.renewed", when=t.day(entry.stored_at)) if issued else "",
        origin=f"{t('vault.from_dossier')} {origin.code}" if origin else "",
        proof=it.proofs.link(first.sha256, t),
        kept=_kept(entry, it.upload_days, t),
        code=origin.result if origin else "",
        links=(Link(text=t("share.link"), href=f"/kho-du-lieu/{entry.id}/chia-se"), *check, *_issued(issued, t)),
    )


def _issued(first: Entry | None, t: Speech) -> tuple[Link, ...]:
    return (Link(text=t("vault.issued_file"), href=f"/kho-du-lieu/{first.id}"),) if first else ()
