"""Keys at remote services: the wait is a state, what comes back is verified (SIGNING §5, WIRE §12)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from signing import (
    BadSignature,
    Declined,
    KeyUnavailable,
    Level,
    Look,
    PolledKey,
    TrustStore,
    Waiting,
    seal_pdf,
)
from signing.deferred import finish_pdf, prepare_pdf
from signing.remote import CscKey, FileStates, MemoryStates, NeacFiles, SmartCaKey, UnknownAccount
from signing.remote.addition import check_addition
from signing.remote.simulator import RemoteSimulator, turned
from signing.test_pki import Pki
from tests.unit.signing.makers import NOW, judged, plain_pdf, seal


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
