"""Archive time-stamps of CAdES (RES-05, RES-08; ETSI EN 319 122-1 §5.5.3): what the hash index lists is proven, no more."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from signing import Indication, Level, SubIndication, TrustStore, crypto, der, verify
from signing.lasting import document_timestamped, lapses_at
from signing.report import Report
from signing.test_pki import Pki
from tests.unit.signing import cades
from tests.unit.signing.cades import Cades, archive, children, hash_index, hold, hold_as_attribute, stamp
from tests.unit.signing.makers import NOW
from tests.unit.signing.test_xml_cms_jws import cms_of

CONTENT = "Quyết định số 12".encode()
YEAR = timedelta(days=365)
ARCHIVED = NOW + timedelta(hours=1)
LATER = NOW + 4 * YEAR
"""The signer's certificate has ended, the authority's has not."""


def signed(pki: Pki, content: bytes = CONTENT) -> Cades:
    """B-LT."""
    made = Cades.of(cms_of(pki, content, "agency"))
    stamp(made, pki, NOW)
    hold(made, [pki.ocsp(name, NOW) for name in ("agency", "gov-ca", "tsa")])
    return made


def token(pki: Pki, name: str = "tsa") -> Callable[[bytes], bytes]:
    return lambda digest: pki.tsa(lambda: ARCHIVED, name=name).token(digest, "sha256")


def archived(pki: Pki, content: bytes = CONTENT) -> Cades:
    made = signed(pki, content)
    archive(made, content, token(pki))
    return made


def judged(made: Cades | bytes, pki: Pki, trust: TrustStore | None = None, years: int = 4) -> Report:
    data = made if isinstance(made, bytes) else made.dump()
    return verify(data, trust=trust or TrustStore([pki.trust_list()]), at=NOW + years * YEAR)


def test_it_outlives_the_certificate_of_the_signer(pki: Pki) -> None:
    report = judged(archived(pki), pki)
    assert report.passed, report.sentence_en
    assert report.signatures[0].level is Level.B_LTA
    assert report.signatures[0].best_time == NOW
    assert [each.kind for each in report.signatures[0].timestamps] == ["signature", "archive"]
    assert lapses_at(report) == pki.certificate("tsa").not_after
    assert document_timestamped(report)


def test_without_it_nothing_is_proven_any_more(pki: Pki) -> None:
    report = judged(signed(pki), pki)
    assert report.sub_indication is SubIndication.NO_POE
    assert not document_timestamped(report)


def test_a_list_in_the_attribute_is_proven_too(pki: Pki) -> None:
    made = Cades.of(cms_of(pki, CONTENT, "agency"))
    stamp(made, pki, NOW)
    hold_as_attribute(made, [pki.crl(name, NOW) for name in ("gov-ca", "root")])
    archive(made, CONTENT, token(pki))
    assert judged(made, pki).passed


def test_the_next_one_carries_it_past_the_end_of_the_first_authority(pki: Pki) -> None:
    """Latest first: each is judged as of the moment that the next one proves (EN 319 102-1 §5.6)."""
    made = archived(pki)
    young = pki.issue("root", "TSA mới", start=NOW + 8 * YEAR, end=NOW + 18 * YEAR, kind="tsa")
    late = TrustStore([pki.trust_list()])
    late.import_crl(pki.crl("root", NOW + 12 * YEAR), NOW + 12 * YEAR)
    assert not judged(made, pki, late, years=12).passed
    archive(made, CONTENT, by(young, NOW + 9 * YEAR))
    report = judged(made, pki, late, years=12)
    assert report.passed, report.sentence_en
    assert lapses_at(report) == young.certificate.not_after


def by(key: object, at: object) -> Callable[[bytes], bytes]:
    from signing.stamper import LocalTimestamper

    stamper = LocalTimestamper(key, lambda: at)  # type: ignore[arg-type, return-value]
    return lambda digest: stamper.token(digest, "sha256")


def test_one_that_leaves_the_first_out_does_not_carry_it(pki: Pki) -> None:
    """It proves the signature and the answers it lists; the time-stamp that it does not list ends with its authority."""
    made = archived(pki)
    short = Cades.of(made.dump())
    short.unsigned = []
    young = pki.issue("root", "TSA mới", start=NOW + 8 * YEAR, end=NOW + 18 * YEAR, kind="tsa")
    late = TrustStore([pki.trust_list()])
    late.import_crl(pki.crl("root", NOW + 12 * YEAR), NOW + 12 * YEAR)
    archive(made, CONTENT, by(young, NOW + 9 * YEAR), index=hash_index(short))
    report = judged(made, pki, late, years=12)
    assert report.indication is Indication.INDETERMINATE
    kinds = [(each.kind, each.indication) for each in report.signatures[0].timestamps]
    assert ("archive", Indication.TOTAL_PASSED) in kinds
    assert ("archive", Indication.INDETERMINATE) in kinds


def leaves_the_answers_out(pki: Pki) -> Cades:
    made = signed(pki)
    bare = Cades.of(made.dump())
    bare.revocation = []
    archive(made, CONTENT, token(pki), index=hash_index(bare))
    return made


def of_another_signature(pki: Pki) -> Cades:
    made, other = signed(pki), archived(pki, b"another")
    made.unsigned.append(other.unsigned[-1])
    return made


def answers_added_later(pki: Pki) -> Cades:
    made = Cades.of(cms_of(pki, CONTENT, "agency"))
    stamp(made, pki, NOW)
    archive(made, CONTENT, token(pki))
    hold(made, [pki.ocsp(name, NOW) for name in ("agency", "gov-ca", "tsa")])
    return made


def attribute_added_later(pki: Pki) -> Cades:
    made = Cades.of(cms_of(pki, CONTENT, "agency"))
    stamp(made, pki, NOW)
    archive(made, CONTENT, token(pki))
    hold_as_attribute(made, [pki.crl(name, NOW) for name in ("gov-ca", "root")])
    return made


def answer_taken_away(pki: Pki) -> Cades:
    made = archived(pki)
    made.revocation.pop()
    return made


def certificate_taken_away(pki: Pki) -> Cades:
    made = archived(pki)
    made.certificates.remove(pki.certificate("gov-ca").der)
    return made


def stamp_taken_away(pki: Pki) -> Cades:
    made = archived(pki)
    made.unsigned.pop(0)
    return made


def _with_index(made: Cades, change: Callable[[list[bytes]], list[bytes]]) -> Cades:
    oid, values = children(made.unsigned[-1])
    stamped = Cades.of(children(values)[0])
    stamped.unsigned = change(stamped.unsigned)
    made.unsigned[-1] = der.tlv(der.SEQUENCE, oid, der.tlv(der.SET, stamped.dump()))
    return made


def index_shortened(pki: Pki) -> Cades:
    made = archived(pki)
    bare = Cades.of(made.dump())
    bare.unsigned = []
    return _with_index(made, lambda _: [der.attribute(cades.ATS_HASH_INDEX_V3, hash_index(bare))])


def no_index(pki: Pki) -> Cades:
    return _with_index(archived(pki), lambda _: [])


def two_indexes(pki: Pki) -> Cades:
    return _with_index(archived(pki), lambda there: there * 2)


def by_a_digest_of_the_past(pki: Pki) -> Cades:
    """What SHA-1 names can be exchanged today."""
    made = signed(pki)
    archive(made, CONTENT, token(pki), index=hash_index(made, "sha1"))
    return made


def by_a_stranger(pki: Pki) -> Cades:
    made = signed(pki)
    archive(made, CONTENT, token(pki, "other-tsa"))
    return made


@pytest.mark.parametrize(
    "attack",
    [
        leaves_the_answers_out,
        of_another_signature,
        answers_added_later,
        attribute_added_later,
        answer_taken_away,
        certificate_taken_away,
        stamp_taken_away,
        index_shortened,
        no_index,
        two_indexes,
        by_a_digest_of_the_past,
        by_a_stranger,
    ],
)
def test_what_proves_nothing(pki: Pki, attack: Callable[[Pki], Cades]) -> None:
    report = judged(attack(pki), pki)
    assert report.indication is Indication.INDETERMINATE, report.sentence_en
    assert report.signatures[0].intact


def test_it_says_that_something_listed_is_gone(pki: Pki) -> None:
    stamped = judged(answer_taken_away(pki), pki).signatures[0].timestamps[-1]
    assert stamped.sentence_en.endswith("does not match what is in the file (ats-hash-index − 1).")


def test_another_content_is_seen(pki: Pki) -> None:
    made = archived(pki)
    made.content = made.content.replace(b"12", b"92")
    assert judged(made, pki).sub_indication is SubIndication.HASH_FAILURE


def test_a_stamp_over_a_weak_digest_proves_nothing(pki: Pki, trust: TrustStore) -> None:
    made = Cades.of(cms_of(pki, CONTENT, "agency"))
    token = pki.tsa(lambda: NOW).token(crypto.digest("sha1", made.value), "sha1")
    made.unsigned.append(der.attribute(der.OID_SIGNATURE_TIME_STAMP, token))
    (stamped,) = verify(made.dump(), trust=trust, at=ARCHIVED).signatures[0].timestamps
    assert stamped.intact
    assert stamped.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    assert "thuật toán" in stamped.sentence_vi


def test_a_copy_adds_nothing(pki: Pki) -> None:
    made = archived(pki)
    made.unsigned.append(made.unsigned[-1])
    report = judged(made, pki)
    assert report.passed
    assert [each.kind for each in report.signatures[0].timestamps] == ["signature", "archive"]


def test_what_was_added_later_does_not_spoil_what_was_listed(pki: Pki) -> None:
    made = archived(pki)
    hold(made, [pki.ocsp("agency", NOW + YEAR)])
    assert judged(made, pki).passed


def test_beside_its_content(pki: Pki) -> None:
    made = archived(pki)
    made.content = der.tlv(der.SEQUENCE, children(made.content)[0])
    trust = TrustStore([pki.trust_list()])
    assert verify(made.dump(), trust=trust, at=LATER, detached=CONTENT).passed
    assert not verify(made.dump(), trust=trust, at=LATER, detached=b"other").passed
    assert judged(made, pki).sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND


@pytest.mark.needs_tools
def test_openssl_agrees_on_the_signature_and_on_the_token(pki: Pki, tmp_path: Path) -> None:
    """The signature with everything that was added to it, and the archive time-stamp as a token of its own."""
    made = archived(pki)
    made.revocation = []  # openssl 3.0 refuses RFC 5940 answers beside certificates
    (tmp_path / "a.p7s").write_bytes(made.dump())
    root = ("-CAfile", str(pki.folder / "root.cert.pem"), "-attime", str(int(ARCHIVED.timestamp())))
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", str(tmp_path / "a.p7s")]
    done = subprocess.run([*command, *root, "-purpose", "any", "-out", "/dev/null"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    stamped = children(children(made.unsigned[-1])[1])[0]
    (tmp_path / "a.tst").write_bytes(stamped)
    imprint = cades.sha256(
        children(made.content)[0] + cades.sha256(CONTENT) + b"".join(made.signer) + hash_index_of(stamped)
    )
    command = ["openssl", "ts", "-verify", "-token_in", "-in", str(tmp_path / "a.tst"), "-digest", imprint.hex()]
    done = subprocess.run([*command, *root], capture_output=True, check=False)
    assert b"Verification: OK" in done.stdout + done.stderr, done.stderr


def hash_index_of(token: bytes) -> bytes:
    return children(children(Cades.of(token).unsigned[0])[1])[0]
