"""From the judge's verdict to the lines of a report; the same for every kind of file."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from signing import sentences
from signing.certs import Cert
from signing.cms import SignerResult
from signing.judge import PathVerdict, TokenVerdict, Verdict
from signing.model import Indication, Level, Role, SubIndication, indication_of
from signing.report import ChainLink, RevocationReport, SignatureReport, TimestampReport
from signing.trust import Path

LEADER_TITLES = (
    "chủ tịch",
    "giám đốc",
    "cục trưởng",
    "chi cục trưởng",
    "trưởng phòng",
    "trưởng ban",
    "viện trưởng",
    "vụ trưởng",
    "bộ trưởng",
    "thứ trưởng",
    "chánh văn phòng",
    "hiệu trưởng",
)
AGENCY_WORDS = (
    "ủy ban",
    "uỷ ban",
    "sở ",
    "cục ",
    "chi cục",
    "văn phòng",
    "bộ ",
    "trung tâm",
    "cổng thông tin",
    "ban ",
    "phòng ",
    "công an",
    "kho bạc",
    "ngân hàng",
    "công ty",
    "tổng cục",
    "hội đồng",
    "co quan",
)


def role_of(cert: Cert | None) -> Role:
    """Leaders sign in personal certificates, seals in the agency's: told by the subject (SIGNING §6)."""
    if cert is None:
        return Role.SIGNER
    name = " ".join(cert.subject_text.casefold().split()) + " "
    oids = {oid for rdn in cert.subject for oid, _ in rdn}
    personal = {"2.5.4.4", "2.5.4.42", "2.5.4.12"} & oids or any(
        value.startswith(("cccd:", "cmnd:")) for rdn in cert.subject for _, value in rdn
    )
    if not personal and (name.startswith(AGENCY_WORDS) or (cert.organisation or "").casefold() == name.strip()):
        return Role.AGENCY
    titles = [value.removeprefix("phó ") for rdn in cert.subject for oid, value in rdn if oid == "2.5.4.12"]
    if any(title.startswith(LEADER_TITLES) for title in titles):
        return Role.LEADER
    return Role.SIGNER


def chain_links(path: Path | None) -> tuple[ChainLink, ...]:
    if path is None:
        return ()
    return tuple(
        ChainLink(
            subject=c.subject_text,
            sha256=c.sha256,
            valid_from=c.not_before,
            valid_until=c.not_after,
            serial=f"{c.serial:x}",
            anchor=c is path.anchor,
            trust_list=path.trust_list if c is path.anchor else None,
        )
        for c in path.certs
    )


def token_report(verdict: TokenVerdict) -> TimestampReport:
    token = verdict.token
    signer = token.result.signer
    indication = indication_of(verdict.sub)
    tsa = signer.subject_text if signer else None
    reason = _token_reason(verdict)
    if verdict.sub is None:
        vi = f"Dấu thời gian hợp lệ của {tsa}: {sentences.moment(token.gen_time)}."
        en = f"Valid time-stamp by {tsa}: {sentences.moment(token.gen_time)}."
    else:
        vi, en = f"Dấu thời gian không dùng được: {reason[0]}.", f"The time-stamp proves nothing: {reason[1]}."
    return TimestampReport(
        kind=token.kind,
        gen_time=token.gen_time,
        tsa=tsa,
        intact=token.intact,
        indication=indication,
        sub_indication=verdict.sub,
        sentence_vi=vi,
        sentence_en=en,
        chain=chain_links(verdict.path.path) if verdict.path else (),
        revocation=revocation_reports(verdict.path) if verdict.path else (),
    )


def _token_reason(verdict: TokenVerdict) -> sentences.Pair:
    if verdict.path is not None:
        return sentences.why(verdict.path.why, detail=verdict.path.detail, at=verdict.token.gen_time)
    key = verdict.token.why or {
        SubIndication.HASH_FAILURE: "hash",
        SubIndication.SIG_CRYPTO_FAILURE: "signature",
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE: "weak-algorithm",
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND: "no-certificate",
    }.get(verdict.sub or SubIndication.FORMAT_FAILURE, "format")
    return sentences.why(key, detail=verdict.token.result.detail, at=verdict.token.gen_time)


def revocation_reports(verdict: PathVerdict) -> tuple[RevocationReport, ...]:
    return tuple(
        RevocationReport(
            certificate=cert.subject_text,
            status=str(evidence.status),
            source=evidence.source,
            sha256=evidence.sha256,
            this_update=evidence.this_update,
            next_update=evidence.next_update,
            revoked_at=evidence.revoked_at,
            reason=evidence.reason,
        )
        for cert, evidence in verdict.used
    )


def signature_report(
    name: str,
    result: SignerResult,
    verdict: Verdict,
    *,
    level: Level,
    role: Role | None = None,
    at: datetime,
) -> SignatureReport:
    """The report of one signature whose bytes and trust were judged."""
    signer = result.signer
    indication = indication_of(verdict.sub)
    reason = sentences.why(verdict.why, detail=verdict.detail, at=verdict.best_time)
    vi, en = sentences.signature_sentence(
        indication, verdict.sub, reason, signer.subject_text if signer else None, verdict.best_time, verdict.proven
    )
    stamps = tuple(token_report(t) for t in verdict.tokens)
    broken = [s for s in stamps if s.indication is not Indication.TOTAL_PASSED]
    return SignatureReport(
        name=name,
        role=role or role_of(signer),
        signer=signer.subject_text if signer else None,
        organisation=signer.organisation if signer else None,
        issuer=signer.issuer_text if signer else None,
        serial=f"{signer.serial:x}" if signer else None,
        intact=result.intact,
        indication=indication,
        sub_indication=verdict.sub,
        sentence_vi=vi,
        sentence_en=en,
        level=level,
        algorithm=str(result.algorithm) if result.algorithm else "",
        signature_sha256=hashlib.sha256(result.signature).hexdigest() if result.signature else None,
        signing_time=result.claimed_time,
        best_time=verdict.best_time,
        control_time=verdict.path.control_time or at,
        valid_from=signer.not_before if signer else None,
        valid_until=signer.not_after if signer else None,
        timestamp=next((s for s in stamps if s.kind == "signature"), None),
        timestamps=stamps,
        chain=chain_links(verdict.path.path),
        revocation=revocation_reports(verdict.path),
        notes_vi=tuple(s.sentence_vi for s in broken),
        notes_en=tuple(s.sentence_en for s in broken),
    )


def with_failure(
    report: SignatureReport, sub: SubIndication, key: str, detail: str = "", *, intact: bool | None = None
) -> SignatureReport:
    """The same report, judged worse by a check of its own; a worse verdict already there stays."""
    if report.indication is Indication.TOTAL_FAILED:
        return report
    indication = indication_of(sub)
    if report.indication is not Indication.TOTAL_PASSED and indication is not Indication.TOTAL_FAILED:
        return report
    reason = sentences.why(key, detail=detail, at=report.best_time)
    vi, en = sentences.signature_sentence(indication, sub, reason, report.signer, report.best_time, False)
    return msgspec.structs.replace(
        report,
        indication=indication,
        sub_indication=sub,
        sentence_vi=vi,
        sentence_en=en,
        intact=report.intact if intact is None else intact,
    )


def failed(
    name: str,
    sub: SubIndication,
    key: str,
    detail: str = "",
    *,
    role: Role = Role.SIGNER,
    place: tuple[int, int] = (0, 0),
) -> SignatureReport:
    """A signature that could not even be read; `place` is the line and column where reading stopped."""
    indication = indication_of(sub)
    reason = sentences.why(key, detail=detail, place=place)
    vi, en = sentences.signature_sentence(indication, sub, reason, None, None, False)
    return SignatureReport(
        name=name, role=role, indication=indication, sub_indication=sub, sentence_vi=vi, sentence_en=en
    )
