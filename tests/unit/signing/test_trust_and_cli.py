"""Trust lists as files, revocation numbers, the cache, the bounded worker and `hub verify`."""

import asyncio
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing import Indication, OlderRevocation, SubIndication, TrustError, TrustList, TrustStore, verify
from signing.bounded import verify_bounded
from signing.cache import Verifier
from signing.certs import load_certs
from signing.cli import verify_command
from signing.report_pdf import report_pdf
from signing.report_xml import etsi_xml
from signing.test_pki import Pki
from signing.trust_folder import open_store, read_feed, read_list, write_list
from tests.support.depth import DEPTH
from tests.unit.signing.makers import NOW, judged, plain_pdf
from tests.unit.signing.test_xml_cms_jws import jws_with

DAY = timedelta(days=1)


@pytest.fixture
def folder(pki: Pki, tmp_path: Path) -> Path:
    """A trust folder with one list and its CRLs."""
    place = tmp_path / "trust"
    write_list(place / "demo", pki.trust_list(), ("Nguyễn An", "Trần Bình"))
    (place / "demo" / "crls").mkdir()
    for name in ("root", "gov-ca", "public-ca"):
        (place / "demo" / "crls" / f"{name}.crl").write_bytes(pki.crl(name, NOW))
    return place


def test_a_list_comes_back_as_it_was_written(pki: Pki, folder: Path) -> None:
    assert read_list(folder / "demo").sha256 == pki.trust_list().sha256


def test_a_folder_store_judges_like_the_pki(folder: Path, sealed: bytes) -> None:
    assert judged(sealed, open_store(folder, ["demo"], NOW)).passed


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"Nguyễn An", "Trần Bình"', '"Nguyễn An"', "two persons"),
        ('"Nguyễn An", "Trần Bình"', '"Nguyễn An", "Nguyễn An"', "two persons"),
        ('version = "1"', "", "version"),
        ('file = "anchor-1.der"', 'file = "../demo2/x"', "outside"),
        ('file = "anchor-1.der"', 'file = "intermediate-1.der"', "pinned"),
        ("[[anchor]]", "[[anker]]", "anchor"),
        ("name =", "name", "demo"),
    ],
)
def test_a_list_that_is_not_in_order_is_refused(folder: Path, before: str, after: str, words: str) -> None:
    path = folder / "demo" / "list.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(TrustError, match=words):
        read_list(folder / "demo")


def test_an_unknown_list_names_the_known_ones(folder: Path) -> None:
    with pytest.raises(TrustError, match="known: demo"):
        open_store(folder, ["khac"], NOW)


def test_a_feed_pins_its_lists(folder: Path) -> None:
    import hashlib

    pin = hashlib.sha256((folder / "demo" / "list.toml").read_bytes()).hexdigest()
    (folder / "feed.toml").write_text(f'[[list]]\nname = "demo"\nsha256 = "{pin}"\n')
    assert [item.name for item in read_feed(folder)] == ["mẫu-việt-nam"]
    with pytest.raises(TrustError):
        read_feed(folder, pin="00")
    with (folder / "demo" / "list.toml").open("a") as file:
        file.write("# changed\n")
    with pytest.raises(TrustError, match="pins"):
        read_feed(folder)


def test_a_certificate_of_no_known_version_is_as_good_as_none(pki: Pki) -> None:
    """One such among a signature's certificates must not make the signature unreadable."""
    good = pki.certificate("agency").der
    strange = good.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020107"), 1)
    assert load_certs([strange, good]) == [pki.certificate("agency")]


def test_older_revocation_lists_are_refused(pki: Pki) -> None:
    store = TrustStore([pki.trust_list()])
    store.import_crl(pki.crl("gov-ca", NOW), NOW)
    store.import_crl(pki.crl("gov-ca", NOW + DAY), NOW + DAY)
    with pytest.raises(OlderRevocation):
        store.import_crl(pki.crl("gov-ca", NOW - DAY), NOW)
    with pytest.raises(TrustError):
        store.import_crl(pki.crl("other-root", NOW), NOW)
    with pytest.raises(TrustError):
        store.import_crl(b"no list", NOW)


def test_ocsp_of_a_stranger_is_refused(pki: Pki) -> None:
    store = TrustStore([pki.trust_list()])
    assert store.import_ocsp(pki.ocsp("agency", NOW), NOW) == 1
    with pytest.raises(TrustError):
        store.import_ocsp(pki.ocsp("stranger", NOW), NOW)


def test_the_state_changes_with_every_import(pki: Pki) -> None:
    store = TrustStore([pki.trust_list()])
    before = store.state, store.version
    store.import_crl(pki.crl("gov-ca", NOW), NOW)
    assert (store.state, store.version) != before


def test_the_cache_answers_again_and_forgets_when_trust_moves(pki: Pki, sealed: bytes) -> None:
    store = pki.trust(NOW)
    memory = Verifier(store)
    at = NOW + timedelta(minutes=5)
    first = memory.verify(sealed, at=at)
    assert memory.verify(sealed, at=at) is first
    assert memory.verify(sealed, at=at + DAY) is not first
    pki.refresh(store, NOW + DAY)
    assert memory.verify(sealed, at=at) is not first


def test_a_worker_that_runs_over_its_time_is_ended(trust: TrustStore, sealed: bytes) -> None:
    done = asyncio.run(verify_bounded(sealed, trust=trust, at=NOW + timedelta(minutes=5), seconds=60))
    assert done.passed
    over = asyncio.run(verify_bounded(sealed, trust=trust, at=NOW, seconds=0.05))
    assert (over.indication, over.sub_indication) == (Indication.INDETERMINATE, SubIndication.POLICY_PROCESSING_ERROR)
    assert "giới hạn" in over.sentence_vi


# --- hub verify ---


def call(*arguments: str | Path, trust: Path | None = None) -> tuple[int, str]:
    environment = {"TRUST_DIR": str(trust)} if trust else {"DATA_DIR": os.devnull}
    at = (NOW + timedelta(minutes=5)).isoformat()
    result = CliRunner().invoke(verify_command, [*map(str, arguments), "--at", at], env=environment)
    return result.exit_code, result.output


def test_one_object_a_line_and_the_exit_status(folder: Path, sealed: bytes, tmp_path: Path) -> None:
    good, plain = tmp_path / "good.pdf", tmp_path / "plain.pdf"
    good.write_bytes(sealed)
    plain.write_bytes(plain_pdf())
    code, out = call(good, "--json", "--trust", "demo", trust=folder)
    line = json.loads(out)
    assert code == 0
    assert (line["file"], line["indication"], line["later_changes"]) == (str(good), "TOTAL-PASSED", "none")
    keys = {"name", "signer", "intact", "indication", "sub_indication", "level", "signing_time", "best_time"}
    assert keys <= set(line["signatures"][0])
    code, out = call(good, plain, "--json", trust=folder)
    assert code == 1
    assert [json.loads(text)["indication"] for text in out.splitlines()] == ["TOTAL-PASSED", "NO-SIGNATURE"]


def test_anchors_of_the_call(pki: Pki, sealed: bytes, tmp_path: Path) -> None:
    good = tmp_path / "good.pdf"
    good.write_bytes(sealed)
    code, out = call(good, "--json", "--anchor", pki.folder / "root.cert.pem")
    assert code == 1
    assert json.loads(out)["sub_indication"] == "TRY_LATER"
    code, out = call(good, "--json")
    assert json.loads(out)["sub_indication"] == "NO_CERTIFICATE_CHAIN_FOUND"


def test_reports_as_xml_and_pdf(folder: Path, sealed: bytes, tmp_path: Path) -> None:
    good = tmp_path / "good.pdf"
    good.write_bytes(sealed)
    code, out = call(good, "--xml", trust=folder)
    assert code == 0
    assert "urn:etsi:019102:mainindication:total-passed" in out
    code, out = call(good, "--report", tmp_path / "out.pdf", trust=folder)
    assert code == 0
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert "Tài liệu có 1 chữ ký số, tất cả đều hợp lệ." in out


def test_the_printed_report_has_the_fields_of_the_circular(trust: TrustStore, sealed: bytes) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    pages = PdfReader(BytesIO(report_pdf([("kq.pdf", judged(sealed, trust))]))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in ("HỢP LỆ", "Tổ chức chứng thực", "Người ký", "Cơ quan quản lý", "Tính toàn vẹn", "Hiệu lực của chứng"):
        assert words in text


def test_a_wrong_call_says_what_to_type(folder: Path, sealed: bytes, tmp_path: Path) -> None:
    good = tmp_path / "good.pdf"
    good.write_bytes(sealed)
    assert call(good, "--json", "--xml")[0] == 2
    code, out = call(good, "--trust", "khac", trust=folder)
    assert code == 2
    assert "known: demo" in out
    code, out = call(tmp_path / "none.pdf", "--json", trust=folder)
    assert code == 2
    assert json.loads(out.splitlines()[0])["error"]
    result = CliRunner().invoke(verify_command, [str(good), "--at", "hôm qua"])
    assert result.exit_code == 2
    assert "2026-11-23" in result.output


def test_etsi_xml_of_an_unsigned_file(trust: TrustStore) -> None:
    assert b"no-signature-found" in etsi_xml(judged(plain_pdf(), trust))


# --- nothing escapes ---


@settings(max_examples=60 * DEPTH, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_raises_or_passes(data: st.DataObject, trust: TrustStore, sealed: bytes) -> None:
    kind = data.draw(st.sampled_from(["flip", "cut", "insert", "repeat"]))
    position = data.draw(st.integers(0, len(sealed) - 1))
    piece = data.draw(st.binary(min_size=1, max_size=40))
    if kind == "flip":
        damaged = sealed[:position] + piece + sealed[position + len(piece) :]
    elif kind == "cut":
        damaged = sealed[:position] + sealed[position + len(piece) :]
    elif kind == "insert":
        damaged = sealed[:position] + piece + sealed[position:]
    else:
        damaged = sealed[:position] + sealed[max(0, position - 200) :]
    report = judged(damaged, trust)
    if damaged.rstrip(b"\0\t\n\x0c\r ") != sealed.rstrip():
        assert not report.passed or report.signatures[0].intact


@settings(max_examples=80 * DEPTH)
@given(
    data=st.binary(max_size=300), head=st.sampled_from([b"%PDF-1.7\n", b"<a>", b"\x30\x82", b"eyJ", b"{", b"MII", b""])
)
def test_no_bytes_raise(data: bytes, head: bytes) -> None:
    report = verify(head + data, trust=TrustStore([TrustList(name="x", version="1", anchors=())]), at=NOW)
    assert not report.passed


@pytest.mark.parametrize("character", ["\0", "\ud800", "\ufffe"])
def test_a_file_whose_words_cannot_be_written_is_reported_all_the_same(
    pki: Pki, trust: TrustStore, character: str
) -> None:
    """Found by fuzzing: what the file calls its algorithm stands in the sentence."""
    report = judged(jws_with(pki, {"alg": f"x{character}y"}), trust)
    assert "x\N{REPLACEMENT CHARACTER}y" in report.sentence_en
    assert "x\N{REPLACEMENT CHARACTER}y" in etsi_xml(report).decode()
    assert json.loads(report.to_json())["indication"] == report.indication
