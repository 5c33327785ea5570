"""The page that checks paper copies, and the public page of the log's roots."""

import msgspec

from hub.portal.views.common import FactRow


class CheckerPage(msgspec.Struct, frozen=True, kw_only=True):
    """`keys`: where the signed list is; `pinned`: whose signature it must bear (JSON); `cache`: what keeps the page;

    `worker`: the script that keeps it, "" for none.
    """

    keys: str
    pinned: str
    cache: str
    worker: str = ""


class RootRow(msgspec.Struct, frozen=True, kw_only=True):
    """One signed root."""

    title: str
    facts: tuple[FactRow, ...]
    href: str


class RootsPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next`: when the next one is due, in words."""

    roots: tuple[RootRow, ...]
    next: str
