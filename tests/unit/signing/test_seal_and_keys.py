"""Sealing: looks, keys on tokens and at remote services, two steps, batches."""

import asyncio
import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from signing import (
    BadSignature,
    Declined,
    KeyUnavailable,
    Level,
    Look,
    PolledKey,
    SealError,
    SoftKey,
    TimestampError,
    TrustStore,
    Waiting,
    seal_pdf,
)
from signing.batch import Progress, seal_many
from signing.deferred import Prepared, finish_pdf, prepare_pdf
from signing.remote import CscKey, FileStates, MemoryStates, NeacFiles, SmartCaKey, UnknownAccount
from signing.remote.addition import check_addition
from signing.remote.simulator import RemoteSimulator, turned
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


# --- remote services ---


async def opened(kind: str, simulator: RemoteSimulator, states: Any) -> Any:
    if kind == "smartca":
        return await SmartCaKey.open(simulator.send, "https://ca", {"sp_id": "a", "sp_password": "b"}, "0123", states)
    version = 1 if kind == "csc1" else 2
    return await CscKey.open(simulator.send, "https://ca", "token", "cred", states, version=version)


KINDS = ["csc1", "csc2", "smartca"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["leader", "citizen-ec"])
def test_the_wait_is_a_state_and_survives_a_restart(
    pki: Pki, trust: TrustStore, tmp_path: Path, kind: str, name: str
) -> None:
    simulator = RemoteSimulator(pki.key(name))

    async def story() -> bytes:
        states = FileStates(tmp_path)
        key = await opened(kind, simulator, states)
        prepared = await prepare_pdf(plain_pdf(), key.certificate, Look.invisible(), chain=tuple(key.chain), at=NOW)
        await key.start("H15-1", [prepared.digest], "sha256", "Ký kết quả")
        with pytest.raises(Waiting):
            await key.result("H15-1")
        restarted = await opened(kind, simulator, FileStates(tmp_path))
        await restarted.start("H15-1", [prepared.digest], "sha256", "Ký kết quả")
        simulator.approve("H15-1")
        values = await restarted.result("H15-1")
        assert await restarted.result("H15-1") == values
        assert list(simulator.requests) == ["H15-1"]
        return await finish_pdf(prepared, values[0], tsa=pki.tsa(lambda: NOW))

    assert judged(asyncio.run(story()), trust).passed


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_who_declines_and_a_service_that_fails(pki: Pki, kind: str) -> None:
    simulator = RemoteSimulator(pki.key("leader"))

    async def story() -> None:
        key = await opened(kind, simulator, MemoryStates())
        await key.start("t", [bytes(32)], "sha256", "")
        with pytest.raises(KeyUnavailable, match="other documents"):
            await key.start("t", [b"\1" * 32], "sha256", "")
        simulator.fail_next = 503
        with pytest.raises(KeyUnavailable, match="503"):
            await key.result("t")
        simulator.decline("t")
        for _ in range(2):
            with pytest.raises(Declined):
                await key.result("t")
        with pytest.raises(KeyUnavailable, match="never started"):
            await key.result("unknown")

    asyncio.run(story())


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_remote_signature_is_refused(pki: Pki, kind: str) -> None:
    simulator = RemoteSimulator(pki.key("leader"))
    simulator.forge = True
    simulator.approve("t")

    async def story() -> None:
        key = await opened(kind, simulator, MemoryStates())
        await seal_pdf(plain_pdf(), PolledKey(key, "t"), Look.invisible(), level=Level.B_B, at=NOW)

    with pytest.raises(BadSignature):
        asyncio.run(story())


def gateway(simulator: RemoteSimulator, states: Any, key: str = "") -> NeacFiles:
    return NeacFiles(simulator.send, simulator.send, "https://esign", "token", "001099000001", "CA", states, key)


@pytest.mark.parametrize("name", ["leader", "citizen-ec"])
def test_the_national_gateway_signs_the_whole_file(pki: Pki, trust: TrustStore, tmp_path: Path, name: str) -> None:
    """The wait survives a restart; the gateway's transaction is the same in every call."""
    simulator = RemoteSimulator(pki.key(name), pki.key("expired"))
    simulator.clock = lambda: NOW
    first = seal(plain_pdf(), pki, "clerk")

    async def story() -> bytes:
        key = gateway(simulator, FileStates(tmp_path))
        assert await key.certificate() == pki.certificate(name)
        with pytest.raises(KeyUnavailable, match="never started"):
            await key.result("t", first, "a.pdf")
        await key.start("t", first)
        for _ in range(2):
            with pytest.raises(Waiting):
                await gateway(simulator, FileStates(tmp_path)).result("t", first, "a.pdf")
        known = FileStates(tmp_path).get("t")
        assert known is not None
        simulator.approve(known.remote)
        with pytest.raises(KeyUnavailable, match="other documents"):
            await key.result("t", plain_pdf(), "a.pdf")
        return await gateway(simulator, FileStates(tmp_path)).result("t", first, "a.pdf")

    signed = asyncio.run(story())
    assert signed.startswith(first)
    report = judged(signed, trust)
    assert report.passed
    assert len(report.signatures) == 2


def test_a_person_says_no_at_the_national_gateway(pki: Pki) -> None:
    simulator, states = RemoteSimulator(pki.key("leader")), MemoryStates()

    async def story() -> None:
        key = gateway(simulator, states)
        await key.start("t", plain_pdf())
        known = states.get("t")
        assert known is not None
        simulator.fail_next = 503
        with pytest.raises(KeyUnavailable, match="503"):
            await key.result("t", plain_pdf(), "a.pdf")
        simulator.decline(known.remote)
        for _ in range(2):
            with pytest.raises(Declined, match="rejected"):
                await key.result("t", plain_pdf(), "a.pdf")

    asyncio.run(story())


def test_a_gateway_that_changes_the_document_is_refused(pki: Pki) -> None:
    """An intact signature of the right person, over a page that was turned first."""
    simulator, states = RemoteSimulator(pki.key("leader")), MemoryStates()
    simulator.forge = True

    async def story() -> None:
        key = gateway(simulator, states)
        await key.start("t", plain_pdf())
        known = states.get("t")
        assert known is not None
        simulator.approve(known.remote)
        await key.result("t", plain_pdf(), "a.pdf")

    with pytest.raises(BadSignature, match="more than a signature: page 1 /Rotate"):
        asyncio.run(story())


def test_only_one_signature_of_the_right_person_may_be_added(pki: Pki) -> None:
    sent, person = plain_pdf(), pki.certificate("leader")
    one = seal(sent, pki, "leader")
    check_addition(sent, one, person)
    check_addition(one, seal(one, pki, "leader"), person)
    for returned, words in (
        (sent, "0 new signatures"),
        (seal(one, pki, "leader"), "2 new signatures"),
        (seal(sent, pki, "clerk"), "expected certificate"),
        (plain_pdf("Hallo"), "not the file that was sent"),
        (turned(one), "more than a signature"),
        (one + b"x", "its end"),
        (one.replace(b"/Sig", b"/SIG"), "returned file"),
        (sent + b"garbage", "returned file"),
    ):
        with pytest.raises(BadSignature, match=words):
            check_addition(sent, returned, person)


@pytest.mark.parametrize("kind", [*KINDS, "neac"])
def test_every_service_lists_what_it_keeps_for_a_person(pki: Pki, kind: str) -> None:
    """And signs with the one that was chosen."""
    simulator = RemoteSimulator(pki.key("leader"), pki.key("clerk"))

    async def story() -> None:
        offered = await listed(kind, simulator)
        assert [each.certificate for each in offered] == [pki.certificate("clerk"), pki.certificate("leader")]
        if kind == "neac":
            assert await gateway(simulator, MemoryStates(), offered[0].key).certificate() == pki.certificate("clerk")
            with pytest.raises(KeyUnavailable, match="no more"):
                await gateway(simulator, MemoryStates(), "00").certificate()
            return
        if kind == "smartca":
            key: Any = await SmartCaKey.open(
                simulator.send, "https://ca", {}, "0123", MemoryStates(), serial=offered[0].key
            )
        else:
            version = 1 if kind == "csc1" else 2
            key = await CscKey.open(simulator.send, "https://ca", "t", offered[0].key, MemoryStates(), version=version)
        assert key.certificate == pki.certificate("clerk")
        simulator.approve("t")
        await seal_pdf(plain_pdf(), PolledKey(key, "t"), Look.invisible(), level=Level.B_B, at=NOW)

    asyncio.run(story())


async def listed(kind: str, simulator: RemoteSimulator) -> Any:
    if kind == "neac":
        return await gateway(simulator, MemoryStates()).offered()
    if kind == "smartca":
        return await SmartCaKey.offered(simulator.send, "https://ca", {}, "0123")
    version = 1 if kind == "csc1" else 2
    return await CscKey.offered(simulator.send, "https://ca", "token", "0123", version=version)


@pytest.mark.parametrize("kind", [*KINDS, "neac"])
def test_an_account_that_a_service_does_not_know(pki: Pki, kind: str) -> None:
    simulator = RemoteSimulator(pki.key("leader"))
    simulator.keys = ()
    with pytest.raises(UnknownAccount):
        asyncio.run(listed(kind, simulator))


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
