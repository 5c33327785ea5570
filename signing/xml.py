"""XML signatures: XMLDSig and XAdES. What was signed must be what is used: the root, for a verdict of its own."""

from __future__ import annotations

from itertools import islice
from typing import Any

import msgspec
from lxml import etree

from signing.archive import Archive
from signing.certs import Cert, load_certs
from signing.cms import SignerResult
from signing.findings import failed, signature_report, with_failure
from signing.judge import Judge, Material, TokenVerdict, Verdict
from signing.model import Level, Role, SubIndication
from signing.qualifying import (
    XADES_NS,
    Xades,
    certificates,
    is_named,
    signing_certificate,
    signing_time,
    xades_of,
)
from signing.report import SignatureReport
from signing.timestamp import imprint_of, read_token
from signing.xades_archive import archive_timestamps
from signing.xml_value import check_value, key_values
from signing.xmldsig import (
    DS,
    MAX_REFERENCES,
    Document,
    Reference,
    XmlRefused,
    b64,
    canonical,
    canonical_form,
    only,
    tag,
)


def verify_xml(data: bytes, judge: Judge, *, detached: bytes | None = None) -> tuple[SignatureReport, ...]:
    """Every ds:Signature of the document, counter-signatures included."""
    try:
        document = Document(data, detached)
        signatures = document.signatures()
    except XmlRefused as error:
        return (failed("XML", error.sub, error.why, error.detail, place=error.place),)
    return tuple(_one(document, s, number, judge) for number, s in enumerate(signatures, start=1))


def _one(document: Document, signature: Any, number: int, judge: Judge) -> SignatureReport:
    name = signature.get("Id") or f"Signature {number}"
    countered = _countered(signature)
    role = Role.COUNTER if countered is not None else None
    try:
        xades = xades_of(signature)
        references = _references(document, signature)
        result = _result(signature, xades, references, judge)
        verdict, material = _judge(document, signature, xades, result, judge)
    except XmlRefused as error:
        return failed(name, error.sub, "format", error.detail, role=role or Role.SIGNER)
    report = signature_report(name, result, verdict, level=_level(xades, verdict, material), role=role, at=judge.at)
    covers, problem = _coverage(document, signature, xades, references, countered)
    report = msgspec.structs.replace(report, covers=covers, coverage="entire-file" if covers == "root" else covers)
    if problem:
        sub = SubIndication.FORMAT_FAILURE if countered is not None else SubIndication.SIGNED_DATA_NOT_FOUND
        report = with_failure(report, sub, "wrong-element", problem)
    split = _split_text(references)
    if split:
        report = with_failure(report, SubIndication.SIG_CONSTRAINTS_FAILURE, "split-text", split)
    return report


def _split_text(references: list[Reference]) -> str:
    """A comment inside a text: nobody signed it, and a careless reader would see only what stands before it."""
    for reference in references:
        if reference.target is None or isinstance(reference.target, str):
            continue
        for comment in reference.target.iter(etree.Comment):
            parent, previous = comment.getparent(), comment.getprevious()
            before = previous.tail if previous is not None else parent.text if parent is not None else None
            if (before or "").strip() or (parent is not None and (comment.tail or "").strip()):
                return str(etree.QName(parent).localname) if parent is not None else "-"
    return ""


def _countered(signature: Any) -> Any:
    """The signature that this one counter-signs, when it stands in its unsigned properties."""
    for ancestor in signature.iterancestors():
        if etree.QName(ancestor).localname == "CounterSignature" and etree.QName(ancestor).namespace in XADES_NS:
            return next(ancestor.iterancestors(tag("Signature")), None)
    return None


def _references(document: Document, signature: Any) -> list[Reference]:
    signed_info = only(signature, "SignedInfo")
    elements = signed_info.findall(tag("Reference"))
    if not elements or len(elements) > MAX_REFERENCES:
        raise XmlRefused(SubIndication.FORMAT_FAILURE, f"{len(elements)} references")
    return [document.reference(e, signature) for e in elements]


def _result(signature: Any, xades: Xades, references: list[Reference], judge: Judge) -> SignerResult:
    result = SignerResult(signature=b64(only(signature, "SignatureValue")))
    missing = [r for r in references if r.ok is None]
    result.hash_ok = all(r.ok for r in references if r.ok is not None)
    if missing and result.hash_ok:
        result.hash_ok = None
        result.problem = SubIndication.SIGNED_DATA_NOT_FOUND
        result.detail = f"{missing[0].uri or 'a reference without URI'} is not in the file"
    _check_references_algorithms(references, result)
    certs = certificates(signature, xades)
    expected = signing_certificate(xades)
    result.signer = _signer(certs, expected, signature)
    if result.signer is not None:
        result.sig_ok, result.algorithm = check_value(signature, result.signer.public_key)
        result.cert_bound = expected is not None
        if expected is not None and not is_named(expected, result.signer):
            result.problem = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
            result.detail = "SigningCertificate names another certificate"
    else:
        _try_known_keys(signature, result, judge)
    if xades.signed is not None:
        if not any(r.target is xades.signed for r in references):
            result.problem = SubIndication.FORMAT_FAILURE
            result.detail = "SignedProperties is not signed"
        result.claimed_time = signing_time(xades)
    return result


def _try_known_keys(signature: Any, result: SignerResult, judge: Judge) -> None:
    """Without a certificate in the file: the keys that it names, or those that are known here."""
    known = [(c.public_key, c) for c in islice(judge.trust.issuers(), 100)]
    bare = [(key, None) for key in (*key_values(signature), *judge.trust.keys)]
    for key, cert in (*known, *bare):
        ok, algorithm = check_value(signature, key)
        if ok or result.sig_ok is None:
            result.sig_ok, result.algorithm = ok, algorithm
        if ok:
            result.signer = cert
            return


def _check_references_algorithms(references: list[Reference], result: SignerResult) -> None:
    weak = next((r.digest for r in references if r.digest == "md5"), None)
    if weak and result.problem is None and result.hash_ok:
        result.problem, result.detail = SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"digest {weak}"


def _signer(certs: list[Cert], expected: list[tuple[str, bytes]] | None, signature: Any) -> Cert | None:
    """The certificate that SigningCertificate names, else the end of KeyInfo's own chain."""
    if expected is not None:
        named = next((c for c in certs if is_named(expected, c)), None)
        if named is not None:
            return named
    info = signature.find(tag("KeyInfo"))
    inside = load_certs(b64(e) for e in info.iter(tag("X509Certificate"))) if info is not None else []
    for cert in inside:  # without a named certificate it is the one whose key verifies
        if check_value(signature, cert.public_key)[0]:
            return cert
    return inside[0] if inside else None


def _judge(
    document: Document, signature: Any, xades: Xades, result: SignerResult, judge: Judge
) -> tuple[Verdict, Material]:
    material = Material(certs=certificates(signature, xades))
    for element in xades.all(xades.unsigned, "EncapsulatedCRLValue"):
        material.crls.append(b64(element))
    for element in xades.all(xades.unsigned, "EncapsulatedOCSPValue"):
        material.ocsps.append(b64(element))
    archive = Archive(archive_timestamps(document, signature, xades, material.certs), material, judge)
    tokens = [*_tokens(signature, xades, judge, material, archive), *archive.verdicts]
    verdict = judge.signature(result, material, tokens, judge.at)
    if result.signer is None and result.intact and verdict.sub is None:
        verdict.sub = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    return verdict, material


def _tokens(signature: Any, xades: Xades, judge: Judge, material: Material, archive: Archive) -> list[TokenVerdict]:
    value = only(signature, "SignatureValue")
    found: list[TokenVerdict] = []
    for element in xades.all(xades.unsigned, "SignatureTimeStamp"):
        try:
            octets = canonical(value, canonical_form(element))
        except XmlRefused:
            continue
        for encapsulated in xades.all(element, "EncapsulatedTimeStamp"):
            der = b64(encapsulated)
            token = read_token(der, imprint_of(octets), kind="signature", known=material.certs)
            found.append(judge.token(token, material, archive.seen_from(der)))
    return found


def _coverage(
    document: Document, signature: Any, xades: Xades, references: list[Reference], countered: Any
) -> tuple[str, str]:
    """What a reader may use because of this signature, and why that is not the whole document."""
    targets = [r.target for r in references if r.ok and r.target is not xades.signed]
    if countered is not None:
        value = countered.find(tag("SignatureValue"))
        return ("counter-signed", "") if any(t is value for t in targets) else ("nothing", "another signature")
    if any(t == "detached" for t in targets if isinstance(t, str)):
        return "detached", ""
    if any(r.whole and r.ok for r in references):
        return "root", ""
    if signature is document.root:
        objects = [o for o in signature.findall(tag("Object")) if o is not xades.object]
        covered = [o for o in objects if any(t is o or (not isinstance(t, str) and t in o) for t in targets)]
        if (
            objects
            and len(covered) == len(objects)
            and all(t in objects or t in covered or _inside(t, objects) for t in targets)
        ):
            return "objects", ""
        if objects:
            return "objects", "an object of the signature is not signed"
    paths = [document.root.getroottree().getpath(t) for t in targets if not isinstance(t, str) and t is not None]
    if len(paths) == 1:
        return paths[0], paths[0]
    return ", ".join(paths) or "nothing", ", ".join(paths) or "-"


def _inside(target: Any, objects: list[Any]) -> bool:
    return not isinstance(target, str) and any(o in target.iterancestors() for o in objects)


def _level(xades: Xades, verdict: Verdict, material: Material) -> Level:
    if xades.signed is None:
        return Level.XMLDSIG
    kinds = {t.token.kind for t in verdict.tokens if t.sub is None}
    if not kinds:
        return Level.B_B
    if not (material.crls or material.ocsps):
        return Level.B_T
    return Level.B_LTA if "archive" in kinds else Level.B_LT


__all__ = ["DS", "verify_xml"]
