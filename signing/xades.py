"""Sealing XML: XAdES B-B to B-LTA over the root element, for vouchers and messages."""

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
from signing.xades_renewal import renew_xml
from signing.xades_values import XADES, complete, path_data, stamp_data, validation_data, values
from signing.xmldsig import DS, ENVELOPED, EXC, XmlRefused, canonical, parse, tag

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
METHODS = {
    "rsa": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "ecdsa": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "pss": "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
}
LEVELS = (Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA)
LONG_TERM = (Level.B_LT, Level.B_LTA)


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
    if level in LONG_TERM and trust is None:
        raise SealError(f"level {level} needs a trust store with revocation data")
    try:
        root = parse(xml)
    except XmlRefused as error:
        raise SealError(error.detail) from error
    signature, value = await _sign(root, key, moment)
    unsigned: list[Any] = []
    if tsa is not None and level is not Level.B_B:
        token = await checked_stamp(tsa, crypto.digest("sha256", canonical(value, EXC)), "sha256")
        unsigned.append(_timestamp(token))
        if trust is not None and level in LONG_TERM:
            unsigned.extend(values(complete(path_data(key.certificate, key.chain, trust))))
            unsigned.append(validation_data(complete(stamp_data(token, trust))))
    if unsigned:
        properties = next(signature.iter(f"{{{XADES}}}QualifyingProperties"))
        holder = _sub(_sub(properties, XADES, "UnsignedProperties"), XADES, "UnsignedSignatureProperties")
        holder.extend(unsigned)
    sealed: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
    if tsa is not None and trust is not None and level is Level.B_LTA:
        return await renew_xml(sealed, tsa=tsa, trust=trust)
    return sealed


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
