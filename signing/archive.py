"""Archive time-stamps as proofs of existence, latest first (ETSI EN 319 102-1 §5.6). The same for CAdES and XAdES."""

from __future__ import annotations

from datetime import datetime

import msgspec

from signing.judge import Judge, Material, TokenVerdict
from signing.timestamp import Token


class Archived(msgspec.Struct, kw_only=True):
    """One archive time-stamp with what lies under it besides the signature.

    `stamps`: earlier time-stamp tokens; `evidence`: CRLs and OCSP answers. Both as DER.
    """

    der: bytes
    token: Token
    stamps: frozenset[bytes] = frozenset()
    evidence: frozenset[bytes] = frozenset()


class Archive:
    """What the archive time-stamps of one signature prove of it, of its earlier time-stamps and of revocation data.

    From here on `material.since` answers from them.
    """

    def __init__(self, found: list[Archived], material: Material, judge: Judge) -> None:
        self._now = judge.at
        self._proofs: list[tuple[datetime, Archived]] = []
        self.verdicts: list[TokenVerdict] = []
        if found:
            material.since = self.since
        for each in sorted(found, key=lambda it: it.token.gen_time or judge.at, reverse=True):
            verdict = judge.token(each.token, material, self.seen_from(each.der))
            self.verdicts.append(verdict)
            if verdict.proves is not None:
                self._proofs.append((verdict.proves, each))

    @property
    def moment(self) -> datetime:
        """When the signature is proven to have existed; the time of the judgement without any proof."""
        return min((moment for moment, _ in self._proofs), default=self._now)

    def seen_from(self, stamp: bytes) -> datetime:
        """As of when an earlier time-stamp is judged: the first moment that a valid later one proves of it."""
        return min((moment for moment, each in self._proofs if stamp in each.stamps), default=self._now)

    def since(self, evidence: bytes) -> datetime | None:
        """From when a CRL or an OCSP answer is proven."""
        return min((moment for moment, each in self._proofs if evidence in each.evidence), default=None)
