"""A signature read at once is read as the ASN.1 library reads it: whatever its bytes are, the same result."""

import re
from contextlib import nullcontext
from random import Random
from typing import Any
from unittest.mock import patch

import hypothesis.strategies as st
import msgspec
import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import core
from hypothesis import HealthCheck, given, settings

from signing import Level, TrustStore, cms, crypto, der, timestamp
from signing.cms import ADOBE_REVOCATION, CmsError, SignedCms, SignerResult
from signing.cms_plain import read_signed_data, read_stamped
from signing.der_reading import NotPlain, elements
from signing.test_pki import Pki
from tests.fuzz.mutations import mutate
from tests.support.depth import DEPTH
from tests.unit.signing.cades import Cades, children
from tests.unit.signing.makers import plain_pdf, seal, signature_bytes
from tests.unit.signing.test_archive_cades import archived
from tests.unit.signing.test_xml_cms_jws import cms_of, detached_of

CONTENT = b"hello"
OFTEN = settings(max_examples=400 * DEPTH, suppress_health_check=list(HealthCheck))
ADOBE = core.ObjectIdentifier(ADOBE_REVOCATION).dump()


def identifier(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def attribute(dotted: str, *values: bytes) -> bytes:
    return der.tlv(der.SEQUENCE, identifier(dotted), der.tlv(der.SET, *values))


NULL, TEXT, HASH = b"\x05\x00", b"\x0c\x01a", der.tlv(der.OCTETS, b"h" * 32)
SIGNING_TIME, ESS = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.47"
NUMBER = der.tlv(der.SEQUENCE, der.integer(7))
ADDED = (
    attribute(SIGNING_TIME, b"\x17\x0d261123020000Z"),
    attribute(SIGNING_TIME, b"\x17\x0d491123020000Z"),
    attribute(SIGNING_TIME, b"\x17\x0d501123020000Z"),
    attribute(SIGNING_TIME, b"\x17\x0d261323020000Z"),
    attribute(SIGNING_TIME, b"\x17\x0b2611230200Z"),
    attribute(SIGNING_TIME, b"\x18\x0f20261123020000Z"),
    attribute(SIGNING_TIME, b"\x17\x0d261123020000Z", b"\x17\x0d261123020000Z"),
    attribute(SIGNING_TIME),
    attribute("1.2.840.113549.1.9.4", HASH),
    attribute("1.2.840.113549.1.9.3", der.OID_DATA),
    attribute("1.2.840.113549.1.9.6", NUMBER),
    attribute("1.2.840.113549.1.9.52", NUMBER),
    attribute("1.2.840.113549.1.9.16.2.20", NUMBER),
    attribute("1.2.840.113549.1.9.16.2.14", NUMBER),
    attribute("1.2.840.113549.1.9.16.2.12", der.tlv(0x30, der.tlv(0x30, der.tlv(0x30, HASH)))),
    attribute(ESS, der.tlv(0x30, der.tlv(0x30, der.tlv(0x30, HASH)))),
    attribute(ESS, der.tlv(0x30, der.tlv(0x30, der.tlv(0x30, HASH, NUMBER), NUMBER), NUMBER)),
    attribute(ESS, der.tlv(0x30, der.tlv(0x30, der.tlv(0x30, HASH, NUMBER, NUMBER)))),
    attribute(ESS, der.tlv(0x30, der.tlv(0x30, der.tlv(0x30, HASH)), NUMBER, NUMBER)),
    attribute(ESS, der.tlv(0x30, der.tlv(0x30, der.tlv(0x30, b"\x30\x02\x06\x00", HASH)))),
    attribute(ESS, der.tlv(0x30, der.tlv(0x30, der.tlv(0x30, b"\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a", HASH)))),
    attribute(ESS, der.tlv(0x30, der.tlv(0x30))),
    attribute(ESS, NULL),
    attribute(ADOBE_REVOCATION, NULL, TEXT),
    attribute(ADOBE_REVOCATION, TEXT) + attribute(ADOBE_REVOCATION, NULL),
    attribute(ADOBE_REVOCATION) + attribute(ADOBE_REVOCATION, NULL),
    attribute("1.2.3", TEXT) + attribute("1.2.3", NULL),
    attribute("1.2.840.113549.1.9.16.2.14", der.tlv(der.SEQUENCE, der.tlv(der.OCTETS, b"x" * 126))),
    der.tlv(der.SEQUENCE, identifier("1.2.3"), der.tlv(der.SET, NULL), NULL),
    der.tlv(der.SEQUENCE, identifier("1.2.3"), der.tlv(der.SEQUENCE, NULL)),
    der.tlv(der.SEQUENCE, identifier("1.2.3")),
    der.tlv(der.SEQUENCE, b"\x06\x00", der.tlv(der.SET, NULL)),
    der.tlv(der.SEQUENCE, b"\x06\x02\x2a\x80", der.tlv(der.SET, NULL)),
    b"\x30\x81\x08" + identifier("1.2.3") + b"\x31\x02\x05\x00",
    b"\x30\x80" + identifier("1.2.3") + b"\x31\x02\x05\x00\x00\x00",
    NULL,
)  # fmt: skip


@pytest.fixture(scope="module")
def signatures(pki: Pki, rich_trust: TrustStore) -> list[bytes]:
    """RSA, PSS and ECDSA, with and without time-stamps, content, a signing time, archive attributes."""
    files = [seal(plain_pdf(), pki, level=level, trust=rich_trust) for level in (Level.B_B, Level.B_T, Level.B_LTA)]
    files.append(seal(plain_pdf(), pki, "citizen-ec"))
    files.append(seal(plain_pdf(), pki, key=pki.key("agency").with_pss()))
    found = [signature_bytes(file) for file in files]
    found += [
        cms_of(pki, CONTENT),
        _as_version_3(cms_of(pki, CONTENT)),
        detached_of(pki, CONTENT),
        archived(pki).dump(),
    ]
    return found + [SignedCms(data).verify(0).timestamps[0] for data in found[1:2]]


def _as_version_3(data: bytes) -> bytes:
    """With version 1 the library takes what is inside for PKCS #7, and only it does."""
    info = asn1_cms.ContentInfo.load(data)
    info["content"]["version"] = "v3"
    return info.dump()  # type: ignore[no-any-return]


def told(data: bytes) -> tuple[Any, ...]:
    """All that verification learns of a SignedData."""
    try:
        signed = SignedCms(data)
    except CmsError as error:
        return ("refused", str(error))
    try:
        content = type(signed.content), _same_everywhere(signed.content)
    except Exception as error:  # the library raises whatever it meets
        content = type(error), b""
    results = [signed.verify(n, lambda name: crypto.digest(name, CONTENT)) for n in range(len(signed.signers))]
    values = [_value(signed, n) for n in range(len(signed.signers))]
    others = (signed.encapsulated_type, content, signed.certs, signed.crls, signed.ocsps)
    return (
        *others,
        [_parts(result) for result in results],
        values,
        _parts(timestamp.read_token(data, digest_of, kind="x")),
    )


def _same_everywhere(content: bytes | None) -> bytes:
    """What the library names by its address in memory has another in the next reading."""
    return re.sub(rb"core.Any [0-9]+", b"", content or b"")


def digest_of(name: str) -> bytes:
    return crypto.digest(name, CONTENT)


def _parts(found: Any) -> dict[str, Any]:
    """A struct's fields, but for the words of a refusal, which name what each reader stumbled over first."""
    parts = msgspec.structs.asdict(found)
    return {name: _parts(part) if isinstance(part, SignerResult) else part for name, part in parts.items()}


def _value(signed: SignedCms, number: int) -> object:
    try:
        signer = signed.signers[number]
        return signer.first_value(ADOBE_REVOCATION), signer.first_value("1.2.3")
    except Exception as error:  # the library raises whatever it meets
        return type(error).__name__


def told_by_the_library(data: bytes) -> tuple[Any, ...]:
    with patch.object(cms, "read_signed_data", lambda _: None), patch.object(timestamp, "read_stamped", lambda _: None):
        return told(data)


def test_every_signature_of_our_own_is_read_at_once(signatures: list[bytes]) -> None:
    """Otherwise what follows would compare the library with itself."""
    assert [read_signed_data(data) is not None for data in signatures] == [True] * 5 + [
        False, True, True, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("added", ADDED, ids=lambda added: added.hex()[:60])
def test_an_attribute_more_says_the_same_to_both(pki: Pki, added: bytes, alone: bool) -> None:
    """In signed attributes that somebody signed, beside all or only what must stand there, and in unsigned ones."""
    made = Cades.of(cms_of(pki, CONTENT))
    own = children(made.signer[3])
    if alone:
        own = [each for each in own if der.OID_CONTENT_TYPE in each or der.OID_MESSAGE_DIGEST in each]
    changed = [*made.signer[:3], der.tlv(0xA0, *own, added), *made.signer[4:]]
    signed = msgspec.structs.replace(made, signer=changed)
    unsigned = msgspec.structs.replace(made, unsigned=[added])
    with patch.object(crypto, "check", lambda *_, **__: True):
        for data in (signed.dump(), unsigned.dump()):
            assert told(data) == told_by_the_library(data)


IMPRINT = der.tlv(der.SEQUENCE, der.SHA256_IDENTIFIER, HASH)
HEAD = (der.integer(1), identifier("1.2.3"))
TAIL = (der.integer(9), b"\x18\x0f20261123020000Z")
WHOLE_SECONDS = (*HEAD, IMPRINT, *TAIL)


@pytest.mark.parametrize(
    "parts",
    [
        WHOLE_SECONDS,
        (*WHOLE_SECONDS, b"\x30\x03\x02\x01\x01", b"\x01\x01\xff", der.integer(5), b"\xa0\x02\x30\x00", b"\xa1\x00"),
        (*WHOLE_SECONDS, der.integer(5), b"\x01\x01\xff"),
        (*WHOLE_SECONDS, der.integer(5), der.integer(5)),
        (*WHOLE_SECONDS, TEXT),
        (*HEAD, IMPRINT, der.integer(9), b"\x18\x1320261123020000.250Z"),
        (*HEAD, IMPRINT, der.integer(9), b"\x18\x0e20261123020000"),
        (*HEAD, IMPRINT, der.integer(9), b"\x18\x0f20261323020000Z"),
        (*HEAD, IMPRINT, der.integer(9), b"\x17\x0d261123020000Z"),
        (*HEAD, IMPRINT, der.integer(9), b"\x18\x0f00001123020000Z"),
        (*HEAD, der.tlv(der.SEQUENCE, der.SHA256_IDENTIFIER, HASH, NULL), *TAIL),
        (*HEAD, der.tlv(der.SEQUENCE, HASH), *TAIL),
        (*HEAD, der.tlv(der.SEQUENCE, b"\x30\x02\x06\x00", HASH), *TAIL),
        (der.integer(1), IMPRINT, *TAIL),
        (),
    ],
    ids=range(15),
)
def test_what_a_time_stamp_says(parts: tuple[bytes, ...]) -> None:
    """What is read at once is what the library reads; what it refuses is never read at once."""
    data = der.tlv(der.SEQUENCE, *parts)
    at_once = read_stamped(data)
    try:
        library = timestamp._stamped(data)
    except Exception:  # the library raises whatever it meets
        assert at_once is None
    else:
        assert at_once in (None, library)
    assert (at_once is not None) is (parts == WHOLE_SECONDS or len(parts) == 10)
    assert read_stamped(data + NULL) is None


@pytest.mark.parametrize("version", range(6))
def test_every_version_says_the_same_to_both(signatures: list[bytes], version: int) -> None:
    """Version 1 may be PKCS #7, whose content is of another form."""
    for data in signatures[5:]:
        changed = msgspec.structs.replace(Cades.of(data), version=der.integer(version)).dump()
        assert told(changed) == told_by_the_library(changed)


def test_attributes_in_another_order_than_they_were_signed_in(pki: Pki) -> None:
    """RFC 5652 §5.4: the digest is that of the DER encoding, however they stand in the file."""
    made = Cades.of(cms_of(pki, CONTENT))
    own = children(made.signer[3])
    turned = [msgspec.structs.replace(made, signer=[*made.signer[:3], der.tlv(0xA0, *each), *made.signer[4:]]).dump()
              for each in (own, own[::-1], own[:-1])]  # fmt: skip
    assert [SignedCms(data).verify(0).sig_ok for data in turned] == [True, True, False]
    assert all(told(data) == told_by_the_library(data) for data in turned)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30", b"\x02\x02\x01", b"\x30\x80\x00\x00", b"\x02\x81\x01\x01", b"\x02\x82\x00\x81" + bytes(129),
        b"\x02\x85\x00\x00\x00\x00\x01\x01", b"\x1f\x01\x01", b"\x02\x82\x01", b"\x02\x01\x01\x02\x02\x01",
    ],
    ids=bytes.hex,
)  # fmt: skip
def test_what_is_not_plain(data: bytes) -> None:
    """Also when what is missing stands behind the end."""
    for behind in (b"", b"\x01" * 300):
        with pytest.raises(NotPlain):
            elements(data + behind, 0, len(data))


@OFTEN
@given(st.integers(0, 8), st.randoms(use_true_random=False), st.booleans())
def test_a_changed_signature_says_the_same_to_both(
    signatures: list[bytes], number: int, random: Random, signed_anew: bool
) -> None:
    """Also where somebody signed the changed attributes, so that every value matches."""
    data = mutate(signatures[number], random)
    with patch.object(crypto, "check", lambda *_, **__: True) if signed_anew else nullcontext():
        assert told(data) == told_by_the_library(data)
