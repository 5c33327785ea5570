"""From intact bytes to a verdict: path, time, revocation, algorithms (ETSI EN 319 102-1).

The verdict is the AND of every check; none of them can be outvoted. What the libraries get wrong
(SIGNING §0) is checked here: the best signature time lies inside the validity of every certificate of
the path, revocation evidence is required, and evidence about an expired certificate counts only when a
later time-stamp, or our own import, proves that it existed in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from signing.certs import Cert
from signing.cms import SignerResult
from signing.model import SubIndication
from signing.policy import Rules, judge_algorithm, weak_digest
from signing.revocation import Evidence, Status, embedded_evidence, issued_with, speaks_for
from signing.timestamp import TIME_STAMPING, Token
from signing.trust import Path, TrustStore

CLAIM_TOLERANCE = timedelta(hours=24)


class Material(msgspec.Struct, kw_only=True):
    """Certificates and revocation data that the file itself carries."""

    certs: list[Cert] = []
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    since: Callable[[bytes], datetime | None] = lambda _: None
    # what takes time to read (a PDF's security store), read when something depends on it
    store: Callable[[], Material] | None = None

    def all_certs(self) -> Iterator[Cert]:
        yield from self.certs
        if self.store is not None:
            yield from self.store().certs

    def revocation(self) -> tuple[list[bytes], list[bytes]]:
        if self.store is None:
            return self.crls, self.ocsps
        more = self.store()
        return [*self.crls, *more.crls], [*self.ocsps, *more.ocsps]


class PathVerdict(msgspec.Struct, kw_only=True):
    sub: SubIndication | None = None
    path: Path | None = None
    used: list[tuple[Cert, Evidence]] = []
    control_time: datetime | None = None
    detail: str = ""
    why: str = ""


class TokenVerdict(msgspec.Struct, kw_only=True):
    token: Token
    sub: SubIndication | None
    path: PathVerdict | None = None

    @property
    def proves(self) -> datetime | None:
        """The moment that this token proves, if it holds."""
        return self.token.gen_time if self.sub is None else None


class Verdict(msgspec.Struct, kw_only=True):
    sub: SubIndication | None
    best_time: datetime
    proven: bool
    path: PathVerdict
    tokens: list[TokenVerdict] = []
    why: str = ""
    detail: str = ""


class Judge:
    """The checks that need trust and time, for one run of `verify`."""

    def __init__(self, trust: TrustStore, rules: Rules, at: datetime) -> None:
        self.trust = trust
        self.rules = rules
        self.at = at

    def path(self, cert: Cert, material: Material, best_time: datetime, at: datetime, usage: str) -> PathVerdict:
        """Whether `cert` leads to an anchor, was valid at `best_time` and not revoked then, as seen from `at`."""
        search = self.trust.find_path(cert, material.all_certs())
        if search.path is None:
            if search.broken is not None:
                return PathVerdict(sub=SubIndication.CHAIN_CONSTRAINTS_FAILURE, detail=search.broken, why="not-a-ca")
            missing = search.missing or ""
            return PathVerdict(sub=SubIndication.NO_CERTIFICATE_CHAIN_FOUND, detail=missing, why="no-chain")
        verdict = PathVerdict(path=search.path, control_time=at)
        problem = _usage_problem(cert, usage)
        if problem:
            verdict.sub, verdict.why = SubIndication.CHAIN_CONSTRAINTS_FAILURE, problem
            return verdict
        start, end = search.path.window
        if best_time < start:
            verdict.sub, verdict.why = SubIndication.NOT_YET_VALID, "not-yet-valid"
        elif best_time > end:
            verdict.sub, verdict.why = SubIndication.OUT_OF_BOUNDS_NO_POE, "expired-at-best-time"
        else:
            self._chain_algorithms(search.path, best_time, verdict)
        if verdict.sub is None:
            self._revocation(search.path, material, best_time, at, verdict)
        return verdict

    def _chain_algorithms(self, path: Path, best_time: datetime, verdict: PathVerdict) -> None:
        if not self.rules.check_algorithms:
            return
        for cert, issuer in zip(path.certs, path.certs[1:], strict=False):
            sub = judge_algorithm(issued_with(cert, issuer), best_time, proven=best_time < self.at)
            if sub is not None:
                verdict.sub, verdict.why, verdict.detail = sub, "weak-chain", cert.subject_text
                return

    def _revocation(
        self, path: Path, material: Material, best_time: datetime, at: datetime, verdict: PathVerdict
    ) -> None:
        past = at > path.window[1]
        for depth, (cert, issuer) in enumerate(zip(path.certs, path.certs[1:], strict=False)):
            found = self.trust.revocation.evidence(cert, issuer)
            if not _decided(found, best_time, at):
                found += embedded_evidence(cert, issuer, *material.revocation(), material.since)
            found = [e for e in found if e.this_update <= at + self.rules.clock_skew]
            revoked = [e for e in found if e.status is Status.REVOKED and e.revoked_at is not None]
            first = min(revoked, key=lambda e: e.revoked_at or at, default=None)
            if first is not None and first.revoked_at is not None and first.revoked_at <= best_time:
                verdict.used.append((cert, first))
                verdict.sub = SubIndication.REVOKED_NO_POE if depth == 0 else SubIndication.REVOKED_CA_NO_POE
                verdict.why, verdict.detail = "revoked", cert.subject_text
                return
            if not self.rules.need_revocation:
                continue
            self._need_good(cert, found, best_time, past, verdict)
            if verdict.sub is not None:
                return

    def _need_good(
        self, cert: Cert, found: list[Evidence], best_time: datetime, past: bool, verdict: PathVerdict
    ) -> None:
        """At least one answer that speaks of the best time, and that can be believed today."""
        telling = [
            e
            for e in found
            if e.status is not Status.UNKNOWN
            and speaks_for(e, best_time, self.rules.freshness)
            # a CA may drop a certificate from its list after it expired
            and (e.this_update <= cert.not_after or e.status is Status.REVOKED)
        ]
        proven = [e for e in telling if e.known_since is not None and e.known_since <= e.signer_until]
        usable = proven if past else telling
        if usable:
            best = max(usable, key=lambda e: e.this_update)
            verdict.used.append((cert, best))
            return
        verdict.detail = cert.subject_text
        if past:
            verdict.sub, verdict.why = SubIndication.NO_POE, "no-poe"
        else:
            stale = bool(found)
            verdict.sub, verdict.why = SubIndication.TRY_LATER, "stale-revocation" if stale else "no-revocation"

    def token(self, token: Token, material: Material, at: datetime) -> TokenVerdict:
        """A time-stamp is a signature of its own: intact, of a time-stamp authority, trusted as seen from `at`."""
        if token.sub is not None or token.gen_time is None or token.result.signer is None:
            return TokenVerdict(token=token, sub=token.sub or SubIndication.FORMAT_FAILURE)
        both = Material(
            certs=[*token.certs, *material.certs],
            crls=[*token.crls, *material.crls],
            ocsps=[*token.ocsps, *material.ocsps],
            since=material.since,
            store=material.store,
        )
        if token.gen_time > at + self.rules.clock_skew:
            return TokenVerdict(token=token, sub=SubIndication.TIMESTAMP_ORDER_FAILURE)
        if self.rules.check_algorithms and any(weak_digest(each, token.gen_time) for each in token.digests):
            return TokenVerdict(token=token, sub=SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
        if token.result.algorithm is not None:
            weak = judge_algorithm(token.result.algorithm, token.gen_time, proven=True)
            if weak is not None and self.rules.check_algorithms:
                return TokenVerdict(token=token, sub=weak)
        path = self.path(token.result.signer, both, token.gen_time, at, "time-stamp")
        return TokenVerdict(token=token, sub=path.sub, path=path)

    def signature(self, result: SignerResult, material: Material, tokens: list[TokenVerdict], at: datetime) -> Verdict:
        """One signature whose bytes were checked, with its time-stamps already judged."""
        times = [t.proves for t in tokens if t.proves is not None and t.token.kind != "content"]
        best_time, proven = (min(times), True) if times else (at, False)
        verdict = Verdict(sub=None, best_time=best_time, proven=proven, path=PathVerdict(), tokens=tokens)
        broken = bytes_problem(result)
        if broken is not None:
            verdict.sub, verdict.why = broken
            verdict.detail = result.detail
            if result.signer is not None:
                verdict.path.path = self.trust.find_path(result.signer, material.all_certs()).path
            return verdict
        assert result.signer is not None
        assert result.algorithm is not None
        verdict.path = self.path(result.signer, material, best_time, at, "document")
        verdict.sub, verdict.why, verdict.detail = verdict.path.sub, verdict.path.why, verdict.path.detail
        if verdict.sub is None:
            verdict.sub, verdict.why = self._constraints(result, verdict)
        return verdict

    def _constraints(self, result: SignerResult, verdict: Verdict) -> tuple[SubIndication | None, str]:
        assert result.algorithm is not None
        assert result.signer is not None
        weak = judge_algorithm(result.algorithm, verdict.best_time, proven=verdict.proven)
        if weak is not None and self.rules.check_algorithms:
            return weak, "weak-algorithm"
        claimed = result.claimed_time
        if claimed is not None and claimed > self.at + CLAIM_TOLERANCE:
            return SubIndication.SIG_CONSTRAINTS_FAILURE, "in-the-future"
        if claimed is not None and claimed < result.signer.not_before - CLAIM_TOLERANCE:
            return SubIndication.SIG_CONSTRAINTS_FAILURE, "before-issuance"
        content = [t.proves for t in verdict.tokens if t.token.kind == "content" and t.proves is not None]
        if content and max(content) > verdict.best_time + self.rules.clock_skew:
            return SubIndication.TIMESTAMP_ORDER_FAILURE, "order"
        if self.rules.need_timestamp and not verdict.proven:
            return SubIndication.SIG_CONSTRAINTS_FAILURE, "no-timestamp"
        return None, ""


def _decided(imported: list[Evidence], best_time: datetime, at: datetime) -> bool:
    """Imported data issued after the best time knows every revocation before it: the file can add nothing."""
    return any(e.status is Status.GOOD and best_time <= e.this_update <= at for e in imported)


def bytes_problem(result: SignerResult) -> tuple[SubIndication, str] | None:
    """What the bytes alone already decide."""
    if result.problem is SubIndication.FORMAT_FAILURE:
        return result.problem, "format"
    if result.hash_ok is False:
        return SubIndication.HASH_FAILURE, "hash"
    if result.sig_ok is False:
        return SubIndication.SIG_CRYPTO_FAILURE, "signature"
    if result.problem is not None:
        return result.problem, "problem"
    if result.signer is None:
        return SubIndication.NO_SIGNING_CERTIFICATE_FOUND, "no-certificate"
    if not result.intact or result.algorithm is None:
        return SubIndication.FORMAT_FAILURE, "format"
    return None


def _usage_problem(cert: Cert, usage: str) -> str | None:
    if usage == "time-stamp":
        return None if TIME_STAMPING in (cert.extended_usage or ()) else "not-a-tsa"
    if not cert.may_sign_documents():
        return "key-usage"
    if cert.extended_usage is not None and cert.extended_usage == {TIME_STAMPING}:
        return "key-usage"
    return None
