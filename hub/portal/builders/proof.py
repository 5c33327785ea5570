"""Proofs in words: what can be downloaded now, and when the rest can."""

from collections.abc import Sequence
from datetime import datetime

from hub.portal.speech import Speech
from hub.portal.views.checker import RootRow, RootsPage
from hub.portal.views.common import FactRow, Link
from hub.proof import Held, PublishedRoot, next_signing


class Proofs:
    """The proofs of one owner's documents, by the document's SHA-256."""

    def __init__(self, held: Sequence[Held], now: datetime, hour: int) -> None:
        self._held = {each.digests["document"]: each for each in reversed(held) if "document" in each.digests}
        self._when = next_signing(now, hour)

    def link(self, sha256: str, t: Speech) -> Link | None:
        """To the proof; without an address while its root is not signed; None for what the log does not know."""
        found = self._held.get(sha256)
        if found is None:
            return None
        if found.proved:
            return Link(text=t("proof.download"), href=f"/bang-chung/{found.fact_id}")
        return Link(text=t("proof.from", when=t.short_moment(self._when)), href="")


def roots_page(roots: Sequence[PublishedRoot], now: datetime, hour: int, t: Speech) -> RootsPage:
    """Newest first."""
    return RootsPage(
        roots=tuple(_row(each, t) for each in roots), next=t("proof.next", when=t.moment(next_signing(now, hour)))
    )


def _row(root: PublishedRoot, t: Speech) -> RootRow:
    return RootRow(
        title=t.moment(datetime.fromisoformat(root.at)),
        facts=(
            FactRow(label=t("proof.size"), value=str(root.size)),
            FactRow(label=t("proof.hash"), value=root.hash, code=True),
        ),
        href=f"/api/v1/proof/roots/{root.size}",
    )
