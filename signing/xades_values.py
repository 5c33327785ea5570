"""Long-term data in XAdES (ETSI EN 319 132-1 §5.4, §5.5.1): certificates and revocation answers of whole paths."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from signing.certs import Cert
from signing.cms import SignedCms
from signing.errors import SealError
from signing.qualifying import XADES141
from signing.trust import TrustStore

XADES = "http://uri.etsi.org/01903/v1.3.2#"
NAMES = {"crl": ("CRLValues", "EncapsulatedCRLValue"), "ocsp": ("OCSPValues", "EncapsulatedOCSPValue")}
Answer = tuple[str, bytes]
"""`crl` or `ocsp`, and the DER."""


def path_data(cert: Cert, chain: Iterable[Cert], trust: TrustStore) -> Iterator[tuple[Cert, Answer | None]]:
    """Each certificate of the path with the newest answer held about it. Raises SealError without a path."""
    path = trust.find_path(cert, chain).path
    if path is None:
        raise SealError(f"no path from {cert.subject_text} to an anchor: long-term data is impossible")
    for child, issuer in zip(path.certs, path.certs[1:], strict=False):
        kind, der = trust.revocation.newest(child, issuer)
        yield child, None if der is None else (kind, der)


def complete(found: Iterable[tuple[Cert, Answer | None]]) -> Iterator[tuple[Cert, Answer]]:
    """The same; raises SealError for a certificate about which nothing is held."""
    for cert, answer in found:
        if answer is None:
            raise SealError(f"no revocation data held for {cert.subject_text}")
        yield cert, answer


def stamp_data(token: bytes, trust: TrustStore) -> Iterator[tuple[Cert, Answer | None]]:
    """`path_data` of the authority of a time-stamp token."""
    signed = SignedCms(token)
    signer = signed.verify(0).signer
    if signer is not None:
        yield from path_data(signer, signed.certs, trust)


def values(found: Iterable[tuple[Cert, Answer | None]]) -> list[Any]:
    """CertificateValues and RevocationValues; what is not there is left out."""
    items = list(found)
    answers = dict.fromkeys(answer for _, answer in items if answer is not None)
    certificates = etree.Element(f"{{{XADES}}}CertificateValues", nsmap={"xades": XADES})
    for der in dict.fromkeys(cert.der for cert, _ in items):
        _encapsulated(certificates, "EncapsulatedX509Certificate", der)
    revocation = etree.Element(f"{{{XADES}}}RevocationValues", nsmap={"xades": XADES})
    for kind, (group, name) in NAMES.items():
        chosen = [der for each, der in answers if each == kind]
        holder = etree.SubElement(revocation, f"{{{XADES}}}{group}") if chosen else None
        for der in chosen:
            _encapsulated(holder, name, der)
    return [each for each in (certificates, revocation) if len(each)]


def validation_data(found: Iterable[tuple[Cert, Answer | None]]) -> Any:
    """TimeStampValidationData: the same for time-stamps that stand before it."""
    holder = etree.Element(f"{{{XADES141}}}TimeStampValidationData", nsmap={"xades141": XADES141, "xades": XADES})
    holder.extend(values(found))
    return holder


def _encapsulated(holder: Any, name: str, der: bytes) -> None:
    etree.SubElement(holder, f"{{{XADES}}}{name}").text = base64.b64encode(der).decode()
