"""A paper copy is checked in the browser itself, with network and without (RES-09, RES-10, PEERS §2(b) 11)."""

import io
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Browser, Page, Route, expect

from hub import result, vault
from hub.dossier import repository as dossiers
from hub.kernel.actor import Actor
from hub.result import Checker, Delivered, Press
from signing import Look, Role, cose, seal_pdf
from signing.test_pki import Pki
from tests.browser.walking import Town
from tests.integration.test_lifecycle_property import fresh
from tests.support.modules import blank_pdf
from tests.support.scan import codes, pictures

OFFICER = Actor(kind="officer", id="o-1", name="Trần Thị Tiếp Nhận", unit="Bộ phận Một cửa")
NUMBERS = count(1)
SCRIPTS = Path(__file__).parents[2] / "hub/portal/assets/js"


@dataclass(frozen=True)
class Paper:
    """A paper copy as it lies on the table: its code's address and its first sheet as a picture."""

    code: str
    address: str
    picture: bytes
    pki: Pki


@pytest.fixture
def town(shared_town: Town) -> Town:
    return shared_town


@pytest.fixture(scope="module")
async def paper(shared_town: Town) -> Paper:
    """For the tests that leave it as it is."""
    return await printed(shared_town)


async def printed(town: Town) -> Paper:
    """A real result, really converted."""
    pki = Pki.load_or_create(town.data_dir / "pki", town.db.now())
    row = fresh()
    content = await seal_pdf(blank_pdf(), pki.key("agency"), Look(role=Role.AGENCY), tsa=pki.tsa(), at=town.db.now())
    async with town.db.begin(OFFICER) as uow:
        await dossiers.insert(uow.conn, row, [], OFFICER)
        (stored,) = await result.receive(
            uow,
            dossier_id=row.id,
            dossier_code=f"H01.12-261126-{next(NUMBERS):04d}",
            owner_id=row.owner_id,
            files=(Delivered(name="Quyết định.pdf", content=content),),
            checker=Checker(pki.trust(town.db.now())),
            deciders=("H01.03",),
            unit_name="Văn phòng Đăng ký đất đai",
        )
        press = Press(verify_at=f"{town.address}/xac-minh/", key=pki.key("hub"))
        made = await result.convert_to_paper(uow, stored.code, symbol="12/QĐ-UBND", press=press)
        assert made.paper_id is not None
        copy = await vault.read(uow, made.paper_id)
    sheet = io.BytesIO()
    pictures(copy)[0].save(sheet, "PNG")
    address = next(text for text in codes(copy) if "#" in text)
    return Paper(code=stored.code, address=address, picture=sheet.getvalue(), pki=pki)


@pytest.fixture
async def phone(browser: Browser, town: Town) -> AsyncIterator[Page]:
    """A small phone that has opened the page once, with network."""
    context = await browser.new_context(locale="vi-VN", viewport={"width": 320, "height": 640})
    page = await context.new_page()
    await page.goto(f"{town.address}/kiem-tra")
    await expect(page.locator("[data-checker]")).to_have_attribute("data-kept", "yes")
    yield page
    await context.close()


async def checked(page: Page, said: str, verdict: str) -> str:
    """Paste, check; the words once the verdict is this one."""
    await page.fill("#ma", said)
    await page.click("main form button")
    return await told(page, verdict)


async def told(page: Page, verdict: str) -> str:
    await expect(page.locator("[data-answer]")).to_have_attribute("data-verdict", verdict)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
    return await page.inner_text("[data-answer]")


def tampered(address: str) -> str:
    """One letter of the result's code is another."""
    head, _, digits = address.partition("#")
    return f"{head}#{cose.digits(cose.from_digits(digits).replace(b'KQ1', b'KQ2'))}"


async def forged(paper: Paper) -> str:
    """The same claims, well signed, by somebody else."""
    head, _, digits = paper.address.partition("#")
    claims = cose.read(cose.from_digits(digits)).claims
    return f"{head}#{cose.digits(await cose.sign1(claims, paper.pki.key('citizen-ec')))}"


async def test_a_paper_is_checked_without_network_and_again_with_it(town: Town, phone: Page) -> None:
    paper = await printed(town)
    await phone.context.set_offline(True)
    await phone.reload()
    assert await phone.evaluate("fetch('/api/v1/proof/roots').then(() => 'reached', () => 'offline')") == "offline"
    words = await checked(phone, paper.address, "valid-offline")
    assert "Mã trên giấy là thật" in words
    assert "chưa biết" in words
    for fact in (paper.code, "Ủy ban nhân dân tỉnh An Giang", "/2026/CĐ"):
        assert fact in words
    assert "đã bị sửa" in await checked(phone, tampered(paper.address), "altered")
    assert "không phải của Cổng" in await checked(phone, await forged(paper), "stranger")
    assert "khi không có mạng" in await checked(phone, paper.address.partition("#")[0], "bare-offline")
    await checked(phone, "https://example.com/", "unreadable")
    await phone.set_input_files("#photo", {"name": "anh.png", "mimeType": "image/png", "buffer": paper.picture})
    assert paper.code in await told(phone, "valid-offline")

    await phone.context.set_offline(False)
    words = await checked(phone, paper.address, "valid-online")
    assert "còn hiệu lực" in words
    assert "Bộ phận Một cửa" in words
    async with town.db.begin(OFFICER) as uow:
        await result.revoke(uow, paper.code, cause="Cấp sai đối tượng")
    words = await checked(phone, paper.address, "revoked")
    assert "đã bị thu hồi" in words
    assert "Cấp sai đối tượng" in words
    await checked(phone, paper.address.replace("/xac-minh/", "/xac-minh/x"), "unknown")


async def test_the_page_tells_its_key_and_asks_when_it_is_another(town: Town, paper: Paper, phone: Page) -> None:
    """Trust on first use: another key than the first is believed only when a person has compared it."""
    public = paper.pki.certificate("hub").public_key
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    shown = await phone.inner_text("[data-key]")
    assert sha256(spki).hexdigest() in shown.replace(" ", "")
    assert "Cổng Dịch vụ công tỉnh An Giang" in shown
    await phone.evaluate(_REMEMBER, "ab" * 32)
    await phone.reload()
    words = await checked(phone, paper.address, "keys-changed")
    assert " ".join(["abab"] * 16) in words
    assert "đừng tin" in words
    await phone.click("[data-accept]")
    assert paper.code in await told(phone, "valid-online")
    await phone.reload()
    await checked(phone, paper.address, "valid-online")


_REMEMBER = """(fingerprint) => localStorage.setItem(
    "mot-cua.paper-key", JSON.stringify({ fingerprint, since: "2026-01-02T03:04:05Z" }))"""


async def test_an_old_list_of_keys_says_that_it_is_old(town: Town, paper: Paper, phone: Page) -> None:
    """Thirty days without network: the code still holds, and newer keys are not known."""
    await phone.context.set_offline(True)
    await phone.clock.set_fixed_time(town.db.now() + timedelta(days=29))
    await phone.reload()
    assert "đã cũ" not in await checked(phone, paper.address, "valid-offline")
    await phone.clock.set_fixed_time(town.db.now() + timedelta(days=31))
    await phone.reload()
    assert "Danh sách khóa trên máy này đã cũ" in await checked(phone, paper.address, "valid-offline")


async def test_the_kept_page_holds_nobodys_name_and_no_other_page_is_kept(town: Town, phone: Page) -> None:
    kept = await phone.evaluate("""async () => {
        const found = {};
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
                const answer = await cache.match(request);
                found[new URL(request.url).pathname] = answer.headers.get("content-type");
            }
        }
        return found;
    }""")
    pages = [path for path, kind in kept.items() if "html" in kind]
    assert pages == ["/kiem-tra"]
    assert "/api/v1/papers/keys" in kept
    await phone.context.set_offline(True)
    answer = await phone.goto(f"{town.address}/kiem-tra")
    assert answer is not None
    assert answer.from_service_worker
    assert "camera=(self)" in (await answer.all_headers())["permissions-policy"]


async def test_the_camera_is_for_this_page_only(town: Town, phone: Page) -> None:
    answer = await phone.goto(town.address)
    assert answer is not None
    assert "camera=()" in (await answer.all_headers())["permissions-policy"]


async def test_the_online_page_tells_of_the_paper_without_its_owner(town: Town, paper: Paper, phone: Page) -> None:
    """Number, when, by which unit, the original's digest, how many copies; a result that is revoked says so."""
    await phone.goto(paper.address)
    words = await phone.inner_text("main")
    for said in (paper.code, "/2026/CĐ", "Bộ phận Một cửa", "Số bản giấy đã in"):
        assert said in words
    assert "Lê Thị Mẫu" not in words
    assert cose.read(cose.from_digits(paper.address.partition("#")[2])).claims[2].hex() in words
    await phone.goto(f"{town.address}/xac-minh?ma={paper.address.partition('#')[0]}")
    await expect(phone.locator(".verdict--valid")).to_have_count(1)


async def test_without_scripts_the_page_leads_to_the_online_one(browser: Browser, town: Town) -> None:
    context = await browser.new_context(locale="vi-VN", java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{town.address}/kiem-tra?ngon-ngu=en")
    await expect(page.locator("main .notice")).to_contain_text("needs JavaScript")
    assert not await page.is_visible("[data-camera]")
    await context.close()


async def test_python_and_javascript_agree_on_every_vector(browser: Browser, tmp_path: Path) -> None:
    """Good ones, ones with a bit flipped, cut ones, noise: both read the same, or both refuse."""
    pki = Pki.load_or_create(tmp_path / "pki")
    claims: dict[int, Any] = {
        1: "H01-KQ1",
        2: bytes(32),
        3: "Nguyễn Văn Minh",
        7: 1_795_000_000,
        8: 1,
        20: [],
        300: {1: -7},
    }
    good = await cose.sign1(claims, pki.key("hub"))
    vectors = [good, *_bent(good)]
    numbers = pki.certificate("hub").public_key.public_numbers()
    key = {"x": _base64url(numbers.x), "y": _base64url(numbers.y)}
    expected = [_python(each, pki) for each in vectors]
    assert expected[0] == "holds"
    assert {"holds", "broken", "unreadable"} == set(expected)
    page = await browser.new_page()
    await page.route("https://vectors.test/**", _serve)
    await page.goto("https://vectors.test/")
    assert (
        await page.evaluate(_IN_JAVASCRIPT, {"key": key, "digits": [str(int.from_bytes(v, "big")) for v in vectors]})
        == expected
    )
    await page.close()


_IN_JAVASCRIPT = """async ({ key, digits }) => {
    const { fromDigits, holds, publicKey, read, NotCose } = await import("/cose.js");
    const known = await publicKey(key);
    const said = [];
    for (const each of digits) {
        try {
            said.push((await holds(read(fromDigits(each)), known)) ? "holds" : "broken");
        } catch (error) {
            said.push(error instanceof NotCose ? "unreadable" : String(error));
        }
    }
    return said;
}"""


def _python(message: bytes, pki: Pki) -> str:
    try:
        return "holds" if cose.read(message).holds(pki.certificate("hub").public_key) else "broken"
    except cose.NotCose:
        return "unreadable"


def _bent(good: bytes) -> list[bytes]:
    chance = random.Random(7)
    flipped = [good[:n] + bytes([good[n] ^ 1 << chance.randrange(8)]) + good[n + 1 :] for n in range(1, len(good))]
    cut = [good[:n] for n in range(1, len(good), 9)]
    noise = [b"\xd2\x84" + chance.randbytes(chance.randrange(1, 120)) for _ in range(200)]
    return [*flipped, *cut, *noise]


def _base64url(number: int) -> str:
    from signing.jws import encode

    return encode(number.to_bytes(32, "big"))


async def _serve(route: Route) -> None:
    if route.request.url.endswith("/cose.js"):
        await route.fulfill(path=SCRIPTS / "cose.js", content_type="text/javascript")
    else:
        await route.fulfill(body="<!doctype html><title>vectors</title>", content_type="text/html")
