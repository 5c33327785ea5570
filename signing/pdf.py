"""PDF signatures: PAdES, legacy PKCS#7 and document time-stamps."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from pyhanko.pdf_utils import generic

from signing.certs import load_certs
from signing.cms import ADOBE_REVOCATION, CmsError, SignedCms, SignerResult, revocation_values
from signing.findings import failed, role_of, signature_report, with_failure
from signing.judge import Judge, Material, TokenVerdict, Verdict
from signing.model import Indication, LaterChanges, Level, Role, SubIndication
from signing.pdf_entry import Entry, docmdp, pdf_date, text
from signing.pdf_file import Coverage, Digests, PdfFile, SigField
from signing.pdf_later import judge_changes, overall_changes
from signing.pdf_tree import deref
from signing.report import SignatureReport
from signing.timestamp import Token, imprint_of, read_token

CADES_FILTER = "/ETSI.CAdES.detached"
LEGACY_FILTERS = ("/adbe.pkcs7.detached", "/adbe.pkcs7.sha1", CADES_FILTER)
MAX_SIGNATURES = 200


class PdfResult(msgspec.Struct, kw_only=True):
    signatures: tuple[SignatureReport, ...]
    empty_fields: tuple[str, ...]
    later_changes: LaterChanges
    only_timestamps: bool = False


def verify_pdf(data: bytes, judge: Judge, *, password: str | None = None, digests: Digests | None = None) -> PdfResult:
    """Every signature of the file, each judged by what it covers and by what came after it."""
    file = PdfFile(data, password, digests)
    fields, empty = file.signature_fields()
    entries = [_open(file, field, judge) for field in fields[:MAX_SIGNATURES]]
    if not entries:
        return PdfResult(signatures=(), empty_fields=tuple(empty), later_changes=LaterChanges.NONE)
    stamps = [e for e in entries if e.is_timestamp]
    material = _material(file, entries, stamps)
    proven = _judge_document_timestamps(file, stamps, material, judge)
    material.since = _since(file, proven)
    for entry in entries:
        entry.report = _judge_entry(entry, material, proven, stamps, judge)
    judge_changes(file, entries, judge)
    reports = tuple(e.report for e in entries if e.report is not None)
    changes = overall_changes(reports)
    return PdfResult(
        signatures=reports,
        empty_fields=tuple(empty),
        later_changes=changes,
        only_timestamps=len(stamps) == len(entries),
    )


def _open(file: PdfFile, field: SigField, judge: Judge) -> Entry:
    entry = Entry(field=field, coverage=Coverage("unclear", 0, field.problem))
    if field.problem or field.contents is None:
        return entry
    entry.coverage = file.coverage(field)
    if len(field.byte_range) != 4:
        return entry
    digest = file.signed_digest(field)
    if entry.is_timestamp:
        entry.token = read_token(field.contents, digest, kind="document")
        return entry
    try:
        entry.cms = SignedCms(field.contents)
    except CmsError as error:
        field.problem = str(error)
        return entry
    if len(entry.cms.signers) != 1:
        field.problem = f"{len(entry.cms.signers)} SignerInfos in one signature"
        return entry
    entry.result = _verify_cms(entry.cms, field, digest)
    return entry


def _verify_cms(cms: SignedCms, field: SigField, digest: Any) -> SignerResult:
    if field.subfilter == "/adbe.pkcs7.sha1":
        content = cms.content
        result = cms.verify(0)
        if content != digest("sha1"):
            result.hash_ok = False
        return result
    result = cms.verify(0, digest)
    if cms.content is not None and result.problem is None:
        result.problem, result.detail = SubIndication.FORMAT_FAILURE, "content inside a detached signature"
    if field.subfilter not in LEGACY_FILTERS and result.problem is None:
        result.problem, result.detail = SubIndication.FORMAT_FAILURE, f"SubFilter {field.subfilter or 'missing'}"
    return result


def _material(file: PdfFile, entries: list[Entry], stamps: list[Entry]) -> Material:
    @cache
    def store() -> Material:
        certs, crls, ocsps = file.dss
        return Material(certs=load_certs(_streams(certs)), crls=_streams(crls), ocsps=_streams(ocsps))

    material = Material(store=store if any(file.dss) else None)
    for entry in entries:
        holder = entry.cms
        if holder is not None:
            material.certs.extend(holder.certs)
            material.crls.extend(holder.crls)
            material.ocsps.extend(holder.ocsps)
        if entry.result is not None and holder is not None:
            crls_in, ocsps_in = _adobe_revocation(holder)
            material.crls.extend(crls_in)
            material.ocsps.extend(ocsps_in)
    for entry in stamps:
        if entry.token is not None:
            material.certs.extend(entry.token.certs)
            material.crls.extend(entry.token.crls)
            material.ocsps.extend(entry.token.ocsps)
    return material


def _adobe_revocation(cms: SignedCms) -> tuple[list[bytes], list[bytes]]:
    """Adobe's signed attribute with revocation data (adbe-revocationInfoArchival)."""
    held = cms.signers[0].first_value(ADOBE_REVOCATION)
    try:
        return revocation_values(held) if held is not None else ([], [])
    except (ValueError, TypeError, KeyError):
        return [], []


def _streams(refs: list[Any]) -> list[bytes]:
    found = []
    for ref in refs:
        stream = deref(ref)
        if isinstance(stream, generic.StreamObject):
            found.append(bytes(stream.data))
    return found


def _since(file: PdfFile, proven: list[tuple[datetime, int]]) -> Any:
    """From when each piece of revocation data is proven: the first valid document time-stamp over it."""

    @cache
    def when() -> dict[bytes, datetime]:
        found: dict[bytes, datetime] = {}
        _, crls, ocsps = file.dss
        for ref in (*crls, *ocsps) if proven else ():
            revision = file.introduced_in(ref)
            times = [t for t, r in proven if r >= revision]
            stream = deref(ref)
            if times and isinstance(stream, generic.StreamObject):
                found[bytes(stream.data)] = min(times)
        return found

    return lambda der: when().get(der)


def _judge_document_timestamps(
    file: PdfFile, stamps: list[Entry], material: Material, judge: Judge
) -> list[tuple[datetime, int]]:
    """Latest first: each is seen from the moment that the next one proves (EN 319 102-1 §5.6.2)."""
    at = judge.at
    proven: list[tuple[datetime, int]] = []
    for entry in reversed(stamps):
        if entry.token is None:
            continue
        entry.token_verdict = judge.token(entry.token, material, at)
        moment = entry.token_verdict.proves
        if moment is not None and entry.coverage.kind in ("entire-file", "entire-revision"):
            proven.append((moment, entry.field.revision))
            at = min(at, moment)
            material.since = _since(file, list(proven))
    return proven


def _judge_entry(
    entry: Entry, material: Material, proven: list[tuple[datetime, int]], stamps: list[Entry], judge: Judge
) -> SignatureReport:
    name = entry.field.name
    if entry.is_timestamp and entry.token is not None:
        report = _timestamp_entry(entry, judge)
    elif entry.result is None or entry.cms is None:
        report = failed(name, SubIndication.FORMAT_FAILURE, "format", entry.field.problem or "unreadable")
        role = Role.TIMESTAMP if entry.is_timestamp else Role.SIGNER
        report = msgspec.structs.replace(report, role=role)
    else:
        report = _signature_entry(entry, material, proven, stamps, judge)
    report = msgspec.structs.replace(
        report,
        coverage=entry.coverage.kind,
        revision=entry.field.revision + 1,
        docmdp=docmdp(entry.field.dictionary),
        reason=text(entry.field.dictionary, "/Reason"),
        location=text(entry.field.dictionary, "/Location"),
    )
    if entry.coverage.kind not in ("entire-file", "entire-revision"):
        report = with_failure(report, SubIndication.FORMAT_FAILURE, "coverage", entry.coverage.problem)
    return report


def _signature_entry(
    entry: Entry, material: Material, proven: list[tuple[datetime, int]], stamps: list[Entry], judge: Judge
) -> SignatureReport:
    assert entry.result is not None
    assert entry.cms is not None
    result = entry.result
    covering = [t for t, revision in proven if revision >= entry.field.revision]
    at = min(covering, default=judge.at)
    imprint = imprint_of(result.signature)
    tokens = [
        judge.token(read_token(t, imprint, kind="signature", known=entry.cms.certs), material, at)
        for t in result.timestamps
    ]
    if result.claimed_time is None:
        result.claimed_time = pdf_date(entry.field.dictionary)
    seen = tokens + [
        TokenVerdict(token=Token(kind="document", gen_time=t, result=SignerResult()), sub=None) for t in covering[-1:]
    ]
    verdict = judge.signature(result, material, seen, judge.at)
    verdict.tokens = tokens
    cades = entry.field.subfilter == CADES_FILTER
    report = signature_report(
        entry.field.name, result, verdict, level=_level(entry, verdict, stamps, material), at=judge.at
    )
    if cades and not result.cert_bound and result.problem is None:
        report = with_failure(report, SubIndication.SIG_CONSTRAINTS_FAILURE, "not-bound")
    return report


def _level(entry: Entry, verdict: Verdict, document_stamps: list[Entry], material: Material) -> Level:
    """What the file holds; whether it is worth anything is the indication's business."""
    if entry.field.subfilter != CADES_FILTER:
        return Level.CMS
    after = [
        s for s in document_stamps if s.token is not None and s.token.intact and s.field.revision > entry.field.revision
    ]
    if not after and not any(t.token.intact for t in verdict.tokens):
        return Level.B_B
    if not (material.crls or material.ocsps or material.store):
        return Level.B_T
    return Level.B_LTA if after else Level.B_LT


def _timestamp_entry(entry: Entry, judge: Judge) -> SignatureReport:
    assert entry.token is not None
    verdict = entry.token_verdict or TokenVerdict(token=entry.token, sub=SubIndication.FORMAT_FAILURE)
    token = entry.token
    why, detail = "format", token.result.detail
    if verdict.path is not None and verdict.sub is not None:
        why, detail = verdict.path.why or "time-stamp", verdict.path.detail
    elif verdict.sub is SubIndication.HASH_FAILURE:
        why = "hash"
    elif verdict.sub is SubIndication.SIG_CRYPTO_FAILURE:
        why = "signature"
    as_verdict = Verdict(
        sub=verdict.sub,
        best_time=token.gen_time or judge.at,
        proven=verdict.sub is None,
        path=verdict.path or _no_path(),
        why=why,
        detail=detail,
    )
    result = token.result
    result.claimed_time = token.gen_time
    report = signature_report(entry.field.name, result, as_verdict, level=Level.TST, role=Role.TIMESTAMP, at=judge.at)
    return msgspec.structs.replace(report, intact=token.intact)


def _no_path() -> Any:
    from signing.judge import PathVerdict

    return PathVerdict()


__all__ = ["Indication", "PdfResult", "role_of", "verify_pdf"]
