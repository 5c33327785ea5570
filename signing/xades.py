"""Sealing XML: XAdES B-B to B-LT over the root element, for vouchers and messages."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from signing import crypto
from signing.certs import utc
from signing.errors import BadSignature, SealError
from signing.keys import SigningKey, algorithm_of
from signing.model import Level
from signing.stamper import Timestamper, checked_stamp
from signing.trust import TrustStore
from signing.xmldsig import DS, ENVELOPED, EXC, XmlRefused, canonical, parse, tag

XADES = "http://uri.etsi.org/01903/v1.3.2#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
METHODS = {
    "rsa": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "ecdsa": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "pss": "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
}
LEVELS = (Level.B_B, Level.B_T, Level.B_LT)


async def seal_xml(
    xml: bytes,
    key: SigningKey,
    *,
    tsa: Timestamper | None = None,
    trust: TrustStore | None = None,
    level: Level = Level.B_B,
    at: datetime | None = None,
) -> bytes:
    """The document with an enveloped XAdES signature over its root as the root's last child."""
    moment = utc(at) if at else datetime.now(UTC)
    if level not in LEVELS:
        raise SealError(f"XML is sealed at {', '.join(LEVELS)}, not {level}")
    if level is not Level.B_B and tsa is None:
        raise SealError(f"level {level} needs a time-stamp authority")
    if level is Level.B_LT and trust is None:
        raise SealError("level B-LT needs a trust store with revocation data")
    try:
        root = parse(xml)
    except XmlRefused as error:
        raise SealError(error.detail) from error
    signature, value = await _sign(root, key, moment)
    unsigned: list[Any] = []
    if tsa is not None and level is not Level.B_B:
        token = await checked_stamp(tsa, crypto.digest("sha256", canonical(value, EXC)), "sha256")
        unsigned.append(_timestamp(token))
    if trust is not None and level is Level.B_LT:
        unsigned.extend(_values(key, trust))
    if unsigned:
        properties = next(signature.iter(f"{{{XADES}}}QualifyingProperties"))
        holder = _sub(_sub(properties, XADES, "UnsignedProperties"), XADES, "UnsignedSignatureProperties")
        holder.extend(unsigned)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _sub(parent: Any, namespace: str, name: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
    element.text = text
    return element


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def _sign(root: Any, key: SigningKey, moment: datetime) -> tuple[Any, Any]:
    algorithm = algorithm_of(key.certificate, "sha256", pss=key.pss)
    identifier = f"xmldsig-{uuid.uuid4()}"
    whole = crypto.digest("sha256", canonical(root.getroottree(), EXC, comments=False))
    signature = etree.SubElement(root, tag("Signature"), {"Id": identifier}, nsmap={"ds": DS})
    info = _sub(signature, DS, "SignedInfo")
    value = _sub(signature, DS, "SignatureValue", Id=f"{identifier}-value")
    data = _sub(_sub(signature, DS, "KeyInfo"), DS, "X509Data")
    for cert in (key.certificate, *key.chain):
        _sub(data, DS, "X509Certificate", _b64(cert.der))
    properties = _qualifying(signature, identifier, key, moment)
    _sub(info, DS, "CanonicalizationMethod", Algorithm=EXC)
    _sub(info, DS, "SignatureMethod", Algorithm=METHODS[algorithm.scheme])
    _reference(info, "", whole, (ENVELOPED, EXC))
    signed = crypto.digest("sha256", canonical(properties, EXC))
    _reference(info, f"#{properties.get('Id')}", signed, (EXC,), kind="http://uri.etsi.org/01903#SignedProperties")
    octets = canonical(info, EXC)
    raw = await key.sign(octets, "sha256")
    if not crypto.check(key.certificate.public_key, raw, octets, algorithm):
        raise BadSignature("the key returned a signature that does not verify")
    if algorithm.scheme == "ecdsa":
        size = (algorithm.bits + 7) // 8
        r, s = decode_dss_signature(raw)
        raw = r.to_bytes(size, "big") + s.to_bytes(size, "big")
    value.text = _b64(raw)
    return signature, value


def _reference(info: Any, uri: str, digest: bytes, transforms: tuple[str, ...], kind: str = "") -> None:
    attributes = {"URI": uri, **({"Type": kind} if kind else {})}
    reference = _sub(info, DS, "Reference", **attributes)
    holder = _sub(reference, DS, "Transforms")
    for transform in transforms:
        _sub(holder, DS, "Transform", Algorithm=transform)
    _sub(reference, DS, "DigestMethod", Algorithm=SHA256)
    _sub(reference, DS, "DigestValue", _b64(digest))


def _qualifying(signature: Any, identifier: str, key: SigningKey, moment: datetime) -> Any:
    holder = _sub(signature, DS, "Object")
    qualifying = etree.SubElement(
        holder, f"{{{XADES}}}QualifyingProperties", {"Target": f"#{identifier}"}, nsmap={"xades": XADES}
    )
    properties = _sub(qualifying, XADES, "SignedProperties", Id=f"{identifier}-signed")
    inner = _sub(properties, XADES, "SignedSignatureProperties")
    _sub(inner, XADES, "SigningTime", moment.replace(microsecond=0).isoformat().replace("+00:00", "Z"))
    cert = _sub(_sub(inner, XADES, "SigningCertificateV2"), XADES, "Cert")
    digest = _sub(cert, XADES, "CertDigest")
    _sub(digest, DS, "DigestMethod", Algorithm=SHA256)
    _sub(digest, DS, "DigestValue", _b64(crypto.digest("sha256", key.certificate.der)))
    return properties


def _timestamp(token: bytes) -> Any:
    stamp = etree.Element(f"{{{XADES}}}SignatureTimeStamp", nsmap={"xades": XADES, "ds": DS})
    _sub(stamp, DS, "CanonicalizationMethod", Algorithm=EXC)
    _sub(stamp, XADES, "EncapsulatedTimeStamp", _b64(token))
    return stamp


def _values(key: SigningKey, trust: TrustStore) -> list[Any]:
    path = trust.find_path(key.certificate, key.chain).path
    if path is None:
        raise SealError(f"no path from {key.certificate.subject_text} to an anchor: long-term data is impossible")
    certificates = etree.Element(f"{{{XADES}}}CertificateValues", nsmap={"xades": XADES})
    revocation = etree.Element(f"{{{XADES}}}RevocationValues", nsmap={"xades": XADES})
    lists: list[bytes] = []
    answers: list[bytes] = []
    for cert, issuer in zip(path.certs, path.certs[1:], strict=False):
        _sub(certificates, XADES, "EncapsulatedX509Certificate", _b64(cert.der))
        kind, der = trust.revocation.newest(cert, issuer)
        if der is None:
            raise SealError(f"no revocation data held for {cert.subject_text}")
        (answers if kind == "ocsp" else lists).append(der)
    if lists:
        holder = _sub(revocation, XADES, "CRLValues")
        for der in dict.fromkeys(lists):
            _sub(holder, XADES, "EncapsulatedCRLValue", _b64(der))
    if answers:
        holder = _sub(revocation, XADES, "OCSPValues")
        for der in dict.fromkeys(answers):
            _sub(holder, XADES, "EncapsulatedOCSPValue", _b64(der))
    return [certificates, revocation]
