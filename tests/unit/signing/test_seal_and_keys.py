"""Sealing: looks, keys on tokens, two steps, batches."""

import asyncio
import os
import shutil
import subprocess
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from signing import (
    BadSignature,
    KeyUnavailable,
    Level,
    Look,
    Role,
    SealError,
    SoftKey,
    TimestampError,
    TrustStore,
    seal_pdf,
)
from signing.batch import Progress, seal_many
from signing.deferred import Prepared, finish_pdf, prepare_pdf
from signing.stamper import HttpTimestamper
from signing.test_pki import Pki
from signing.token import TokenKey
from tests.unit.signing.makers import NOW, font, judged, plain_pdf, seal

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")


def text_of(pdf: bytes) -> str:
    """What the visible signatures say, read from their appearance streams."""
    found = []
    for page in PdfReader(BytesIO(pdf)).pages:
        for annotation in page.get("/Annots", []):
            look = annotation.get_object()["/AP"]["/N"].get_object()
            found.append(extract(look))
    return " ".join(" ".join(found).split())


def extract(look: Any) -> str:
    from pypdf import PageObject

    page = PageObject.create_blank_page(width=600, height=800)
    page[NameObject("/Contents")] = look
    page[NameObject("/Resources")] = look["/Resources"]
    return page.extract_text()


from pypdf.generic import NameObject  # noqa: E402


@pytest.mark.skipif(font() is None, reason="no Noto Serif on this machine")
def test_vietnamese_words_of_the_looks_can_be_read_again(pki: Pki, trust: TrustStore) -> None:
    path = font()
    assert path is not None
    pdf = seal(plain_pdf(pages=2), pki, "leader", look=Look.leader(path))
    pdf = seal(pdf, pki, "agency", look=Look.agency(path))
    pdf = seal(pdf, pki, "receiver", look=Look.officer(path))
    assert judged(pdf, trust).passed
    words = text_of(pdf)
    assert "Nguyễn Văn Minh" in words
    assert "Sở Tài nguyên và Môi trường" in words
    assert "Trần Thị Mai" in words
    assert "2026-11-23T09:00:00+07:00" in words  # ISO 8601, Vietnamese time


def test_a_seal_covers_a_third_of_the_leaders_signature_on_the_left() -> None:
    from signing.look import LEADER_BOX, seal_box

    box = seal_box(LEADER_BOX)
    assert box[2] - LEADER_BOX[0] == pytest.approx((LEADER_BOX[2] - LEADER_BOX[0]) / 3)
    assert box[0] < LEADER_BOX[0]


def test_wishes_that_cannot_be_granted(pki: Pki) -> None:
    key, look, pdf = pki.key("agency"), Look.invisible(), plain_pdf()
    for options, words in (
        ({"level": Level.B_T}, "time-stamp authority"),
        ({"level": Level.B_LT, "tsa": pki.tsa()}, "trust store"),
        ({"level": Level.CMS}, "not a level"),
        ({"level": Level.B_B, "at": NOW.replace(year=2040)}, "not valid at"),
    ):
        with pytest.raises(SealError, match=words):
            asyncio.run(seal_pdf(pdf, key, look, **{"at": NOW, **options}))  # type: ignore[arg-type]
    with pytest.raises(SealError):
        asyncio.run(seal_pdf(b"no pdf", key, look, level=Level.B_B, at=NOW))
    with pytest.raises(SealError, match="font"):
        asyncio.run(seal_pdf(pdf, key, Look(box=(0, 0, 9, 9), text="x"), level=Level.B_B, at=NOW))


def test_a_key_that_is_not_the_certificates(pki: Pki) -> None:
    with pytest.raises(KeyUnavailable):
        SoftKey(pki.key("clerk")._private, pki.certificate("leader"))


class LyingKey(SoftKey):
    async def sign(self, data: bytes, digest: str) -> bytes:
        return bytes(256)


def test_a_wrong_signature_is_never_embedded(pki: Pki) -> None:
    lying = LyingKey(pki.key("agency")._private, pki.certificate("agency"))
    with pytest.raises(BadSignature):
        seal(plain_pdf(), pki, key=lying)


def test_an_authority_over_http(pki: Pki, trust: TrustStore) -> None:
    authority = pki.tsa(lambda: NOW)

    async def post(url: str, body: bytes, kind: str) -> bytes:
        assert kind == "application/timestamp-query"
        return authority.answer(body)

    assert judged(seal(plain_pdf(), pki, tsa=HttpTimestamper("http://tsa", post)), trust).passed

    async def garbage(url: str, body: bytes, kind: str) -> bytes:
        return b"<html>"

    async def replayed(url: str, body: bytes, kind: str) -> bytes:
        return answer

    with pytest.raises(TimestampError):
        seal(plain_pdf(), pki, tsa=HttpTimestamper("http://tsa", garbage))
    from asn1crypto import tsp

    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)},
            "nonce": 1,
        }
    )
    answer = authority.answer(request.dump())
    with pytest.raises(TimestampError, match="another request"):
        seal(plain_pdf(), pki, tsa=HttpTimestamper("http://tsa", replayed))


def test_two_steps_survive_storage(pki: Pki, trust: TrustStore) -> None:
    key = pki.key("leader")
    prepared = asyncio.run(prepare_pdf(plain_pdf(), key.certificate, Look.invisible(), chain=tuple(key.chain), at=NOW))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(prepared), type=Prepared)
    value = key.sign_now(again.to_be_signed, "sha256")
    done = asyncio.run(finish_pdf(again, value, tsa=pki.tsa(lambda: NOW)))
    report = judged(done, trust)
    assert report.passed
    assert report.signatures[0].level is Level.B_T
    with pytest.raises(BadSignature):
        asyncio.run(finish_pdf(again, pki.key("clerk").sign_now(again.to_be_signed, "sha256")))


# --- PKCS#11 ---


@pytest.mark.skipif(not LIBRARY.is_file() or shutil.which("softhsm2-util") is None, reason="SoftHSM is not installed")
@pytest.mark.parametrize("name", ["agency", "citizen-ec"])
def test_a_key_on_a_token(pki: Pki, trust: TrustStore, tmp_path: Path, name: str) -> None:
    """In a process of its own: the library reads its configuration once."""
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    environment = {**os.environ, "SOFTHSM2_CONF": str(tmp_path / "softhsm2.conf")}
    tool = ["softhsm2-util"]
    run = {"env": environment, "capture_output": True}
    subprocess.run(
        [*tool, "--init-token", "--free", "--label", "t", "--so-pin", "1234", "--pin", "1234"], check=True, **run
    )  # type: ignore[call-overload]
    key_file = str(pki.folder / f"{name}.key.pem")
    subprocess.run(
        [*tool, "--import", key_file, "--token", "t", "--label", "k", "--id", "01", "--pin", "1234"], check=True, **run
    )  # type: ignore[call-overload]
    out = tmp_path / "out.pdf"
    script = (
        "import asyncio, sys; from pathlib import Path; from signing import Level, Look, load_cert, seal_pdf\n"
        "from signing.token import TokenKey; from tests.unit.signing.makers import NOW, plain_pdf\n"
        f"cert = load_cert(Path({str(pki.folder / f'{name}.cert.pem')!r}).read_bytes())\n"
        f"for pss in (False, True):  # two keys on one token at once\n"
        f"    key = TokenKey({str(LIBRARY)!r}, 't', '1234', 'k', cert, pss=pss)\n"
        f"    made = asyncio.run(seal_pdf(plain_pdf(), key, Look.invisible(), level=Level.B_B, at=NOW))\n"
        f"    Path({str(out)!r}).with_suffix(f'.{{pss}}').write_bytes(made)\n"
    )
    import sys

    subprocess.run([sys.executable, "-c", script], check=True, **run)  # type: ignore[call-overload]
    for pss in (False, True):
        assert judged(out.with_suffix(f".{pss}").read_bytes(), trust).passed


def test_a_token_that_is_not_there(pki: Pki) -> None:
    key = TokenKey("/nonexistent.so", "t", "1", "k", pki.certificate("agency"))
    assert "TokenKey" in repr(key)
    assert "'1'" not in repr(key)
    with pytest.raises(KeyUnavailable):
        seal(plain_pdf(), pki, key=key)


# --- the PKI's own responders ---


def test_the_responders_answer_as_the_protocols_want(pki: Pki) -> None:
    import threading
    from urllib.request import Request, urlopen

    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import ocsp

    from signing.revocation import Crl
    from signing.test_responders import answer, server

    with server(pki, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        with urlopen(f"http://127.0.0.1:{running.server_port}/crl/gov-ca") as reply:
            assert Crl(reply.read()).signed_by(pki.certificate("gov-ca"))
        builder = ocsp.OCSPRequestBuilder()
        asked = builder.add_certificate(pki.certificate("revoked").x, pki.certificate("gov-ca").x, hashes.SHA256())
        body = asked.build().public_bytes(Encoding.DER)
        with urlopen(Request(f"http://127.0.0.1:{running.server_port}/ocsp/gov-ca", data=body)) as reply:
            got = ocsp.load_der_ocsp_response(reply.read())
        running.shutdown()
    assert got.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert answer(pki, "/crl/leader", b"")[0] == 404
    assert answer(pki, "/ocsp/x", b"nonsense")[0] == 200
    assert answer(pki, "/tsa", b"nonsense")[0] == 200


# --- batches ---


class Folder:
    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def has(self, name: str) -> bool:
        return name in self.held

    def put(self, name: str, data: bytes) -> None:
        self.held[name] = data


def test_a_batch_goes_on_where_it_stopped_and_names_what_failed(pki: Pki) -> None:
    sink = Folder()
    told: list[Progress] = []
    documents = [(f"d{n}", lambda n=n: plain_pdf(str(n)) if n != 3 else b"broken") for n in range(8)]

    async def one(pdf: bytes) -> bytes:
        return await seal_pdf(pdf, pki.key("agency"), Look.invisible(), level=Level.B_B, at=NOW)

    first = asyncio.run(seal_many(documents[:5], one, sink, told=told.append))
    assert (first.done, first.skipped, [name for name, _ in first.failed]) == (4, 0, ["d3"])
    second = asyncio.run(seal_many(documents, one, sink))
    assert (second.done, second.skipped, len(second.failed), second.total) == (3, 4, 1, 8)
    assert told[-1] == first


DAMAGED = {
    "a reference that is a number": (b"/Contents 6 0 R", b"/Contents 6.0.0"),
    "annotations that are a font": (b"/Parent 2 0 R", b"/Annots 3 0 R"),
    "no catalogue": (b"/Type /Catalog /Pages 2 0 R", b"/Type /Catalog /Pages 3 0 R"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_document_is_refused_and_is_no_defect(pki: Pki, damage: str) -> None:
    """Whoever signs it learns why: by a key here, and before an app is asked."""
    right, wrong = DAMAGED[damage]
    assert right in plain_pdf()
    pdf = plain_pdf().replace(right, wrong)
    look = Look.invisible(role=Role.AGENCY)
    with pytest.raises(SealError, match="tệp hỏng"):
        asyncio.run(seal_pdf(pdf, pki.key("agency"), look, tsa=pki.tsa(lambda: NOW), at=NOW))
    with pytest.raises(SealError, match="tệp hỏng"):
        asyncio.run(prepare_pdf(pdf, pki.certificate("agency"), look, at=NOW))


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=12))
def test_a_file_with_other_bytes_in_it_is_sealed_or_refused(pki: Pki, place: int, put: bytes) -> None:
    pdf = bytearray(plain_pdf())
    place %= len(pdf)
    pdf[place : place + len(put)] = put
    with suppress(SealError):
        asyncio.run(prepare_pdf(bytes(pdf), pki.certificate("agency"), Look.invisible(role=Role.AGENCY), at=NOW))
