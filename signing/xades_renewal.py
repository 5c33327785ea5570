"""Carrying a signed XML document on (XAdES B-LTA): fresh revocation data, then an archive time-stamp over everything."""

from __future__ import annotations

import base64
from typing import Any

from lxml import etree

from signing import crypto
from signing.certs import Cert
from signing.cms import CmsError
from signing.errors import SealError
from signing.qualifying import XADES141, Xades, certificates, is_named, signing_certificate, xades_of
from signing.stamper import Timestamper, checked_stamp
from signing.trust import TrustStore
from signing.xades_archive import ARCHIVE, archived_octets
from signing.xades_values import XADES, Answer, path_data, stamp_data, validation_data, values
from signing.xmldsig import DS, EXC, Document, XmlRefused, b64, tag


async def renew_xml(xml: bytes, *, tsa: Timestamper, trust: TrustStore) -> bytes:
    """Extend the signatures of the root element before their evidence lapses; what was signed stays as it is.

    A certificate about which nothing is held any more keeps what the file itself carries: verify before and after.
    Raises SealError.
    """
    try:
        document = Document(xml)
        signatures = document.root.findall(tag("Signature"))
        if not signatures:
            raise SealError("the root element carries no signature")
        for signature in signatures:
            await _archive(document, signature, tsa, trust)
    except (XmlRefused, CmsError) as error:
        raise SealError(f"the document cannot be renewed: {error}") from error
    return etree.tostring(document.root.getroottree(), xml_declaration=True, encoding="UTF-8")


async def _archive(document: Document, signature: Any, tsa: Timestamper, trust: TrustStore) -> None:
    xades = xades_of(signature)
    if xades.namespace != XADES:
        raise SealError("only XAdES 1.3.2 signatures can be renewed")
    holder = _holder(xades)
    if holder.find(f"{{{XADES}}}RevocationValues") is None:
        certs = certificates(signature, xades)
        holder.extend(values(path_data(_signer(xades, certs), certs, trust)))
    fresh = _fresh(xades, trust)
    if fresh:
        holder.append(validation_data(fresh))
    octets = archived_octets(document, signature, xades, xades.unsigned_of_signature, EXC)
    token = await checked_stamp(tsa, crypto.digest("sha256", *octets), "sha256")
    stamp = etree.SubElement(holder, ARCHIVE, nsmap={"xades141": XADES141, "xades": XADES, "ds": DS})
    etree.SubElement(stamp, f"{{{DS}}}CanonicalizationMethod", {"Algorithm": EXC})
    etree.SubElement(stamp, f"{{{XADES}}}EncapsulatedTimeStamp").text = base64.b64encode(token).decode()


def _holder(xades: Xades) -> Any:
    """The one UnsignedSignatureProperties, made where it is missing."""
    if xades.unsigned is None:
        parent = xades.object.find(f"{{{XADES}}}QualifyingProperties")
        xades.unsigned = etree.SubElement(parent, f"{{{XADES}}}UnsignedProperties")
    found = xades.unsigned.find(f"{{{XADES}}}UnsignedSignatureProperties")
    return found if found is not None else etree.SubElement(xades.unsigned, f"{{{XADES}}}UnsignedSignatureProperties")


def _signer(xades: Xades, certs: list[Cert]) -> Cert:
    expected = signing_certificate(xades) or []
    found = next((each for each in certs if is_named(expected, each)), None)
    if found is None:
        raise SealError("the signature does not carry the certificate that it names")
    return found


def _fresh(xades: Xades, trust: TrustStore) -> list[tuple[Cert, Answer | None]]:
    """What is held about the authorities of the time-stamps so far and is not yet in the file."""
    there = {b64(each) for each in xades.unsigned.iter(*_VALUES)}
    found: list[tuple[Cert, Answer | None]] = []
    for holder in xades.unsigned.iter(f"{{{XADES}}}EncapsulatedTimeStamp"):
        found += [
            (cert, answer)
            for cert, answer in stamp_data(b64(holder), trust)
            if answer is not None and answer[1] not in there
        ]
    return found


_VALUES = (f"{{{XADES}}}EncapsulatedCRLValue", f"{{{XADES}}}EncapsulatedOCSPValue")
