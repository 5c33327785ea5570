"""CMS files: CAdES and plain PKCS#7, with the content inside or beside them."""

from __future__ import annotations

import base64
import binascii
import re

import msgspec

from signing import crypto
from signing.archive import Archive
from signing.cades_archive import archive_timestamps
from signing.cades_values import material_of
from signing.cms import (
    CERTIFICATE_VALUES,
    REVOCATION_VALUES,
    CmsError,
    ContentDigest,
    SignedCms,
    SignerResult,
)
from signing.findings import failed, signature_report, with_failure
from signing.judge import Judge, Material, TokenVerdict, Verdict
from signing.model import Level, SubIndication
from signing.report import SignatureReport
from signing.timestamp import imprint_of, read_token

MAX_SIGNERS = 100
PEM = re.compile(rb"-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----")


def verify_cms(data: bytes, judge: Judge, *, detached: bytes | None = None) -> tuple[SignatureReport, ...]:
    """Every SignerInfo of the file."""
    try:
        signed = SignedCms(_der(data))
    except CmsError as error:
        return (failed("CMS", SubIndication.FORMAT_FAILURE, "format", str(error)),)
    count = len(signed.signers)
    if count > MAX_SIGNERS:
        return (failed("CMS", SubIndication.FORMAT_FAILURE, "format", f"{count} signers"),)
    return tuple(_one(signed, index, judge, detached) for index in range(count))


def _der(data: bytes) -> bytes:
    begin = PEM.search(data)
    # The end is looked for once: one pattern for both ends takes quadratic time over a file of nothing but beginnings.
    end = data.find(b"-----END", begin.end()) if begin else -1
    if end < 0 and not data.startswith(b"MII"):
        return data
    text = data[begin.end() : end] if begin and end >= 0 else data
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as error:
        raise CmsError(f"PEM: {error}") from error


def _one(signed: SignedCms, index: int, judge: Judge, detached: bytes | None) -> SignatureReport:
    inside = signed.content

    def digest(name: str) -> bytes | None:
        content = inside if inside is not None else detached
        return None if content is None else crypto.digest(name, content)

    result = signed.verify(index, digest)
    if inside is not None and detached is not None and inside != detached and result.problem is None:
        result.hash_ok = False
    material = material_of(signed, index)
    archive = Archive(archive_timestamps(signed, index, digest, material.certs), material, judge)
    tokens = _tokens(result, signed, digest, judge, material, archive)
    verdict = judge.signature(result, material, tokens, judge.at)
    if verdict.sub is SubIndication.SIGNED_DATA_NOT_FOUND:
        verdict.why = "data-missing"
    report = signature_report(
        f"SignerInfo {index + 1}", result, verdict, level=_level(signed, result, verdict), at=judge.at
    )
    report = msgspec.structs.replace(report, covers="content" if inside is not None else "detached")
    if result.intact and result.unsigned_names and not result.cert_bound and _claims_cades(signed, index):
        report = with_failure(report, SubIndication.SIG_CONSTRAINTS_FAILURE, "not-bound")
    return report


def _claims_cades(signed: SignedCms, index: int) -> bool:
    names = {a["type"].native for a in signed.infos[index]["signed_attrs"] or ()}
    return bool(names & {"signing_certificate", "signing_certificate_v2"})


def _tokens(
    result: SignerResult,
    signed: SignedCms,
    content_digest: ContentDigest,
    judge: Judge,
    material: Material,
    archive: Archive,
) -> list[TokenVerdict]:
    imprint = imprint_of(result.signature)
    found = [
        judge.token(read_token(t, imprint, kind="signature", known=signed.certs), material, archive.seen_from(t))
        for t in result.timestamps
    ]
    found += [
        judge.token(read_token(t, content_digest, kind="content", known=signed.certs), material, archive.moment)
        for t in result.content_timestamps
    ]
    return found + archive.verdicts


def _level(signed: SignedCms, result: SignerResult, verdict: Verdict) -> Level:
    if not result.cert_bound:
        return Level.CMS
    kinds = {t.token.kind for t in verdict.tokens if t.sub is None}
    if not kinds & {"signature", "archive"}:
        return Level.B_B
    long_term = signed.crls or signed.ocsps or {CERTIFICATE_VALUES, REVOCATION_VALUES} & result.unsigned_names
    if not long_term:
        return Level.B_T
    return Level.B_LTA if "archive" in kinds else Level.B_LT
