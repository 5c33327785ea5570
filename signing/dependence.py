"""What a verdict rests on, as keys to look it up by when a list, a certificate or a CRL changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from signing.model import Indication
from signing.report import ChainLink, Report, RevocationReport
from signing.revocation import Crl
from signing.trust import TrustList

UNTRUSTED = "no-path"
"""The key of every undecided report of which a certificate led to no anchor: any new anchor may decide it."""


def serial_key(issuer_sha256: str, serial: int | str) -> str:
    """A certificate as CRLs and OCSP answers name it."""
    return f"{issuer_sha256}/{serial if isinstance(serial, str) else format(serial, 'x')}"


def waiting_key(issuer_sha256: str) -> str:
    """An undecided report that has this CA in a path: news from the CA may decide it."""
    return f"{issuer_sha256}?"


def keys_of(report: Report) -> tuple[str, ...]:
    """Every certificate (by SHA-256 and by issuer and serial) and every revocation datum behind the report."""
    keys: set[str] = set()
    undecided = report.indication is Indication.INDETERMINATE
    if undecided and not report.signatures:
        keys.add(UNTRUSTED)
    for chain, revocation in _parts(report):
        keys.update(link.sha256 for link in chain)
        keys.update(item.sha256 for item in revocation)
        for child, issuer in pairwise(chain):
            keys.add(serial_key(issuer.sha256, child.serial))
            if undecided:
                keys.add(waiting_key(issuer.sha256))
        if undecided and not chain:
            keys.add(UNTRUSTED)
    return tuple(sorted(keys))


def _parts(report: Report) -> Iterable[tuple[tuple[ChainLink, ...], tuple[RevocationReport, ...]]]:
    for signature in report.signatures:
        if signature.empty_field:
            continue
        yield signature.chain, signature.revocation
        for stamp in signature.timestamps:
            yield stamp.chain, stamp.revocation


def changed_by_crl(issuer_sha256: str, before: Crl | None, after: Crl) -> tuple[str, ...]:
    """Certificates whose status this CRL changes, and the undecided reports that waited for it."""
    old = before.entries() if before is not None else {}
    new = after.entries()
    moved = [serial for serial in old.keys() | new.keys() if old.get(serial) != new.get(serial)]
    return (waiting_key(issuer_sha256), *(serial_key(issuer_sha256, serial) for serial in sorted(moved)))


def changed_by_lists(before: Iterable[TrustList], after: Iterable[TrustList]) -> tuple[str, ...]:
    """Certificates that are trusted no more, and `UNTRUSTED` when others came."""
    old, new = _digests(before), _digests(after)
    return (*sorted(old - new), *((UNTRUSTED,) if new - old else ()))


def _digests(lists: Iterable[TrustList]) -> set[str]:
    from signing.certs import load_cert

    return {load_cert(der).sha256 for each in lists for der in (*each.anchors, *each.intermediates)}
