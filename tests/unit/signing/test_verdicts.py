"""The table of verdicts: level, time, revocation, trust (SIGNING §3)."""

import shutil
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from signing import Indication, LaterChanges, Level, Policy, Report, Role, SubIndication, TrustStore, renew_pdf, verify
from signing.crypto import Algorithm
from signing.policy import good_until, judge_algorithm
from signing.test_pki import PKI, Pki
from tests.unit.signing.makers import NOW, judged, plain_pdf, seal

DAY = timedelta(days=1)
YEAR = 365 * DAY


@pytest.mark.parametrize("level", [Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA])
@pytest.mark.parametrize("name", ["agency", "citizen-ec"])
def test_every_level_passes_when_fresh(pki: Pki, rich_trust: TrustStore, level: Level, name: str) -> None:
    report = judged(seal(plain_pdf(), pki, name, level=level, trust=rich_trust), rich_trust)
    assert report.passed, report.sentence_en
    assert report.signatures[0].level is level
    assert report.signatures[0].intact
    expected = LaterChanges.ALLOWED if level in (Level.B_LT, Level.B_LTA) else LaterChanges.NONE
    assert report.later_changes is expected


def test_pss_passes_and_is_named(pki: Pki, trust: TrustStore) -> None:
    report = judged(seal(plain_pdf(), pki, key=pki.key("agency").with_pss()), trust)
    assert report.passed
    assert report.signatures[0].algorithm == "RSASSA-PSS 2048 / SHA256"


def test_the_best_time_is_the_time_stamp(sealed: bytes, trust: TrustStore) -> None:
    signature = judged(sealed, trust).signatures[0]
    assert signature.best_time == NOW
    assert signature.timestamp is not None
    assert signature.timestamp.tsa == "TSA mẫu"


def test_our_own_results_need_a_time_stamp(pki: Pki, trust: TrustStore, sealed: bytes) -> None:
    bare = judged(seal(plain_pdf(), pki, level=Level.B_B), trust, policy=Policy.OWN)
    assert (bare.indication, bare.sub_indication) == (Indication.INDETERMINATE, SubIndication.SIG_CONSTRAINTS_FAILURE)
    assert judged(sealed, trust, policy=Policy.OWN).passed


def test_an_unknown_root_is_named(pki: Pki, trust: TrustStore) -> None:
    report = judged(seal(plain_pdf(), pki, "stranger"), trust)
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert report.signatures[0].intact
    assert "Other Root CA" in report.sentence_vi


def test_revoked_before_the_proven_time(pki: Pki, trust: TrustStore) -> None:
    report = judged(seal(plain_pdf(), pki, "revoked"), trust)
    assert report.sub_indication is SubIndication.REVOKED_NO_POE


def test_revoked_after_the_proven_time_still_holds(pki: Pki, trust: TrustStore) -> None:
    early = NOW - 20 * DAY  # ten days before the revocation
    assert judged(seal(plain_pdf(), pki, "revoked", at=early), trust).passed


def test_expired_before_the_time_stamp_is_never_passed(pki: Pki, trust: TrustStore) -> None:
    key = pki.issue("gov-ca", "Hết Hạn", start=NOW - 100 * DAY, end=NOW - DAY)
    pdf = seal(plain_pdf(), pki, key=key, at=NOW - 2 * DAY, tsa=pki.tsa(lambda: NOW))
    report = judged(pdf, trust)
    assert (report.indication, report.sub_indication) == (
        Indication.INDETERMINATE,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
    )


def test_expired_after_the_time_stamp_passes_with_long_term_data_only(pki: Pki) -> None:
    store = pki.trust(NOW)
    pki.import_ocsp(store, NOW)
    long_term = {level: seal(plain_pdf(), pki, level=level, trust=store) for level in (Level.B_LT, Level.B_LTA)}
    later = NOW + 4 * YEAR
    fresh = TrustStore([pki.trust_list()])
    for name in ("root",):  # the list that speaks of the time-stamp authority
        fresh.import_crl(pki.crl(name, later), later)
    verdicts = {level: verify(data, trust=fresh, at=later) for level, data in long_term.items()}
    assert verdicts[Level.B_LT].sub_indication is SubIndication.NO_POE
    assert verdicts[Level.B_LTA].passed, verdicts[Level.B_LTA].sentence_en


def test_renewal_carries_a_result_past_its_time_stamp_authority(pki: Pki) -> None:
    import asyncio

    store = pki.trust(NOW)
    pki.import_ocsp(store, NOW)
    short = pki.issue("root", "TSA ngắn", start=NOW - DAY, end=NOW + YEAR, kind="tsa")
    from signing import LocalTimestamper

    sealed = seal(plain_pdf(), pki, level=Level.B_LTA, trust=store, tsa=LocalTimestamper(short, lambda: NOW))
    later, much_later = NOW + 300 * DAY, NOW + 4 * YEAR
    pki_later = TrustStore([pki.trust_list()])
    for name in ("root", "gov-ca"):
        pki_later.import_crl(pki.crl(name, later), later)
    renewed = asyncio.run(renew_pdf(sealed, tsa=pki.tsa(lambda: later), trust=pki_later))
    fresh = TrustStore([pki.trust_list()])
    fresh.import_crl(pki.crl("root", much_later), much_later)
    assert not verify(sealed, trust=fresh, at=much_later).passed
    assert verify(renewed, trust=fresh, at=much_later).passed


def test_without_revocation_data_the_answer_says_so(pki: Pki, sealed: bytes) -> None:
    empty = TrustStore([pki.trust_list()])
    report = judged(sealed, empty)
    assert (report.indication, report.sub_indication) == (Indication.INDETERMINATE, SubIndication.TRY_LATER)
    assert "chữ ký nguyên vẹn; chưa kiểm tra được tình trạng thu hồi" in report.sentence_vi


def test_stale_revocation_data_does_not_count(pki: Pki, sealed: bytes) -> None:
    store = TrustStore([pki.trust_list()])
    for name in ("root", "gov-ca", "public-ca"):
        store.import_crl(pki.crl(name, NOW - 60 * DAY), NOW - 60 * DAY)
    report = judged(sealed, store)
    assert report.sub_indication is SubIndication.TRY_LATER
    assert "quá cũ" in report.sentence_vi


def test_an_untrusted_time_stamp_proves_nothing(pki: Pki, trust: TrustStore) -> None:
    pdf = seal(plain_pdf(), pki, tsa=pki.tsa(lambda: NOW - DAY, name="other-tsa"))
    signature = judged(pdf, trust).signatures[0]
    assert signature.best_time == NOW + timedelta(minutes=5)
    assert signature.timestamp is not None
    assert signature.timestamp.indication != Indication.TOTAL_PASSED


def test_a_certificate_that_is_no_time_stamp_authority(pki: Pki, trust: TrustStore) -> None:
    from signing import LocalTimestamper

    pdf = seal(plain_pdf(), pki, tsa=LocalTimestamper(pki.key("clerk"), lambda: NOW))
    stamp = judged(pdf, trust).signatures[0].timestamp
    assert stamp is not None
    assert stamp.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE


def test_a_ca_that_is_no_ca(pki: Pki, trust: TrustStore) -> None:
    from signing.certs import load_cert
    from signing.keys import SoftKey
    from signing.test_pki import Entry, _certificate, _new_key

    key = _new_key("p256")
    leader = pki.key("leader")
    der = _certificate(Entry(cn="Con"), key, leader._private, leader.certificate, NOW - DAY, NOW + DAY)
    forged = SoftKey(key, load_cert(der), [leader.certificate, pki.certificate("gov-ca")])
    report = judged(seal(plain_pdf(), pki, key=forged), trust)
    assert report.sub_indication is not None
    assert not report.passed
    assert report.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE
    assert "tổ chức chứng thực" in report.sentence_vi


@pytest.mark.parametrize(
    ("offset", "words"), [(timedelta(days=40), "tương lai"), (timedelta(days=-364), "trước ngày cấp")]
)
def test_a_claimed_time_that_cannot_be(pki: Pki, trust: TrustStore, offset: timedelta, words: str) -> None:
    key = pki.issue("gov-ca", "Lệch Giờ", start=NOW - 30 * DAY, end=NOW + 90 * DAY)
    pdf = seal_with_claim(pki, key, NOW + offset)
    report = judged(pdf, trust)
    assert not report.passed
    assert words in report.sentence_vi


def seal_with_claim(pki: Pki, key: object, claimed: object) -> bytes:
    import asyncio
    from unittest.mock import patch

    from signing import Look, seal_pdf

    with patch("signing.seal._check_wishes"):  # our own sealer would refuse
        return asyncio.run(
            seal_pdf(plain_pdf(), key, Look.invisible(), tsa=pki.tsa(lambda: NOW), at=claimed)  # type: ignore[arg-type]
        )


def test_sha1_was_good_until_2021_and_only_with_proof() -> None:
    old = Algorithm("rsa", "sha1", 2048)
    then, now = NOW.replace(year=2020), NOW
    assert judge_algorithm(old, then, proven=True) is None
    assert judge_algorithm(old, now, proven=False) is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
    assert judge_algorithm(old, now, proven=True) is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    assert good_until(Algorithm("rsa", "md5", 4096)) is None
    assert good_until(Algorithm("rsa", "sha256", 1024)) is not None
    assert good_until(Algorithm("rsa", "sha256", 768)) is None


def test_leader_then_agency_then_clerk_is_valid_and_says_what_was_added(pki: Pki, trust: TrustStore) -> None:
    pdf = plain_pdf()
    for name in ("leader", "agency", "clerk"):
        pdf = seal(pdf, pki, name)
    report = judged(pdf, trust)
    assert report.passed
    assert report.later_changes is LaterChanges.ALLOWED
    first = report.signatures[0]
    assert [s.role for s in report.signatures] == [Role.LEADER, Role.AGENCY, Role.SIGNER]
    assert len(first.added_by_later_revisions) == 2
    assert "Lê Hoàng Yến" in first.added_by_later_revisions[1]
    assert report.signatures[2].added_by_later_revisions == ()
    assert judged(pdf, trust, policy=Policy.OWN).passed


def test_one_bad_signature_is_not_masked_by_good_ones(pki: Pki, trust: TrustStore) -> None:
    pdf = plain_pdf()
    for name in ("leader", "stranger", "agency"):
        pdf = seal(pdf, pki, name)
    report = judged(pdf, trust)
    assert report.indication is Indication.INDETERMINATE
    assert [s.indication for s in report.signatures].count(Indication.TOTAL_PASSED) == 2


def test_a_certification_permits_nothing_after_it(pki: Pki, trust: TrustStore) -> None:
    from signing import SealError

    certified = seal(plain_pdf(), pki, certify=True)
    assert judged(certified, trust).signatures[0].docmdp == 1
    with pytest.raises(SealError):
        seal(certified, pki, "clerk")


def test_unsigned_unknown_and_empty_files_say_so(trust: TrustStore) -> None:
    for data in (plain_pdf(), b"", b"hello", b"<a/>", b'{"a": 1}', b"\x00" * 100):
        report = judged(data, trust)
        assert report.indication in (Indication.NO_SIGNATURE, Indication.TOTAL_FAILED), data[:10]
        assert not report.passed
        assert report.sentence_vi
        assert report.sentence_en
    assert judged(plain_pdf(), trust).sentence_vi == "Tệp không có chữ ký số nào."


def test_an_encrypted_file_asks_for_its_password(pki: Pki, trust: TrustStore) -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(BytesIO(plain_pdf())))
    writer.encrypt("owner", "user")
    out = BytesIO()
    writer.write(out)
    report = judged(out.getvalue(), trust)
    assert report.indication is Indication.INDETERMINATE
    assert "mật khẩu" in report.sentence_vi
    assert judged(out.getvalue(), trust, password="user").indication is Indication.NO_SIGNATURE


def test_the_report_is_json_and_comes_back(sealed: bytes, trust: TrustStore) -> None:
    report = judged(sealed, trust)
    assert msgspec.json.decode(report.to_json(), type=Report) == report
    assert report.signatures[0].chain[-1].anchor
    assert {r.source for r in report.signatures[0].revocation} == {"crl"}


def test_the_pki_of_a_folder_stays(pki: Pki, tmp_path: Path) -> None:
    again = Pki.load_or_create(pki.folder, NOW)
    assert again.certificate("leader") == pki.certificate("leader")
    assert Pki.load_or_create(tmp_path / "new", NOW).certificate("leader") != pki.certificate("leader")


def copied(pki: Pki, folder: Path) -> Path:
    shutil.copytree(pki.folder, folder)
    return folder


def test_what_a_pki_lacks_is_added_and_nothing_else_in_its_folder_is_touched(pki: Pki, tmp_path: Path) -> None:
    """An installation's other keys lie beside it: a newer version that knows one more signer must not cost them."""
    folder = copied(pki, tmp_path / "pki")
    (folder / "vault-keys.json").write_text("mine")
    (folder / "hub.key.pem").unlink()
    again = Pki.load_or_create(folder, NOW)
    assert (folder / "vault-keys.json").read_text() == "mine"
    assert [name for name in PKI if again.certificate(name) != pki.certificate(name)] == ["hub"]
    assert Pki.load_or_create(folder, NOW).certificate("hub") == again.certificate("hub")


def test_signers_that_have_lapsed_are_made_again_under_the_same_authorities(pki: Pki, tmp_path: Path) -> None:
    later = Pki.load_or_create(copied(pki, tmp_path / "pki"), NOW + timedelta(days=4 * 365))
    assert later.certificate("leader") != pki.certificate("leader")
    assert [later.certificate(name) for name in ("root", "gov-ca", "tsa", "expired")] == [
        pki.certificate(name) for name in ("root", "gov-ca", "tsa", "expired")
    ]


def test_an_authority_that_is_lost_takes_what_it_signed_along(pki: Pki, tmp_path: Path) -> None:
    folder = copied(pki, tmp_path / "pki")
    (folder / "gov-ca.key.pem").write_bytes(b"torn")
    again = Pki.load_or_create(folder, NOW)
    assert again.certificate("root") == pki.certificate("root")
    assert {again.certificate(name).issuer_text for name in ("leader", "ocsp-gov")} == {
        again.certificate("gov-ca").subject_text
    }
    assert again.certificate("leader") != pki.certificate("leader")
    assert again.certificate("bank") == pki.certificate("bank")
