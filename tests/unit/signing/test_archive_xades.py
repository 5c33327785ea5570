"""Archive time-stamps of XAdES (RES-05, RES-08; ETSI EN 319 132-1 §5.5.2): everything before it, in its order, no more."""

import asyncio
import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from signing import (
    Indication,
    Level,
    LocalTimestamper,
    SealError,
    SubIndication,
    TrustStore,
    renew_xml,
    seal_xml,
    verify,
)
from signing.lasting import document_timestamped, lapses_at
from signing.qualifying import XADES141
from signing.report import Report
from signing.test_pki import Pki
from signing.xades_values import XADES
from tests.unit.signing.makers import NOW
from tests.unit.signing.test_other_tools import said

VOUCHER = (
    b'<ChungTu xmlns="urn:kb" xml:lang="vi"><SoTien>12000</SoTien><!-- x --><Ten>\xc4\x90\xc3\xa0o</Ten></ChungTu>'
)
YEAR = timedelta(days=365)
ARCHIVE = f"{{{XADES141}}}ArchiveTimeStamp"


@pytest.fixture(scope="module")
def archived(pki: Pki, rich_trust: TrustStore) -> bytes:
    return seal(pki, rich_trust, Level.B_LTA)


def seal(pki: Pki, trust: TrustStore, level: Level, xml: bytes = VOUCHER, name: str = "bank") -> bytes:
    return asyncio.run(seal_xml(xml, pki.key(name), tsa=pki.tsa(lambda: NOW), trust=trust, level=level, at=NOW))


def renewed(xml: bytes, key: Any, trust: TrustStore, at: datetime) -> bytes:
    return asyncio.run(renew_xml(xml, tsa=LocalTimestamper(key, lambda: at), trust=trust))


def judged(data: bytes, pki: Pki, trust: TrustStore | None = None, years: int = 4) -> Report:
    return verify(data, trust=trust or TrustStore([pki.trust_list()]), at=NOW + years * YEAR)


def properties(root: Any) -> Any:
    return next(root.iter(f"{{{XADES}}}UnsignedSignatureProperties"))


@pytest.mark.parametrize("name", ["bank", "citizen-ec"])
def test_it_outlives_the_certificate_of_the_signer(pki: Pki, rich_trust: TrustStore, name: str) -> None:
    report = judged(seal(pki, rich_trust, Level.B_LTA, name=name), pki)
    assert report.passed, report.sentence_en
    assert report.signatures[0].level is Level.B_LTA
    assert [each.kind for each in report.signatures[0].timestamps] == ["signature", "archive"]
    assert lapses_at(report) == pki.certificate("tsa").not_after
    assert document_timestamped(report)


def test_without_it_nothing_is_proven_any_more(pki: Pki, rich_trust: TrustStore) -> None:
    assert judged(seal(pki, rich_trust, Level.B_LT), pki).sub_indication is SubIndication.NO_POE


@pytest.mark.parametrize("level", [Level.B_B, Level.B_T, Level.B_LT])
def test_what_was_sealed_lower_is_lifted_while_it_still_holds(pki: Pki, rich_trust: TrustStore, level: Level) -> None:
    lifted = renewed(seal(pki, rich_trust, level), pki.key("tsa"), rich_trust, NOW + timedelta(hours=1))
    report = judged(lifted, pki, living(pki))
    assert report.passed, report.sentence_en
    assert report.signatures[0].level is Level.B_LTA


def living(pki: Pki) -> TrustStore:
    """Anchors, and the authority of the time-stamps still in force four years later."""
    store = TrustStore([pki.trust_list()])
    store.import_crl(pki.crl("root", NOW + 4 * YEAR), NOW + 4 * YEAR)
    return store


def test_the_next_one_carries_it_past_the_end_of_the_first_authority(pki: Pki, archived: bytes) -> None:
    young = pki.issue("root", "TSA mới", start=NOW + 8 * YEAR, end=NOW + 18 * YEAR, kind="tsa")
    late = TrustStore([pki.trust_list()])
    late.import_crl(pki.crl("root", NOW + 12 * YEAR), NOW + 12 * YEAR)
    assert not judged(archived, pki, late, years=12).passed
    report = judged(renewed(archived, young, late, NOW + 9 * YEAR), pki, late, years=12)
    assert report.passed, report.sentence_en
    assert lapses_at(report) == young.certificate.not_after


def test_a_signed_object_beside_the_properties_is_covered(pki: Pki, archived: bytes) -> None:
    """§5.5.2.2, last step: every other ds:Object of the signature, whether or not it is signed."""
    root = etree.fromstring(archived)
    signature = next(root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature"))
    etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object").text = "added"
    assert judged(etree.tostring(root), pki).sub_indication is SubIndication.NO_POE


def of_another_document(root: Any, pki: Pki, trust: TrustStore) -> None:
    other = etree.fromstring(seal(pki, trust, Level.B_LTA, b"<ChungTu xmlns='urn:kb'><SoTien>1</SoTien></ChungTu>"))
    there = properties(root)
    there.replace(there.find(ARCHIVE), next(other.iter(ARCHIVE)))


def answers_taken_away(root: Any, pki: Pki, trust: TrustStore) -> None:
    there = properties(root)
    there.remove(there.find(f"{{{XADES}}}RevocationValues"))


def stamp_taken_away(root: Any, pki: Pki, trust: TrustStore) -> None:
    there = properties(root)
    there.remove(there.find(f"{{{XADES}}}SignatureTimeStamp"))


def put_in_another_order(root: Any, pki: Pki, trust: TrustStore) -> None:
    there = properties(root)
    there.insert(0, there.find(f"{{{XADES}}}RevocationValues"))


def moved_to_the_front(root: Any, pki: Pki, trust: TrustStore) -> None:
    there = properties(root)
    there.insert(0, there.find(ARCHIVE))


def property_put_before(root: Any, pki: Pki, trust: TrustStore) -> None:
    properties(root).find(ARCHIVE).addprevious(etree.Element(f"{{{XADES141}}}TimeStampValidationData"))


def distributed(root: Any, pki: Pki, trust: TrustStore) -> None:
    properties(root).find(ARCHIVE).insert(0, etree.Element(f"{{{XADES}}}Include", URI="#x"))


def answers_moved_behind(root: Any, pki: Pki, trust: TrustStore) -> None:
    """Stamped without them, and added afterwards: no proof that they existed in time."""
    there = properties(root)
    fresh = etree.fromstring(seal(pki, trust, Level.B_T))
    stamped = etree.fromstring(renewed(etree.tostring(fresh), pki.key("tsa"), trust, NOW))
    answers = [each for each in properties(stamped) if each.tag.endswith(("Values", "ValidationData"))]
    bare = properties(fresh)
    tokens = [copy.deepcopy(each) for each in there if each.tag == ARCHIVE]
    bare.extend([*tokens, *answers])
    there.getparent().replace(there, bare)


def two_holders(root: Any, pki: Pki, trust: TrustStore) -> None:
    there = properties(root)
    there.addnext(copy.deepcopy(there))


@pytest.mark.parametrize(
    "attack",
    [
        of_another_document,
        answers_taken_away,
        stamp_taken_away,
        put_in_another_order,
        moved_to_the_front,
        property_put_before,
        distributed,
        answers_moved_behind,
        two_holders,
    ],
)
def test_what_proves_nothing(
    pki: Pki, rich_trust: TrustStore, archived: bytes, attack: Callable[[Any, Pki, TrustStore], None]
) -> None:
    root = etree.fromstring(archived)
    attack(root, pki, rich_trust)
    report = judged(etree.tostring(root), pki)
    assert report.indication is not Indication.TOTAL_PASSED, report.sentence_en
    assert report.indication is Indication.INDETERMINATE or attack is two_holders


def test_stamped_before_the_answers_came(pki: Pki, rich_trust: TrustStore) -> None:
    """A valid archive time-stamp proves only what stood before it."""
    bare = TrustStore([pki.trust_list()])
    stamped = renewed(seal(pki, rich_trust, Level.B_T), pki.key("tsa"), bare, NOW)
    full = etree.fromstring(seal(pki, rich_trust, Level.B_LT))
    root = etree.fromstring(stamped)
    properties(root).append(properties(full).find(f"{{{XADES}}}RevocationValues"))
    report = judged(etree.tostring(root), pki, living(pki))
    assert report.sub_indication is SubIndication.NO_POE
    assert report.signatures[0].timestamps[-1].indication is Indication.TOTAL_PASSED


def test_a_second_copy_proves_nothing_and_spoils_nothing(pki: Pki, archived: bytes) -> None:
    root = etree.fromstring(archived)
    there = properties(root)
    there.append(copy.deepcopy(there.find(ARCHIVE)))
    report = judged(etree.tostring(root), pki)
    assert report.passed
    assert [each.intact for each in report.signatures[0].timestamps] == [True, True, False]


def test_another_content_is_seen(pki: Pki, archived: bytes) -> None:
    assert judged(archived.replace(b"12000", b"92000"), pki).sub_indication is SubIndication.HASH_FAILURE


def test_what_carries_no_signature_is_not_renewed(pki: Pki, rich_trust: TrustStore) -> None:
    with pytest.raises(SealError):
        renewed(VOUCHER, pki.key("tsa"), rich_trust, NOW)


@pytest.mark.needs_tools
def test_xmlsec1_agrees_on_the_signature(pki: Pki, archived: bytes, tmp_path: Path) -> None:
    path = tmp_path / "voucher.xml"
    path.write_bytes(archived)
    command = ("xmlsec1", "--verify", "--trusted-pem", pki.folder / "root.cert.pem", "--verification-time",
               f"{NOW:%Y-%m-%d %H:%M:%S}", "--id-attr:Id", "SignedProperties", path)  # fmt: skip
    assert said(*command).startswith("0"), said(*command)
