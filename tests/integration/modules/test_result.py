"""Results are released only when their signature holds (RES-01, RES-05, RES-11), and can be checked by anybody."""

import asyncio
from io import BytesIO
from uuid import UUID

import asyncpg
import msgspec
import pytest
from pypdf import PdfReader

from hub import result, vault
from hub.kernel.actor import Actor
from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hub.kernel.ids import uuid7
from hub.result import Checker, Delivered, Press, Status
from signing import Look, Role, TrustStore, cose, jws, seal_pdf, verify
from signing.test_pki import Pki
from tests.support.modules import Clock, Hub, blank_pdf
from tests.support.scan import codes

CODE = "H01.03-261123-0007"
OWNER = uuid7()
OTHER = Actor(kind="officer", id="o-2", name="Võ Thị Văn Thư")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki", Clock().now)


@pytest.fixture(autouse=True)
async def seals(hub: Hub, pki: Pki) -> None:
    """The department's seal and its leader's certificate are registered."""
    async with hub.begin() as uow:
        await result.bring_seals(uow, ["H01.03"], [pki.certificate(name).der for name in ("agency", "leader")])


async def signed(hub: Hub, pki: Pki, *names: str, pdf: bytes | None = None) -> bytes:
    content = pdf or blank_pdf()
    for name in names:
        look = Look(role=Role.AGENCY if name == "agency" else Role.LEADER)
        content = await seal_pdf(content, pki.key(name), look, tsa=pki.tsa(hub.clock), at=hub.clock.now)
    return content


async def received(
    hub: Hub, trust: TrustStore, *contents: bytes, dossier: UUID | None = None, code: str = CODE
) -> tuple[result.Result, ...]:
    files = tuple(Delivered(name=f"C:\\Quyết định {n}.pdf", content=c) for n, c in enumerate(contents, 1))
    async with hub.begin() as uow:
        return await result.receive(
            uow,
            dossier_id=dossier or uuid7(),
            dossier_code=code,
            owner_id=OWNER,
            files=files,
            checker=Checker(trust),
            deciders=("H01.03.01", "H01.03", "H01"),
            unit_name="Văn phòng Đăng ký đất đai",
        )


async def test_signed_results_are_numbered_stored_for_the_owner_and_told_together(hub: Hub, pki: Pki) -> None:
    """RES-01, RES-05, RES-11."""
    trust = pki.trust(hub.clock.now)
    decision, map_sheet = await signed(hub, pki, "leader", "agency"), await signed(hub, pki, "leader")
    dossier = uuid7()
    first, second = await received(hub, trust, decision, map_sheet, dossier=dossier)
    assert (first.code, second.code) == (f"{CODE}-KQ1", f"{CODE}-KQ2")
    assert first.name == "Quyết định 1.pdf"
    assert first.organisation == "Ủy ban nhân dân tỉnh An Giang"
    assert second.signer == "Nguyễn Văn Minh"
    (fact,) = hub.told(result.ResultStored)
    assert fact.codes == (first.code, second.code)
    async with hub.begin() as uow:
        assert await vault.read(uow, first.entry_id) == decision
        assert {e.kind for e in await vault.entries_of(uow, OWNER)} == {"result"}
        assert await result.of_dossier(uow, dossier) == (first, second)
        assert await result.of_owner(uow, OWNER) == (first, second)
        assert (await result.report_of(uow, first.id))["indication"] == "TOTAL-PASSED"


async def test_the_same_delivery_again_is_the_same_result(hub: Hub, pki: Pki) -> None:
    trust, content, dossier = pki.trust(hub.clock.now), await signed(hub, pki, "agency"), uuid7()
    first = await received(hub, trust, content, dossier=dossier)
    assert await received(hub, trust, content, dossier=dossier) == first
    assert len(hub.told(result.ResultStored)) == 1


async def test_two_deliveries_at_once_make_one_result(hub: Hub, pki: Pki) -> None:
    trust, content, dossier = pki.trust(hub.clock.now), await signed(hub, pki, "agency"), uuid7()
    ends = await asyncio.gather(*(received(hub, trust, content, dossier=dossier) for _ in range(4)))
    assert len({end[0].id for end in ends}) == 1
    assert len(hub.told(result.ResultStored)) == 1


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("plain", "result.unsigned"),
        ("flipped", "result.tampered"),
        ("appended", "result.tampered"),
        ("stranger", "result.untrusted"),
        ("revoked", "result.untrusted"),
        ("citizen", "result.no-agency"),
        ("text", "result.not-pdf"),
    ],
)
async def test_what_does_not_hold_is_refused_before_anything_is_stored(
    hub: Hub, pki: Pki, kind: str, code: str
) -> None:
    """RES-01."""
    good = await signed(hub, pki, "agency")
    bad = {
        "plain": blank_pdf(),
        "flipped": good[:300] + bytes([good[300] ^ 1]) + good[301:],
        "appended": good + b"\n1 0 obj\n<< >>\nendobj\n",
        "text": b"ket qua",
    }
    content = bad[kind] if kind in bad else await signed(hub, pki, kind)
    with pytest.raises(Invalid) as refused:
        await received(hub, pki.trust(hub.clock.now), good, content)
    assert refused.value.code == code
    assert refused.value.data == {"file": "Quyết định 2.pdf"}
    assert "Quyết định 2.pdf" in refused.value.vi
    assert await hub.value("select count(*) from result.result") == 0
    assert await hub.value("select count(*) from vault.entry") == 0
    assert hub.told(result.ResultStored) == []


async def test_a_good_signature_of_somebody_who_does_not_decide_is_refused_until_two_persons_register_it(
    hub: Hub, pki: Pki
) -> None:
    """RES-01: any trusted agency's signature would do otherwise."""
    trust, content = pki.trust(hub.clock.now), await signed(hub, pki, "center")
    with pytest.raises(Invalid) as refused:
        await received(hub, trust, content)
    assert refused.value.code == "result.not-competent"
    assert "Trung tâm Phục vụ hành chính công tỉnh An Giang" in refused.value.vi
    assert "Văn phòng Đăng ký đất đai" in refused.value.vi
    der = pki.certificate("center").der
    async with hub.begin() as uow:
        seal = await result.propose_seal(uow, "H01.03", der, basis="Quyết định 12/QĐ-UBND ngày 02/11/2026")
    with pytest.raises(Invalid, match="not-competent"):
        await received(hub, trust, content)
    with pytest.raises(Forbidden, match="seal-same-person"):
        async with hub.begin() as uow:
            await result.approve_seal(uow, seal.id)
    async with hub.begin(OTHER) as uow:
        await result.approve_seal(uow, seal.id)
    assert len(await received(hub, trust, content)) == 1
    hub.clock.forward(days=1)
    async with hub.begin(OTHER) as uow:
        await result.end_seal(uow, seal.id)
    hub.clock.forward(days=1)
    fresh = await signed(hub, pki, "center")
    with pytest.raises(Invalid, match="not-competent"):
        await received(hub, pki.trust(hub.clock.now), fresh)
    late = await received(hub, pki.trust(hub.clock.now), content, code="H01.03-261123-0008")
    assert len(late) == 1, "signed while the seal counted"


async def test_a_seal_counts_for_its_own_unit_only(hub: Hub, pki: Pki) -> None:
    async with hub.begin() as uow:
        elsewhere = await result.propose_seal(uow, "H01.18", pki.certificate("center").der, basis="QĐ 1")
    async with hub.begin(OTHER) as uow:
        await result.approve_seal(uow, elsewhere.id)
    with pytest.raises(Invalid, match="not-competent"):
        await received(hub, pki.trust(hub.clock.now), await signed(hub, pki, "center"))


@pytest.mark.parametrize(
    ("unit", "certificate", "basis", "code"),
    [
        ("H99", "center", "QĐ 1", "result.seal-unit-unknown"),
        ("H01.03", "center", "  ", "result.seal-basis-needed"),
        ("H01.03", "", "QĐ 1", "result.seal-unreadable"),
    ],
)
async def test_a_seal_that_cannot_be_registered_says_why(
    hub: Hub, pki: Pki, unit: str, certificate: str, basis: str, code: str
) -> None:
    der = pki.certificate(certificate).der if certificate else b"khong phai chung thu"
    with pytest.raises(Invalid) as refused:
        async with hub.begin() as uow:
            await result.propose_seal(uow, unit, der, basis=basis)
    assert refused.value.code == code


async def test_whoever_holds_a_copy_sees_who_signed_it_and_nothing_about_the_owner(hub: Hub, pki: Pki) -> None:
    """RES-10; no personal data beyond what the document says."""
    (stored,) = await received(hub, pki.trust(hub.clock.now), await signed(hub, pki, "agency"))
    async with hub.db.read() as uow:
        seen = await result.by_token(uow, stored.token)
        with pytest.raises(NotFound):
            await result.by_token(uow, "khong-co")
        with pytest.raises(NotFound):
            await result.by_token(uow, "")
    assert (seen.code, seen.status, seen.sha256) == (stored.code, Status.ISSUED, stored.sha256)
    assert seen.signed_at == hub.clock.now
    assert "hợp lệ" in seen.verdict_vi
    assert not {"owner_id", "name", "dossier_id", "entry_id"} & set(seen.__struct_fields__)


async def test_a_replaced_result_says_so_and_names_the_one_that_counts(hub: Hub, pki: Pki) -> None:
    trust, dossier = pki.trust(hub.clock.now), uuid7()
    (old,) = await received(hub, trust, await signed(hub, pki, "agency"), dossier=dossier)
    (new,) = await received(hub, trust, await signed(hub, pki, "leader"), dossier=dossier)
    hub.clock.forward(days=1)
    async with hub.begin() as uow:
        await result.supersede(uow, old.code, by=new.code, cause="Đính chính diện tích")
        seen = await result.by_token(uow, old.token)
        assert await result.of_dossier(uow, dossier) == (new,)
        assert len(await result.of_dossier(uow, dossier, ended=True)) == 2
    assert (seen.status, seen.replaced_by, seen.ended_because) == (Status.SUPERSEDED, new.code, "Đính chính diện tích")
    assert seen.ended_at == hub.clock.now
    assert [f.code for f in hub.told(result.ResultSuperseded)] == [old.code]


async def test_a_revoked_result_says_so_at_once_and_only_once(hub: Hub, pki: Pki) -> None:
    (stored,) = await received(hub, pki.trust(hub.clock.now), await signed(hub, pki, "agency"))
    async with hub.begin() as uow:
        await result.revoke(uow, stored.code, cause="Cấp sai thẩm quyền")
        assert (await result.by_token(uow, stored.token)).status is Status.REVOKED
        assert [row.target for row in await result.story(uow, stored.id)] == ["issued", "revoked"]
    assert [f.cause for f in hub.told(result.ResultRevoked)] == ["Cấp sai thẩm quyền"]
    with pytest.raises(Conflict):
        async with hub.begin() as uow:
            await result.revoke(uow, stored.code, cause="lần nữa")


@pytest.mark.parametrize(
    "sql",
    [
        "update result.result set status = 'revoked', version = version + 1",
        "delete from result.result",
        "delete from result.result_log",
    ],
)
async def test_a_result_cannot_be_ended_behind_its_log(hub: Hub, pki: Pki, sql: str) -> None:
    await received(hub, pki.trust(hub.clock.now), await signed(hub, pki, "agency"))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await hub.db.pool.execute(sql)


async def test_a_paper_copy_carries_a_code_that_leads_back_to_the_result(hub: Hub, pki: Pki) -> None:
    """RES-09, RES-10, RES-11: nine fields, the whole document, an automatic QR code."""
    press = Press(verify_at="https://dichvucong.example/xac-minh/", key=pki.key("hub"))
    (stored,) = await received(hub, pki.trust(hub.clock.now), await signed(hub, pki, "leader", "agency"))
    async with hub.begin() as uow:
        made = await result.convert_to_paper(uow, stored.code, symbol="12/QĐ-UBND", press=press)
        assert made.paper_id is not None
        paper = await vault.read(uow, made.paper_id)
        seen = await result.by_token(uow, made.token)
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    for field in (stored.code, "12/QĐ-UBND", "Ủy ban nhân dân tỉnh An Giang", made.number):
        assert field in " ".join(text.split())
    assert len(PdfReader(BytesIO(paper)).pages) == 2
    assert (seen.code, seen.sha256, seen.paper_number) == (stored.code, stored.sha256, made.number)
    assert (seen.converted_by, seen.paper_copies) == ("Bộ phận Một cửa", 1)
    _checked_without_network(codes(paper), pki, stored, made)
    hub.clock.forward(days=2)
    async with hub.begin() as uow:
        await result.revoke(uow, stored.code, cause="Cấp sai")
        assert (await result.by_token(uow, made.token)).status is Status.REVOKED
        with pytest.raises(Conflict, match=r"result\.counts-no-more"):
            await result.convert_to_paper(uow, stored.code, symbol="", press=press)


def _checked_without_network(found: set[str], pki: Pki, stored: result.Result, made: vault.Conversion) -> None:
    """From the printed page at 150 dpi to what the code says, with our public key alone; no person in it."""
    address = next(text for text in found if "#" in text)
    assert address.startswith(f"https://dichvucong.example/xac-minh/{made.token}#")
    said = cose.read(cose.from_digits(address.split("#")[1]))
    certificate = pki.certificate("hub")
    assert said.kid == cose.key_id(certificate)
    assert said.holds(certificate.public_key)
    assert said.claims[1] == stored.code
    assert said.claims[2].hex() == stored.sha256
    assert said.claims[4] == "Ủy ban nhân dân tỉnh An Giang"
    assert said.claims[6] == made.number
    assert (said.claims[7], said.claims[8]) == (int(made.converted_at.timestamp()), 1)
    assert set(said.claims) == set(range(9))


async def test_papers_outlive_the_key_of_their_codes(hub: Hub, pki: Pki) -> None:
    """A retired key stays in the signed list, the one in use stands last."""
    old, new = (Press(verify_at="https://dichvucong.example/xac-minh/", key=pki.key(n)) for n in ("citizen-ec", "hub"))
    (stored,) = await received(hub, pki.trust(hub.clock.now), await signed(hub, pki, "agency"))
    async with hub.begin() as uow:
        await result.convert_to_paper(uow, stored.code, symbol="1", press=old)
        signed_list = await result.paper_keys(uow, new)
    assert verify(signed_list, trust=pki.trust(hub.clock.now), at=hub.clock.now).passed
    listed = msgspec.json.decode(jws.payload_of(signed_list))
    assert listed["expires"] - listed["at"] == 30 * 86_400
    keys = listed["keys"]
    names = [cose.key_id(pki.certificate(name)) for name in ("citizen-ec", "hub")]
    assert [key["kid"] for key in keys] == [jws.encode(name) for name in names]
