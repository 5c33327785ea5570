"""archive-time-stamp-v3 of CAdES (ETSI EN 319 122-1 §5.5.3): what its hash index lists is what it covers.

Everything that is listed must be in the file; what was added later is not listed and stays unproven.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from asn1crypto import algos, core

from signing import crypto
from signing.archive import Archived
from signing.cades_values import TIMESTAMPS, read_value
from signing.certs import Cert
from signing.cms import CmsError, ContentDigest, SignedCms, revocation_of
from signing.judge import Material
from signing.timestamp import broken_token, read_token

ARCHIVE_V3 = "0.4.0.1733.2.4"
INDEX_V3 = "0.4.0.19122.1.5"
INDEX_V1 = "0.4.0.1733.2.5"
"""ETSI TS 101 733 v2.2.1: the same with a digest of each attribute as a whole, and SHA-256 unless it says otherwise."""
MAX_STAMPS = 20


class Parts(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


class Digests(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.OctetString


class HashIndex(msgspec.Struct, kw_only=True):
    """What an archive time-stamp covers, as digests; `der` is the index itself."""

    form: str
    der: bytes
    algorithm: str
    certificates: frozenset[bytes]
    revocation: frozenset[bytes]
    attributes: frozenset[bytes]


class Value(msgspec.Struct, kw_only=True):
    """One value of an unsigned attribute; `octets` is what an index of each form digests."""

    oid: str
    value: Any
    octets: dict[str, bytes]


def archive_timestamps(
    signed: SignedCms, index: int, content_digest: ContentDigest, known: list[Cert]
) -> list[Archived]:
    """The archive time-stamps of one SignerInfo, each checked by its bytes."""
    info = signed.infos[index]
    values = list(_values(info))
    found = [each for each in values if each.oid == ARCHIVE_V3]
    return [_archived(each, signed, info, values, content_digest, known) for each in found[:MAX_STAMPS]]


def _values(info: Any) -> Iterator[Value]:
    seen = set()
    for attribute in info["unsigned_attrs"] or ():
        for value in attribute["values"]:
            octets = attribute["type"].dump() + value.dump()
            if octets not in seen:  # a copy adds nothing
                seen.add(octets)
                forms = {INDEX_V3: octets, INDEX_V1: attribute.dump()}
                yield Value(oid=attribute["type"].dotted, value=value, octets=forms)


def _archived(
    it: Value, signed: SignedCms, info: Any, values: list[Value], content_digest: ContentDigest, known: list[Cert]
) -> Archived:
    der = it.value.dump()
    try:
        listed = _hash_index(der)
        covered = _listed(listed.attributes, [(each, each.octets[listed.form]) for each in values], listed)
        choices = [(choice, choice.dump()) for choice in signed.signed_data["crls"] or ()]
        revocation = _listed(listed.revocation, choices, listed)
        _listed(listed.certificates, [(c, c.dump()) for c in signed.signed_data["certificates"] or ()], listed)
    except (CmsError, crypto.Unsupported) as error:
        return Archived(der=der, token=broken_token("archive", str(error), why="archive-index"))
    except Exception as error:  # the ASN.1 library raises whatever it meets
        return Archived(der=der, token=broken_token("archive", f"{type(error).__name__}: {error}"))
    held = Material()
    held.crls, held.ocsps = map(list, revocation_of(revocation))
    for each in covered:
        read_value(each.oid, each.value, held)
    stamps = frozenset(each.value.dump() for each in covered if each.oid in TIMESTAMPS)

    def imprint(algorithm: str) -> bytes | None:
        content = content_digest(algorithm)
        if content is None:
            return None
        kind = signed.signed_data["encap_content_info"]["content_type"].dump()
        return crypto.digest(algorithm, kind, content, _signed_fields(info), listed.der)

    token = read_token(der, imprint, kind="archive", known=known)
    token.digests = (*token.digests, listed.algorithm)
    return Archived(der=der, token=token, stamps=stamps, evidence=frozenset((*held.crls, *held.ocsps)))


def _hash_index(token: bytes) -> HashIndex:
    """The one index of a token, which is an unsigned attribute of the token's own signature."""
    found = [
        (attribute["type"].dotted, value.dump())
        for attribute in SignedCms(token).infos[0]["unsigned_attrs"] or ()
        if attribute["type"].dotted in (INDEX_V3, INDEX_V1)
        for value in attribute["values"]
    ]
    if len(found) != 1:
        raise CmsError(f"ats-hash-index × {len(found)}")
    form, der = found[0]
    parts = [part.dump() for part in Parts.load(der, strict=True)]
    algorithm = algos.DigestAlgorithm.load(parts.pop(0))["algorithm"].native if len(parts) == 4 else "sha256"
    certificates, revocation, attributes = (frozenset(map(bytes, Digests.load(part, strict=True))) for part in parts)
    return HashIndex(
        form=form,
        der=der,
        algorithm=algorithm,
        certificates=certificates,
        revocation=revocation,
        attributes=attributes,
    )


def _listed(digests: frozenset[bytes], held: list[tuple[Any, bytes]], index: HashIndex) -> list[Any]:
    """What the index lists, of what the file holds; raises CmsError for an entry that nothing in the file answers to."""
    by_digest: dict[bytes, list[Any]] = {}
    for item, octets in held:
        by_digest.setdefault(crypto.digest(index.algorithm, octets), []).append(item)
    missing = len(digests - by_digest.keys())
    if missing:
        raise CmsError(f"ats-hash-index − {missing}")
    return [item for digest in digests for item in by_digest[digest]]


def _signed_fields(info: Any) -> bytes:
    """The SignerInfo up to its signature value, as it stands in the file."""
    names = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
    return b"".join(info[name].dump() for name in names)
