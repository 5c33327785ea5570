"""XML, CMS and JWS: what is signed is what is used; wrapped, doubled and commented files never pass."""

import asyncio
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from signing import Indication, Level, SubIndication, TrustStore, der, seal_jws, seal_xml
from signing.keys import CmsParts, algorithm_of
from signing.test_pki import Pki
from tests.unit.signing.makers import NOW, judged

VOUCHER = '<?xml version="1.0"?>\n<ChungTu xmlns="urn:kb" xml:lang="vi"><SoTien>12000</SoTien><Ten>Đào</Ten></ChungTu>'


def seal(pki: Pki, name: str = "bank", xml: str = VOUCHER, **options: Any) -> bytes:
    options.setdefault("at", NOW)
    return asyncio.run(seal_xml(xml.encode(), pki.key(name), tsa=pki.tsa(lambda: NOW), **options))


@pytest.mark.parametrize("level", [Level.B_B, Level.B_T, Level.B_LT])
@pytest.mark.parametrize("name", ["bank", "citizen-ec"])
def test_a_sealed_voucher_passes(pki: Pki, rich_trust: TrustStore, level: Level, name: str) -> None:
    report = judged(seal(pki, name, level=level, trust=rich_trust), rich_trust)
    assert report.passed, report.sentence_en
    assert (report.signatures[0].covers, report.signatures[0].level) == ("root", level)


def test_pss_voucher(pki: Pki, trust: TrustStore) -> None:
    sealed = asyncio.run(seal_xml(VOUCHER.encode(), pki.key("bank").with_pss(), at=NOW))
    assert judged(sealed, trust).passed


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not installed")
def test_xmlsec1_agrees(pki: Pki, tmp_path: Path) -> None:
    path = tmp_path / "voucher.xml"
    path.write_bytes(seal(pki))
    anchor = pki.folder / "root.cert.pem"
    command = ["xmlsec1", "--verify", "--trusted-pem", str(anchor), "--id-attr:Id", "SignedProperties", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12000", "92000"),
        ("<SoTien>", "<SoTien don-vi='x'>"),
        ("</ChungTu>", "<Them/></ChungTu>"),
        ('xml:lang="vi"', 'xml:lang="en"'),
        ("<Ten>", "<Ten><!---->"),
    ],
)
def test_every_change_is_seen(pki: Pki, trust: TrustStore, before: str, after: str) -> None:
    changed = seal(pki).decode().replace(before, after, 1)
    report = judged(changed.encode(), trust)
    assert not report.passed
    if "<!--" in after:  # comments are not signed: one inside a text could hide the rest of it from a reader
        assert report.sub_indication is SubIndication.SIG_CONSTRAINTS_FAILURE
    else:
        assert report.sub_indication is SubIndication.HASH_FAILURE


def wrapped(sealed: str) -> str:
    """The signed root moved into a wrapper, a forged one in its place (XSW)."""
    body = sealed[sealed.index("<ChungTu") :]
    forged = '<ChungTu xmlns="urn:kb"><SoTien>1</SoTien></ChungTu>'
    return f"<Goi>{forged}{body}</Goi>"


def parts(sealed: bytes) -> tuple[str, str]:
    text = sealed.decode()
    signature = re.search(r"<ds:Signature .*</ds:Signature>", text, re.DOTALL)
    assert signature is not None
    return text, signature.group(0)


def test_a_wrapped_root(pki: Pki, trust: TrustStore) -> None:
    assert not judged(wrapped(seal(pki).decode()).encode(), trust).passed


def test_an_inner_element_is_not_the_document(pki: Pki, trust: TrustStore) -> None:
    """A signature over an identified part is intact, and still the whole file does not pass."""
    from lxml import etree

    from signing import crypto
    from signing.xmldsig import EXC, canonical, tag

    inner = '<Goi><Phan Id="p1"><SoTien>1</SoTien></Phan><SoTien>9</SoTien></Goi>'
    root = etree.fromstring(seal(pki, xml=inner))
    signature = root.find(tag("Signature"))
    reference = signature.find(f".//{tag('Reference')}")
    reference.set("URI", "#p1")
    reference.find(tag("Transforms")).remove(reference.find(tag("Transforms"))[0])
    digest = crypto.digest("sha256", canonical(root[0], EXC))
    import base64

    reference.find(tag("DigestValue")).text = base64.b64encode(digest).decode()
    info = signature.find(tag("SignedInfo"))
    value = pki.key("bank").sign_now(canonical(info, EXC), "sha256")
    signature.find(tag("SignatureValue")).text = base64.b64encode(value).decode()
    report = judged(etree.tostring(root), trust)
    assert report.signatures[0].intact
    assert report.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    assert report.signatures[0].covers == "/Goi/Phan"


def two_signed_infos(text: str, signature: str) -> str:
    info = re.search(r"<ds:SignedInfo>.*?</ds:SignedInfo>", signature, re.DOTALL)
    assert info is not None
    return text.replace(info.group(0), info.group(0) * 2)


def comment_in_digest(text: str, signature: str) -> str:
    return text.replace("<ds:DigestValue>", "<ds:DigestValue><!--x-->", 1)


def comment_in_value(text: str, signature: str) -> str:
    return re.sub(r"(<ds:SignatureValue[^>]*>)", r"\1<!--x-->", text, count=1)


def doctype(text: str, signature: str) -> str:
    return text.replace("?>", '?><!DOCTYPE ChungTu [<!ENTITY a "b">]>', 1)


def bomb(text: str, signature: str) -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY e0 "lol">{entities}]><x>&e11;</x>'


def external_entity(text: str, signature: str) -> str:
    return '<!DOCTYPE x [<!ENTITY e SYSTEM "file:/etc/passwd">]><x>&e;</x>'


def xslt(text: str, signature: str) -> str:
    return text.replace(
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116"
    )


def xpath(text: str, signature: str) -> str:
    return text.replace(
        '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>false()</ds:XPath></ds:Transform>',
    )


def remote(text: str, signature: str) -> str:
    return text.replace('URI=""', 'URI="http://127.0.0.1:9/x"', 1)


def duplicate_identifiers(text: str, signature: str) -> str:
    found = re.search(r'SignedProperties Id="([^"]+)"', text)
    assert found is not None
    return text.replace("<SoTien>", f'<SoTien Id="{found.group(1)}">')


def second_signature(text: str, signature: str) -> str:
    return text.replace(
        "</ChungTu>", signature.replace("<ds:SignatureValue", "<ds:SignatureValue x='1'") + "</ChungTu>"
    )


def foreign_properties(text: str, signature: str) -> str:
    return text.replace('Target="#', 'Target="#other', 1)


def no_signed_properties_reference(text: str, signature: str) -> str:
    return re.sub(
        r'<ds:Reference URI="#[^"]*" Type="http://uri.etsi.org/01903#SignedProperties".*?</ds:Reference>',
        "",
        text,
        flags=re.DOTALL,
    )


def no_reference(text: str, signature: str) -> str:
    return re.sub(r"<ds:Reference .*</ds:Reference>", "", text, flags=re.DOTALL)


def hmac(text: str, signature: str) -> str:
    return text.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256")


@pytest.mark.parametrize(
    "attack",
    [
        two_signed_infos,
        comment_in_digest,
        comment_in_value,
        doctype,
        bomb,
        external_entity,
        xslt,
        xpath,
        remote,
        duplicate_identifiers,
        second_signature,
        foreign_properties,
        no_signed_properties_reference,
        no_reference,
        hmac,
    ],
)
def test_xml_attacks(pki: Pki, trust: TrustStore, attack: Any) -> None:
    text, signature = parts(seal(pki))
    forged = attack(text, signature)
    assert forged != text
    report = judged(forged.encode(), trust)
    assert not report.passed, report.sentence_en
    assert report.indication is not Indication.TOTAL_PASSED


def test_two_parallel_signatures_of_two_offices(pki: Pki, trust: TrustStore) -> None:
    """The second signs what the first left; the first does not cover the second, so it no longer holds the root."""
    twice = asyncio.run(seal_xml(seal(pki), pki.key("center"), at=NOW))
    report = judged(twice, trust)
    assert len(report.signatures) == 2
    assert not report.passed


def test_a_comment_between_elements_is_harmless(pki: Pki, trust: TrustStore) -> None:
    assert judged(seal(pki, xml="<a><!-- ghi chú --><b>1</b></a>"), trust).passed


# --- CMS ---


def cms_of(pki: Pki, content: bytes, name: str = "bank") -> bytes:
    key = pki.key(name)
    parts = CmsParts(key, algorithm_of(key.certificate, "sha256", pss=False))
    at = der.attribute(der.OID_SIGNING_TIME, der.tlv(der.UTC_TIME, f"{NOW:%y%m%d%H%M%S}Z".encode()))
    attributes = parts.signed_attributes(sha256(content).digest(), at)
    return parts.signed_data(attributes, key.sign_now(der.tlv(der.SET, attributes), "sha256"), content=content)


def detached_of(pki: Pki, content: bytes) -> bytes:
    from asn1crypto import cms

    info = cms.ContentInfo.load(cms_of(pki, content))
    del info["content"]["encap_content_info"]["content"]
    return info.dump()  # type: ignore[no-any-return]


def test_cms_with_content(pki: Pki, trust: TrustStore) -> None:
    report = judged(cms_of(pki, b"hello"), trust)
    assert report.passed
    assert report.signatures[0].covers == "content"


def test_pem_and_base64_are_read(pki: Pki, trust: TrustStore) -> None:
    import base64

    text = base64.encodebytes(cms_of(pki, b"hello"))
    assert judged(b"-----BEGIN PKCS7-----\n" + text + b"-----END PKCS7-----\n", trust).passed
    assert judged(text, trust).passed


def test_detached_cms(pki: Pki, trust: TrustStore) -> None:
    signature = detached_of(pki, b"hello")
    assert judged(signature, trust).sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    assert judged(signature, trust, detached=b"hello").passed
    assert judged(signature, trust, detached=b"other").sub_indication is SubIndication.HASH_FAILURE


def test_content_beside_that_differs_from_the_content_inside(pki: Pki, trust: TrustStore) -> None:
    assert not judged(cms_of(pki, b"hello"), trust, detached=b"other").passed


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_agrees_on_what_we_seal(pki: Pki, sealed: bytes, tmp_path: Path) -> None:
    from tests.unit.signing.makers import contents_span, signature_bytes

    start, end = contents_span(sealed)
    (tmp_path / "content").write_bytes(sealed[:start] + sealed[end:])
    (tmp_path / "signature").write_bytes(signature_bytes(sealed) + b"\0" * 4)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(tmp_path / "signature")]
    command += ["-content", str(tmp_path / "content"), "-CAfile", str(pki.folder / "root.cert.pem")]
    command += ["-purpose", "any", "-cades", "-out", "/dev/null", "-attime", str(int(NOW.timestamp()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- JWS ---


def test_jws_inside_and_detached(pki: Pki, trust: TrustStore) -> None:
    for name in ("bank", "citizen-ec"):
        assert judged(asyncio.run(seal_jws(b'{"a":1}', pki.key(name), at=NOW)), trust).passed
    bare = asyncio.run(seal_jws(b'{"a":1}', pki.key("bank"), at=NOW, detached=True))
    assert judged(bare, trust).sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    assert judged(bare, trust, detached=b'{"a":1}').passed
    assert not judged(bare, trust, detached=b'{"a":2}').passed


def jws_with(pki: Pki, header: dict[str, Any]) -> bytes:
    import json

    from signing.jws import decode, encode

    protected, payload, _ = asyncio.run(seal_jws(b"{}", pki.key("bank"), at=NOW)).decode().split(".")
    changed = encode(json.dumps({**json.loads(decode(protected)), **header}).encode())
    value = pki.key("bank").sign_now(f"{changed}.{payload}".encode(), "sha256")
    return f"{changed}.{payload}.{encode(value)}".encode()


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"crit": ["exp"]},
        {"crit": "sigT"},
        {"b64": False, "crit": ["b64"]},
        {"x5c": []},
        {"x5c": ["AAAA"]},
        {"x5t#S256": "AAAA"},
        {"alg": "RS512"},
    ],
)
def test_jws_headers_that_may_not_be(pki: Pki, trust: TrustStore, header: dict[str, Any]) -> None:
    assert judged(jws_with(pki, {}), trust).passed
    assert not judged(jws_with(pki, header), trust).passed


def test_a_header_name_that_occurs_twice(pki: Pki, trust: TrustStore) -> None:
    report = judged(b'{"payload":"","payload":"e30","signatures":[]}', trust)
    assert report.indication is Indication.TOTAL_FAILED
