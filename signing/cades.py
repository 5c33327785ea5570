"""CMS files: CAdES and plain PKCS#7, with the content inside or beside them."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from typing import Any

import msgspec

from signing import crypto
from signing.certs import load_certs
from signing.cms import (
    CERTIFICATE_VALUES,
    REVOCATION_VALUES,
    CmsError,
    SignedCms,
    SignerResult,
    certificate_values,
    revocation_values,
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
    if not signed.infos:
        return ()
    if len(signed.infos) > MAX_SIGNERS:
        return (failed("CMS", SubIndication.FORMAT_FAILURE, "format", f"{len(signed.infos)} signers"),)
    return tuple(_one(signed, index, judge, detached) for index in range(len(signed.infos)))


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
    material = _material(signed, index)
    tokens = _tokens(result, signed, digest, judge, material)
    verdict = judge.signature(result, material, tokens, judge.at)
    if verdict.sub is SubIndication.SIGNED_DATA_NOT_FOUND:
        verdict.why = "data-missing"
    report = signature_report(f"SignerInfo {index + 1}", result, verdict, level=_level(result, verdict), at=judge.at)
    report = msgspec.structs.replace(report, covers="content" if inside is not None else "detached")
    if result.intact and result.unsigned_names and not result.cert_bound and _claims_cades(signed, index):
        report = with_failure(report, SubIndication.SIG_CONSTRAINTS_FAILURE, "not-bound")
    return report


def _claims_cades(signed: SignedCms, index: int) -> bool:
    names = {a["type"].native for a in signed.infos[index]["signed_attrs"] or ()}
    return bool(names & {"signing_certificate", "signing_certificate_v2"})


def _tokens(
    result: SignerResult, signed: SignedCms, content_digest: Any, judge: Judge, material: Material
) -> list[TokenVerdict]:
    imprint = imprint_of(result.signature)
    found = [
        judge.token(read_token(t, imprint, kind="signature", known=signed.certs), material, judge.at)
        for t in result.timestamps
    ]
    found += [
        judge.token(read_token(t, content_digest, kind="content", known=signed.certs), material, judge.at)
        for t in result.content_timestamps
    ]
    return found


def _material(signed: SignedCms, index: int) -> Material:
    """Certificates and revocation values from the SignedData and from the unsigned attributes."""
    material = Material(certs=list(signed.certs), crls=list(signed.crls), ocsps=list(signed.ocsps))
    for attribute in signed.infos[index]["unsigned_attrs"] or ():
        # unsigned and optional: unreadable values are as good as none
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            _read_values(attribute, material)
    return material


def _read_values(attribute: Any, material: Material) -> None:
    name = attribute["type"].dotted
    if name not in {CERTIFICATE_VALUES, REVOCATION_VALUES}:
        return
    for value in attribute["values"]:
        if name == CERTIFICATE_VALUES:
            material.certs.extend(load_certs(certificate_values(value.dump())))
        else:
            crls, ocsps = revocation_values(value.dump())
            material.crls.extend(crls)
            material.ocsps.extend(_ocsp_response(o) for o in ocsps)


def _ocsp_response(basic: bytes) -> bytes:
    """A BasicOCSPResponse wrapped as the OCSPResponse that the parser takes."""
    from asn1crypto import ocsp

    return ocsp.OCSPResponse(  # type: ignore[no-any-return]
        {
            "response_status": "successful",
            "response_bytes": {
                "response_type": "basic_ocsp_response",
                "response": ocsp.BasicOCSPResponse.load(basic),
            },
        }
    ).dump()


def _level(result: SignerResult, verdict: Verdict) -> Level:
    if not result.cert_bound:
        return Level.CMS
    if not any(t.sub is None and t.token.kind == "signature" for t in verdict.tokens):
        return Level.B_B
    long_term = {CERTIFICATE_VALUES, REVOCATION_VALUES} & result.unsigned_names
    return Level.B_LT if long_term else Level.B_T
