"""`verify`: one call, one report, for every kind of file; it never raises for what a file contains."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock

import msgspec

from signing import sentences
from signing.certs import utc
from signing.judge import Judge
from signing.model import Indication, Kind, LaterChanges, Policy, Role, SubIndication, indication_of
from signing.pdf import verify_pdf
from signing.pdf_file import Digests, Encrypted
from signing.policy import RULES
from signing.report import Report, SignatureReport
from signing.trust import TrustStore

VERIFIER = "mot-cua signing 1"
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
RANK = {
    Indication.TOTAL_FAILED: 0,
    Indication.INDETERMINATE: 1,
    Indication.NO_SIGNATURE: 2,
    Indication.TOTAL_PASSED: 3,
}


class Outcome(msgspec.Struct, kw_only=True):
    """What a format's verifier found."""

    signatures: tuple[SignatureReport, ...] = ()
    empty_fields: tuple[str, ...] = ()
    later_changes: LaterChanges = LaterChanges.NONE
    only_timestamps: bool = False
    sub: SubIndication | None = None
    sentence: sentences.Pair | None = None


def sniff(data: bytes) -> Kind:
    """What kind of file it is, by content: a name can lie."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf\x00\t\n\x0c\r ")
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if head.startswith(b"<") or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Kind.XML
    if (
        head.startswith((b"-----BEGIN PKCS7", b"-----BEGIN CMS", b"MII"))
        or head[:1] == b"\x30"
        or SIGNED_DATA in head[:64]
    ):
        return Kind.CMS
    if head.startswith((b"{", b"eyJ")):
        return Kind.JWS
    return Kind.UNKNOWN


_paused = Lock()


@contextmanager
def collection_paused() -> Iterator[None]:
    """Without the cycle collector, which costs a sixth of a verification: its parts live to the end anyway."""
    first = gc.isenabled() and _paused.acquire(blocking=False)
    if first:
        gc.disable()
    try:
        yield
    finally:
        if first:
            gc.enable()
            _paused.release()


def verify(
    data: bytes,
    *,
    trust: TrustStore,
    at: datetime | None = None,
    kind: Kind | None = None,
    detached: bytes | None = None,
    password: str | None = None,
    policy: Policy = Policy.INCOMING,
) -> Report:
    """Verify every signature of a file. A file is never an error: whatever is in it becomes a verdict."""
    judge = Judge(trust, RULES[policy], utc(at) if at else datetime.now(UTC))
    return examine(data, judge, policy, kind=kind, detached=detached, password=password)


def examine(
    data: bytes,
    judge: Judge,
    policy: Policy,
    *,
    kind: Kind | None = None,
    detached: bytes | None = None,
    password: str | None = None,
) -> Report:
    """`verify` with a judge of the caller's making."""
    data = bytes(data)
    found_kind = kind or sniff(data)
    digests = Digests(data)
    try:
        with collection_paused():
            outcome = _by_kind(data, found_kind, judge, detached, password, digests)
    except Encrypted:
        outcome = Outcome(sub=SubIndication.SIGNED_DATA_NOT_FOUND, sentence=sentences.ENCRYPTED)
    except MemoryError:
        outcome = Outcome(
            sub=SubIndication.POLICY_PROCESSING_ERROR, sentence=sentences.fill(sentences.OVER_LIMIT, d="memory")
        )
    except Exception as error:  # parsers of hostile files raise anything
        detail = f"{type(error).__name__}: {error}"[:200]
        outcome = Outcome(
            sub=SubIndication.FORMAT_FAILURE, sentence=sentences.fill(sentences.UNREADABLE, d=detail.replace("{", "("))
        )
    return _report(digests.whole(), len(data), found_kind, judge, policy, outcome)


def _by_kind(
    data: bytes, kind: Kind, judge: Judge, detached: bytes | None, password: str | None, digests: Digests
) -> Outcome:
    match kind:
        case Kind.PDF:
            found = verify_pdf(data, judge, password=password, digests=digests)
            return Outcome(
                signatures=found.signatures,
                empty_fields=found.empty_fields,
                later_changes=found.later_changes,
                only_timestamps=found.only_timestamps,
            )
        case Kind.XML:
            from signing.xml import verify_xml

            return Outcome(signatures=verify_xml(data, judge, detached=detached))
        case Kind.CMS:
            from signing.cades import verify_cms

            return Outcome(signatures=verify_cms(data, judge, detached=detached))
        case Kind.JWS:
            from signing.jws import verify_jws

            return Outcome(signatures=verify_jws(data, judge, detached=detached))
        case _:
            return Outcome(sentence=sentences.NOT_SIGNABLE)


def _report(sha256: str, size: int, kind: Kind, judge: Judge, policy: Policy, outcome: Outcome) -> Report:
    signatures = outcome.signatures
    sub = outcome.sub
    if sub is not None:
        indication = indication_of(sub)
        sentence = outcome.sentence or ("", "")
    elif not signatures or outcome.only_timestamps:
        worst_stamp = min(signatures, key=lambda s: RANK[s.indication], default=None)
        indication = Indication.NO_SIGNATURE
        if worst_stamp is not None and worst_stamp.indication is Indication.TOTAL_FAILED:
            indication, sub = Indication.TOTAL_FAILED, worst_stamp.sub_indication
        sentence = outcome.sentence or (sentences.ONLY_TIMESTAMPS if signatures else sentences.NO_SIGNATURE)
    else:
        worst = min(signatures, key=lambda s: RANK[s.indication])
        indication, sub = worst.indication, worst.sub_indication
        signed = [s for s in signatures if s.role is not Role.TIMESTAMP]
        added = signed[0].added_by_later_revisions if signed else ()
        sentence = sentences.overall_sentence(
            indication, outcome.later_changes, len(signed), (worst.sentence_vi, worst.sentence_en), added
        )
    return Report(
        indication=indication,
        sub_indication=sub,
        later_changes=outcome.later_changes,
        sentence_vi=sentence[0],
        sentence_en=sentence[1],
        kind=kind,
        sha256=sha256,
        size=size,
        policy=policy,
        policy_id=judge.rules.id,
        trust=judge.trust.version,
        at=judge.at,
        verifier=VERIFIER,
        signatures=signatures,
        empty_fields=outcome.empty_fields,
    )
