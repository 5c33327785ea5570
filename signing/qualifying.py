"""The qualifying properties of an XAdES signature (ETSI EN 319 132-1): which count, and what they say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from lxml import etree

from signing import crypto
from signing.certs import Cert, load_certs, utc
from signing.model import SubIndication
from signing.xmldsig import DIGESTS, XmlRefused, b64, plain_text, tag

XADES_NS = (
    "http://uri.etsi.org/01903/v1.3.2#",
    "http://uri.etsi.org/01903/v1.2.2#",
    "http://uri.etsi.org/01903/v1.1.1#",
)
SIGNED_PROPERTIES = "SignedProperties"
XADES141 = "http://uri.etsi.org/01903/v1.4.1#"


class Xades(msgspec.Struct, kw_only=True):
    """The qualifying properties that count."""

    namespace: str = ""
    signed: Any = None
    unsigned: Any = None
    object: Any = None

    @property
    def unsigned_of_signature(self) -> list[Any]:
        """The unsigned signature properties in their order."""
        if self.unsigned is None:
            return []
        holders = self.unsigned.findall(f"{{{self.namespace}}}UnsignedSignatureProperties")
        if len(holders) > 1:
            raise XmlRefused(SubIndication.FORMAT_FAILURE, "several UnsignedSignatureProperties")
        return [each for holder in holders for each in holder.iterchildren(tag=etree.Element)]

    def find(self, parent: Any, name: str) -> Any:
        return parent.find(f".//{{{self.namespace}}}{name}") if parent is not None else None

    def all(self, parent: Any, name: str) -> list[Any]:
        return parent.findall(f".//{{{self.namespace}}}{name}") if parent is not None else []


def xades_of(signature: Any) -> Xades:
    found = Xades()
    for holder in signature.findall(tag("Object")):
        for namespace in XADES_NS:
            properties = holder.findall(f"{{{namespace}}}QualifyingProperties")
            if not properties:
                continue
            if found.namespace or len(properties) > 1:
                raise XmlRefused(SubIndication.FORMAT_FAILURE, "several QualifyingProperties")
            target = properties[0].get("Target")
            if target is not None and target.removeprefix("#").casefold() not in (
                "",
                (signature.get("Id") or "").casefold(),
            ):
                raise XmlRefused(SubIndication.FORMAT_FAILURE, "QualifyingProperties of another signature")
            found = Xades(
                namespace=namespace,
                signed=properties[0].find(f"{{{namespace}}}{SIGNED_PROPERTIES}"),
                unsigned=properties[0].find(f"{{{namespace}}}UnsignedProperties"),
                object=holder,
            )
    return found


def certificates(signature: Any, xades: Xades) -> list[Cert]:
    info = signature.find(tag("KeyInfo"))
    ders = [b64(element) for element in info.iter(tag("X509Certificate"))] if info is not None else []
    for element in xades.all(xades.unsigned, "EncapsulatedX509Certificate"):
        try:
            ders.append(b64(element))
        except XmlRefused:
            continue
    return load_certs(ders)


def signing_certificate(xades: Xades) -> list[tuple[str, bytes]] | None:
    """Digests of the certificate that XAdES binds; the first entry is the signer's."""
    for name in ("SigningCertificateV2", "SigningCertificate"):
        holder = xades.find(xades.signed, name)
        if holder is None:
            continue
        found = []
        for digest in holder.iter(f"{{{xades.namespace}}}CertDigest"):
            method = digest.find(tag("DigestMethod"))
            value = digest.find(tag("DigestValue"))
            if method is None or value is None:
                raise XmlRefused(SubIndication.FORMAT_FAILURE, "CertDigest")
            found.append((DIGESTS.get(method.get("Algorithm") or "", ""), b64(value)))
        return found
    return None


def is_named(expected: list[tuple[str, bytes]], cert: Cert) -> bool:
    return any(d and crypto.digest(d, cert.der) == value for d, value in expected[:1])


def signing_time(xades: Xades) -> datetime | None:
    element = xades.find(xades.signed, "SigningTime")
    if element is None:
        return None
    try:
        return utc(datetime.fromisoformat(plain_text(element).strip()))
    except ValueError:
        return None
