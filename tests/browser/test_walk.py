"""The journey as people see it: real parts, real pages, with scripts and without."""

import re

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.walking import Town, log_in, photo, submit, until


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
async def test_a_dossier_goes_all_the_way_on_pages_alone(browser: Browser, town: Town, scripts: bool) -> None:
    """SUB-01, SUB-05, DOS-07, DOS-09, PAY-01, RES-05, RES-09, RES-10: submit, accept, supplement, pay, receive, verify."""
    await town.catalogue()
    mine = await _person(browser, town, "congdan", "citizen", scripts=scripts)
    desk = await _person(browser, town, "tiepnhan", "counter", scripts=scripts)
    address = await submit(mine, town)
    await expect(mine.locator(".next")).to_contain_text("chậm nhất")

    code = await _accepted(desk, town, address)
    given = {"dossier": code}
    await until(mine, "Hẹn trả kết quả:")
    await town.act("vbdlis", "process", **given)
    await town.act("vbdlis", "request_supplement", **given, reason="Bản vẽ tách thửa thiếu trang 2")
    await _supplemented(mine)
    await town.act("vbdlis", "receive_supplement", **given)
    await town.act("vbdlis", "send_fee", **given, amount="150000")
    await _paid(mine, town, address)
    await town.act("vbdlis", "conclude", **given)
    await mine.goto(address)
    await until(mine, "In bản giấy có mã QR")
    await _received(mine, address, code)


async def _accepted(desk: Page, town: Town, address: str) -> str:
    await desk.goto(f"{town.address}/can-bo")
    await desk.click("[data-row]")
    await desk.wait_for_url(f"**/{address.rsplit('/', 1)[1]}")
    await desk.click("text=Tiếp nhận hồ sơ")
    await expect(desk.locator("[role=status]")).to_contain_text("Đã tiếp nhận")
    await desk.click("button:has-text('Chuyển hồ sơ')")
    await expect(desk.locator("[role=status]")).to_contain_text("Đã chuyển hồ sơ")
    return await desk.locator(".page-head .code").inner_text()


async def _supplemented(mine: Page) -> None:
    await until(mine, "Chờ bạn bổ sung giấy tờ")
    await expect(mine.locator(".next")).to_contain_text("Bản vẽ tách thửa thiếu trang 2")
    await mine.click(".next a.govuk-button")
    await mine.click("main form button")
    await expect(mine.locator(".govuk-error-summary")).to_contain_text("Đính kèm ít nhất một giấy tờ")
    await mine.set_input_files(
        "input[type=file] >> nth=0", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    await mine.click("main form button")
    await expect(mine.locator("[role=status]")).to_contain_text("Đã gửi bổ sung")


async def _paid(mine: Page, town: Town, address: str) -> None:
    await until(mine, "Chờ bạn nộp phí")
    await mine.click(".next a.govuk-button")
    await mine.click("main form button")
    await until(mine, "Đến trang thanh toán")
    reference = re.search(r"DVC[A-Z0-9]+", await mine.inner_text("#payment"))
    assert reference
    await mine.goto(f"{town.address}/thanh-toan/{reference.group()}")
    await expect(mine.locator("h1")).to_contain_text("Đang chờ ngân hàng xác nhận")
    await town.act("payment_platform", "pay", reference=reference.group())
    await until(mine, "Đã nhận tiền của bạn")
    await mine.goto(address)


async def _received(mine: Page, address: str, code: str) -> None:
    result = await mine.context.request.get(f"{address}/ket-qua/1")
    assert (await result.body()).startswith(b"%PDF")
    await mine.click("text=In bản giấy có mã QR")
    token = await mine.locator("main input[name=_csrf_token]").get_attribute("value")
    paper = await mine.context.request.post(mine.url, form={"_csrf_token": token or ""})
    assert paper.status == 200, await paper.text()
    assert (await paper.body()).startswith(b"%PDF")
    await mine.goto(address)
    await mine.click("text=Xem ai đã ký")
    await expect(mine.locator(".verdict--valid")).to_contain_text("kết quả thật")
    await expect(mine.locator("main")).to_contain_text(f"{code}-KQ1")
    await expect(mine.locator(".signers li")).to_have_count(2)


async def test_doors_stay_shut(browser: Browser, town: Town) -> None:
    """Guards, form tokens, other people's dossiers: told in words, nothing stored."""
    await town.catalogue()
    mine = await _person(browser, town, "congdan", "citizen", scripts=True)
    address = await submit(mine, town)
    async with httpx.AsyncClient(base_url=town.address, headers={"accept": "text/html"}) as visitor:
        shut = await visitor.get(address)
        assert (shut.status_code, shut.headers["location"][:10]) == (303, "/dang-nhap")
        forged = await visitor.post("/dang-nhap", data={"login": "congdan", "password": "x"})
        assert forged.status_code == 403
        assert "Trang đã cũ" in forged.text
        nowhere = await visitor.get("/khong-co")
        assert (nowhere.status_code, nowhere.headers["x-frame-options"]) == (404, "DENY")
        assert "Hồ sơ của bạn không bị ảnh hưởng" in nowhere.text
    await mine.goto(f"{town.address}/can-bo")
    await expect(mine.locator("h1")).to_contain_text("không dành cho tài khoản của bạn")
    other = await _person(browser, town, "", "", scripts=True)
    await _registered(other, town)
    answer = await other.goto(address)
    assert answer is not None
    assert answer.status == 404


async def _registered(page: Page, town: Town) -> None:
    await page.goto(f"{town.address}/dang-ky")
    await page.fill("#name", "Trần Thị B1")
    await page.click("main form button")
    await expect(page.locator(".govuk-error-summary li").nth(3)).to_be_visible()
    for name, value in (
        ("name", "Trần Thị Bưởi"),
        ("id_number", "089185000999"),
        ("phone", "0912345679"),
        ("password", "một câu dài dễ nhớ"),
    ):
        await page.fill(f"#{name}", value)
    await page.check("#declared")
    await page.click("main form button")
    await expect(page.locator("[role=status]").first).to_contain_text("Tài khoản của bạn đã sẵn sàng")


async def test_first_visit_stays_under_100_kb(browser: Browser, town: Town) -> None:
    """Everything over the wire, as the browser counts it: page, style, script, fonts, mark."""
    await town.catalogue()
    context = await browser.new_context(locale="vi-VN")
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await session.send("Network.enable")
    await page.goto(town.address, wait_until="networkidle")
    assert len(sizes) >= 5
    assert sum(sizes) < 100_000, sizes


async def _person(browser: Browser, town: Town, login: str, role: str, *, scripts: bool) -> Page:
    context = await browser.new_context(
        locale="vi-VN", java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
    )
    page = await context.new_page()
    if login:
        await log_in(page, town, login, role)
    return page
