"""An internal procedure on pages alone, without scripts: counter, head, specialist, leader, clerk.

WFL-03, WFL-07, WFL-08, DOS-11, RES-01.
"""

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from hub.demo import papers
from hub.kernel.clock import system_clock
from tests.browser.walking import Town, log_in, submit, until
from tests.journeys.department import WELL, issued

TABLE = {
    "head": ("truongphong", "head"),
    "specialist": ("chuyenvien", "specialist"),
    "leader": ("lanhdao", "leader"),
    "clerk": ("vanthu", "clerk"),
}


async def person(browser: Browser, town: Town, login: str, role: str) -> Page:
    context = await browser.new_context(
        locale="vi-VN", java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = await context.new_page()
    await log_in(page, town, login, role)
    return page


def pdf(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": data}


async def opened(page: Page, town: Town) -> None:
    """The first task of the list."""
    await page.goto(f"{town.address}/viec")
    await page.click("[data-row]")


async def does(page: Page, action: str, **fields: str) -> None:
    """Open this decision, fill it in, send it."""
    form = page.locator(f"form[action$='/{action}']")
    if not await form.locator("button").is_visible():
        await page.locator(f"details:has(form[action$='/{action}']) > summary").click()
    for name, value in fields.items():
        await form.locator(f"[name='{action}-{name}']").fill(value)
    await form.locator("button").click()


async def done(page: Page) -> None:
    await expect(page.locator("[role=status]")).to_contain_text("Hồ sơ đã chuyển bước")


@pytest.mark.long
async def test_every_desk_does_its_part(browser: Browser, town: Town) -> None:
    await town.catalogue(WELL)
    citizen = await person(browser, town, "congdan", "citizen")
    counter = await person(browser, town, "tiepnhan", "counter")
    desks = {name: await person(browser, town, *who) for name, who in TABLE.items()}
    address = await submit(citizen, town, WELL, way="counter")
    await counter.goto(f"{town.address}/can-bo")
    await counter.click("[data-row]")
    await counter.click("text=Tiếp nhận hồ sơ")
    await counter.click("button:has-text('Chuyển hồ sơ')")

    head, specialist, leader, clerk = desks.values()
    await opened(head, town)
    await does(head, "assign")
    await expect(head.locator("#assign-assignee-error")).to_contain_text("Hãy chọn người xử lý")
    await head.select_option("#assign-assignee", label="Nguyễn Văn Chuyên, Chuyên viên")
    await does(head, "assign", note="Xem kỹ sơ đồ")
    await done(head)

    await opened(specialist, town)
    await expect(specialist.locator(".bench__decide")).to_contain_text("Xem kỹ sơ đồ")
    await does(specialist, "supplement", note="Sơ đồ vị trí giếng chưa rõ", papers="Sơ đồ vị trí")
    await done(specialist)
    await opened(leader, town)
    await does(leader, "approve-notice")
    await done(leader)
    await citizen.goto(address)
    await expect(citizen.locator(".next")).to_contain_text("Sơ đồ vị trí giếng chưa rõ")
    await citizen.click(".next a.govuk-button")
    await citizen.fill("#answer", "Đã vẽ lại")
    await citizen.click("main form button")
    await expect(citizen.locator("[role=status]")).to_contain_text("Đã gửi bổ sung")

    await proposed(specialist, town)
    await opened(leader, town)
    await does(leader, "reject", note="Ghi rõ lưu lượng")
    await done(leader)
    await expect(specialist.locator("main")).not_to_contain_text("Ghi rõ lưu lượng")
    await proposed(specialist, town, "Ghi rõ lưu lượng")
    await opened(leader, town)
    await does(leader, "approve")
    await done(leader)

    unsigned = await issued(town.data_dir / "pki", system_clock(), signed=False)
    await opened(clerk, town)
    await clerk.set_input_files("#issue-file", pdf("giay-xac-nhan.pdf", unsigned))
    await does(clerk, "issue")
    await expect(clerk.locator("#issue-file-error")).to_contain_text("chưa có chữ ký số")
    signed = await issued(town.data_dir / "pki", system_clock())
    await clerk.set_input_files("#issue-file", pdf("giay-xac-nhan.pdf", signed))
    await does(clerk, "issue")
    await done(clerk)

    await counter.reload()
    await counter.click("button:has-text('Đã trao kết quả')")
    await expect(counter.locator("[role=status]")).to_contain_text("Đã ghi nhận trả kết quả")
    await citizen.goto(address)
    await until(citizen, "In bản giấy có mã QR")


async def proposed(specialist: Page, town: Town, directions: str = "") -> None:
    """With a draft; the leader's directions stand on the page."""
    await opened(specialist, town)
    await expect(specialist.locator(".bench__decide")).to_contain_text(directions)
    await does(specialist, "propose", note="Đủ điều kiện")
    await expect(specialist.locator("#propose-file-error")).to_contain_text("Hãy đính kèm dự thảo")
    assert await specialist.input_value("#propose-note") == "Đủ điều kiện"
    await specialist.set_input_files("#propose-file", pdf("du-thao.pdf", papers.pdf("Du thao")))
    await does(specialist, "propose")
    await done(specialist)


async def test_a_withdrawal_is_agreed_at_the_counter(browser: Browser, town: Town) -> None:
    """DOS-17: the citizen asks with a reason, the counter agrees, the citizen reads it."""
    await town.catalogue(WELL)
    citizen = await person(browser, town, "congdan", "citizen")
    counter = await person(browser, town, "tiepnhan", "counter")
    address = await submit(citizen, town, WELL, way="counter")
    await citizen.goto(f"{address}/rut")
    await citizen.fill("#reason", "Tôi không khoan giếng nữa")
    await citizen.click("main form button")
    await counter.goto(f"{town.address}/can-bo?nhom=withdrawal")
    await counter.click("[data-row]")
    await expect(counter.locator(".bench__history")).to_contain_text("Tôi không khoan giếng nữa")
    await counter.fill("#dung-note", "Mời nhận lại bản giấy")
    await counter.click("button:has-text('Dừng giải quyết')")
    await expect(counter.locator("[role=status]")).to_contain_text("Đã dừng giải quyết")
    await citizen.goto(address)
    await expect(citizen.locator(".next")).to_contain_text("Mời nhận lại bản giấy")
