"""Named trust lists with versions, and the paths that lead to their anchors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from signing.certs import Cert, NameKey, load_cert
from signing.errors import TrustError
from signing.revocation import Crl, RevocationStore, signed_by

MAX_DEPTH = 8


class TrustList(msgspec.Struct, frozen=True, kw_only=True):
    """A list of anchors that somebody answers for; `sha256` pins its content."""

    name: str
    version: str
    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    source: str = ""

    @property
    def sha256(self) -> str:
        h = hashlib.sha256()
        for part in (*sorted(self.anchors), b"|", *sorted(self.intermediates)):
            h.update(hashlib.sha256(part).digest())
        return h.hexdigest()


class Path(msgspec.Struct, frozen=True):
    """A path from a certificate to an anchor, checked but for time and revocation."""

    certs: tuple[Cert, ...]
    trust_list: str

    @property
    def anchor(self) -> Cert:
        return self.certs[-1]

    @property
    def window(self) -> tuple[datetime, datetime]:
        """When every certificate of the path is valid."""
        return max(c.not_before for c in self.certs), min(c.not_after for c in self.certs)


class PathSearch(msgspec.Struct, frozen=True):
    """The best path found, or why there is none."""

    path: Path | None
    missing: str | None = None
    broken: str | None = None


class TrustStore:
    """Anchors by list, known intermediates, and the revocation data imported so far."""

    def __init__(self, lists: Iterable[TrustList] = (), *, keys: Iterable[Any] = ()) -> None:
        self.lists: tuple[TrustList, ...] = tuple(lists)
        self.keys = tuple(keys)
        self.revocation = RevocationStore()
        self._anchors: dict[NameKey, list[tuple[Cert, str]]] = {}
        self._known: dict[NameKey, list[Cert]] = {}
        self._paths: dict[str, PathSearch] = {}
        for item in self.lists:
            for der in item.anchors:
                cert = load_cert(der)
                self._anchors.setdefault(cert.subject, []).append((cert, item.name))
            for der in item.intermediates:
                cert = load_cert(der)
                self._known.setdefault(cert.subject, []).append(cert)

    def with_list(self, item: TrustList, keys: Iterable[Any] = ()) -> TrustStore:
        """A store with one list more and the same revocation data."""
        store = TrustStore((*self.lists, item), keys=(*self.keys, *keys))
        store.revocation = self.revocation
        return store

    @property
    def version(self) -> str:
        """Names the lists and pins their content: the same text means the same verdicts."""
        names = " ".join(f"{i.name}/{i.version}/{i.sha256[:12]}" for i in self.lists) or "empty"
        return f"{names} rev:{self.revocation.state[:12]}"

    @property
    def state(self) -> str:
        h = hashlib.sha256(self.revocation.state.encode())
        for item in self.lists:
            h.update(item.sha256.encode())
        return h.hexdigest()

    def issuers(self) -> Iterator[Cert]:
        for anchors in self._anchors.values():
            for cert, _ in anchors:
                yield cert
        for known in self._known.values():
            yield from known

    def import_crl(self, data: bytes, at: datetime | None = None) -> Crl:
        """Take over a CRL (DER); an older number is refused."""
        return self.revocation.import_crl(data, self.issuers(), at or datetime.now(UTC))

    def import_ocsp(self, data: bytes, at: datetime | None = None) -> int:
        return self.revocation.import_ocsp(data, self.issuers(), at or datetime.now(UTC))

    def is_anchor(self, cert: Cert) -> str | None:
        return next((name for c, name in self._anchors.get(cert.subject, ()) if c == cert), None)

    def find_path(self, cert: Cert, extra: Iterable[Cert] = ()) -> PathSearch:
        """The path with the widest validity; good ones are remembered, as only time and revocation move."""
        cached = self._paths.get(cert.sha256)
        if cached is not None:
            return cached
        found = self._search(cert, tuple(extra))
        if found.path is not None:
            if len(self._paths) > 20_000:
                self._paths.clear()
            self._paths[cert.sha256] = found
        return found

    def _search(self, cert: Cert, extra: tuple[Cert, ...]) -> PathSearch:
        name = self.is_anchor(cert)
        if name is not None:
            return PathSearch(Path((cert,), name))
        pool: dict[NameKey, list[Cert]] = {}
        for c in extra:
            pool.setdefault(c.subject, []).append(c)
        paths: list[Path] = []
        problems: list[str] = []
        missing: list[str] = []
        self._extend((cert,), pool, paths, problems, missing)
        if paths:
            return PathSearch(max(paths, key=lambda p: (p.window[1], -len(p.certs))))
        return PathSearch(None, missing[0] if missing else cert.issuer_text, problems[0] if problems else None)

    def _extend(
        self,
        so_far: tuple[Cert, ...],
        pool: dict[NameKey, list[Cert]],
        paths: list[Path],
        problems: list[str],
        missing: list[str],
    ) -> None:
        top = so_far[-1]
        if len(so_far) > MAX_DEPTH or len(paths) >= 8:
            return
        for anchor, name in self._anchors.get(top.issuer, ()):
            if _fits(top, anchor) and signed_by(top, anchor):
                complete = (*so_far, anchor)
                problem = constraint_problem(complete)
                if problem is None:
                    paths.append(Path(complete, name))
                else:
                    problems.append(problem)
        found = False
        for parent in (*self._known.get(top.issuer, ()), *pool.get(top.issuer, ())):
            if parent in so_far or not _fits(top, parent) or not signed_by(top, parent):
                continue
            found = True
            self._extend((*so_far, parent), pool, paths, problems, missing)
        if not found and not paths:
            missing.append(top.issuer_text)


def _fits(child: Cert, parent: Cert) -> bool:
    ours, theirs = child.authority_key_id, parent.key_id
    return ours is None or theirs is None or ours == theirs


def constraint_problem(path: tuple[Cert, ...]) -> str | None:
    """Why a signed path is still no path (RFC 5280 §6.1): no CA, too long, an unknown critical extension."""
    for depth, cert in enumerate(path):
        if cert.unknown_critical:
            return f"{cert.subject_text}: unknown critical extension"
        if depth == 0:
            continue
        if not cert.may_certify() and not (cert is path[-1] and cert.x.version.value == 0):
            return f"{cert.subject_text}: not a CA"
        between = sum(1 for c in path[1:depth] if not c.self_issued)
        if cert.path_length is not None and between > cert.path_length:
            return f"{cert.subject_text}: path too long"
    start = max(c.not_before for c in path)
    if start > min(c.not_after for c in path):
        return "the certificates of the path are never valid together"
    if any(c.has_name_constraints for c in path[1:]):
        return _name_constraint_problem(path, start)
    return None


def _name_constraint_problem(path: tuple[Cert, ...], moment: datetime) -> str | None:
    """Name constraints are rare: the full validator decides."""
    from asn1crypto import x509 as asn1_x509
    from pyhanko_certvalidator.authority import CertTrustAnchor
    from pyhanko_certvalidator.context import ValidationContext
    from pyhanko_certvalidator.errors import PathError
    from pyhanko_certvalidator.path import ValidationPath
    from pyhanko_certvalidator.validate import validate_path

    parsed = [asn1_x509.Certificate.load(c.der) for c in path]
    context = ValidationContext(trust_roots=[parsed[-1]], moment=moment, allow_fetching=False)
    try:
        validate_path(context, ValidationPath(CertTrustAnchor(parsed[-1]), list(reversed(parsed[1:-1])), parsed[0]))
    except PathError as error:
        return str(error)
    return None


__all__ = ["Path", "PathSearch", "TrustError", "TrustList", "TrustStore"]
