"""ArchiveTimeStamp of XAdES (ETSI EN 319 132-1 §5.5.2, not distributed): everything before it, in its order."""

from __future__ import annotations

import contextlib
from typing import Any

from signing.archive import Archived
from signing.certs import Cert
from signing.cms import CmsError, SignedCms
from signing.crypto import digest
from signing.model import SubIndication
from signing.qualifying import XADES141, Xades
from signing.timestamp import Token, broken_token, read_token
from signing.xmldsig import Document, XmlRefused, b64, canonical, canonical_form, only, tag

ARCHIVE = f"{{{XADES141}}}ArchiveTimeStamp"
DISTRIBUTED = ("Include", "ReferenceInfo")
MAX_STAMPS = 20


def archive_timestamps(document: Document, signature: Any, xades: Xades, known: list[Cert]) -> list[Archived]:
    """The archive time-stamps of one signature, each checked by its bytes. Raises XmlRefused."""
    properties = xades.unsigned_of_signature
    found: list[Archived] = []
    for position, element in enumerate(properties):
        if element.tag != ARCHIVE or len(found) >= MAX_STAMPS:
            continue
        before = properties[:position]
        stamps = frozenset(_encapsulated(xades, before, "EncapsulatedTimeStamp"))
        evidence = _evidence(xades, before, stamps)
        for holder in element.findall(f"{{{xades.namespace}}}EncapsulatedTimeStamp"):
            der = b64(holder)
            token = _token(der, document, signature, xades, before, element, known)
            found.append(Archived(der=der, token=token, stamps=stamps, evidence=evidence))
    return found


def archived_octets(document: Document, signature: Any, xades: Xades, before: list[Any], form: str) -> list[bytes]:
    """What an archive time-stamp digests, when these unsigned properties stand before it. Raises XmlRefused."""
    info = only(signature, "SignedInfo")
    octets: list[bytes] = []
    for reference in info.findall(tag("Reference")):
        data = document.octets(reference, signature, form)
        if data is None:
            raise XmlRefused(SubIndication.SIGNED_DATA_NOT_FOUND, reference.get("URI") or "Reference")
        octets.append(data)
    value = only(signature, "SignatureValue")
    others = [each for each in signature.findall(tag("Object")) if each is not xades.object]
    parts = (info, value, *signature.findall(tag("KeyInfo")), *before, *others)
    return [*octets, *(canonical(each, form) for each in parts)]


def _token(
    der: bytes, document: Document, signature: Any, xades: Xades, before: list[Any], element: Any, known: list[Cert]
) -> Token:
    if any(element.find(f"{{{xades.namespace}}}{name}") is not None for name in DISTRIBUTED):
        return broken_token("archive", "", why="archive-distributed")
    try:
        octets = archived_octets(document, signature, xades, before, canonical_form(element))
    except XmlRefused as error:
        return broken_token("archive", error.detail)
    return read_token(der, lambda name: digest(name, *octets), kind="archive", known=known)


def _encapsulated(xades: Xades, properties: list[Any], name: str) -> list[bytes]:
    found = []
    for each in properties:
        for element in each.iter(f"{{{xades.namespace}}}{name}"):
            with contextlib.suppress(XmlRefused):
                found.append(b64(element))
    return found


def _evidence(xades: Xades, properties: list[Any], stamps: frozenset[bytes]) -> frozenset[bytes]:
    """Revocation data of the properties and of the time-stamps in them."""
    found = _encapsulated(xades, properties, "EncapsulatedCRLValue")
    found += _encapsulated(xades, properties, "EncapsulatedOCSPValue")
    for der in stamps:
        with contextlib.suppress(CmsError):
            token = SignedCms(der)
            found += [*token.crls, *token.ocsps]
    return frozenset(found)
