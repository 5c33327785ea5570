"""Whose certificate it is: an officer's own, or the agency's for its clerk (RES-01)."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.kernel.actor import Actor
from hub.kernel.ids import uuid7
from hub.sealing.enrolling import Owner, objection_to
from signing import Cert
from signing.test_pki import Pki

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OFFICE = "Sở Nông nghiệp và Môi trường"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", NOW)


def owner(name: str, agency_name: str = "") -> Owner:
    actor = Actor(kind="officer", id="1", name=name)
    return Owner(officer_id=uuid7(), name=name, agency_code="H01.03", agency_name=agency_name, actor=actor)


def issued(pki: Pki, cn: str, by: str = "public-ca") -> Cert:
    start, end = NOW - timedelta(days=9), NOW + timedelta(days=9)
    return pki.issue(by, cn, start=start, end=end, key="p256").certificate


def why(certificate: Cert, who: Owner) -> str:
    found = objection_to(certificate, who, NOW)
    return found.code.partition(".")[2] if found else ""


@pytest.mark.parametrize("cn", ["Lê Thị Lãnh Đạo", "LÊ THỊ LÃNH ĐẠO", "LE THI LANH DAO", "Lê  Thị Lãnh Đạo "])
def test_authorities_write_a_name_in_several_ways(pki: Pki, cn: str) -> None:
    assert why(issued(pki, cn), owner("Lê Thị Lãnh Đạo")) == ""


@pytest.mark.parametrize("cn", ["Lê Thị Lãnh", "Lê Thị Lãnh Đạo Em", "Nguyễn Văn Minh", OFFICE])
def test_another_name_is_another_person(pki: Pki, cn: str) -> None:
    assert why(issued(pki, cn), owner("Lê Thị Lãnh Đạo")) == "certificate-not-yours"


@pytest.mark.parametrize(
    ("cn", "expected"),
    [
        (OFFICE, ""),
        (f"{OFFICE} tỉnh An Giang", ""),
        (f"{OFFICE}X", "certificate-not-yours"),
        ("Sở Xây dựng", "certificate-not-yours"),
        ("Võ Thị Văn Thư", ""),
    ],
)
def test_a_clerk_answers_for_the_agencys_seal(pki: Pki, cn: str, expected: str) -> None:
    assert why(issued(pki, cn), owner("Võ Thị Văn Thư", OFFICE)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("officer-old", "certificate-lapsed"),
        ("officer", ""),
        ("gov-ca", "certificate-not-for-signing"),
    ],
)
def test_what_a_certificate_is_for_and_until_when(pki: Pki, name: str, expected: str) -> None:
    certificate = pki.certificate(name)
    assert why(certificate, owner(certificate.subject_text)) == expected


def test_each_refusal_has_both_languages(pki: Pki) -> None:
    for name in ("officer-old", "gov-ca", "leader"):
        found = objection_to(pki.certificate(name), owner("Lê Thị Lãnh Đạo"), NOW)
        assert found is not None
        assert found.vi != found.en
        assert found.field == "key"
