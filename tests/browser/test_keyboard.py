"""The keyboard alone: the queue, the desk, the error summary, the menu."""

from playwright.async_api import Page

from tests.browser.pages import open_example


async def test_j_k_and_enter_move_through_the_queue_and_act(browser_page: Page) -> None:
    await browser_page.set_viewport_size({"width": 1280, "height": 800})
    await open_example(browser_page, "queue")
    await browser_page.keyboard.press("j")
    assert await _focused(browser_page) == "Trần Văn Ơn"
    await browser_page.keyboard.press("j")
    assert await _focused(browser_page) == "Lê Thị Mẩu"
    await browser_page.keyboard.press("k")
    assert await _focused(browser_page) == "Trần Văn Ơn"
    await browser_page.keyboard.press("Enter")
    await browser_page.wait_for_url("**/can-bo/ho-so/1")


async def test_slash_searches_and_letters_stay_letters_while_typing(browser_page: Page) -> None:
    await open_example(browser_page, "queue")
    await browser_page.keyboard.press("/")
    await browser_page.keyboard.type("jk")
    assert await browser_page.input_value("#q") == "jk"


async def test_a_leads_to_the_decision(browser_page: Page) -> None:
    await open_example(browser_page, "desk")
    await browser_page.keyboard.press("a")
    assert await _focused(browser_page) == "Tiếp nhận hồ sơ"


async def test_error_summary_has_the_focus_and_leads_to_the_field(browser_page: Page) -> None:
    await open_example(browser_page, "question")
    assert await browser_page.evaluate("document.activeElement.className") == "govuk-error-summary"
    await browser_page.keyboard.press("Tab")
    await browser_page.keyboard.press("Enter")
    assert await browser_page.evaluate("location.hash") == "#dien_tich"


async def test_first_tab_skips_to_the_content(browser_page: Page) -> None:
    await open_example(browser_page, "dossier")
    await browser_page.keyboard.press("Tab")
    assert await _focused(browser_page) == "Đến nội dung chính"
    await browser_page.keyboard.press("Enter")
    assert await browser_page.evaluate("document.activeElement.id") == "main"


async def test_escape_closes_the_menu_of_a_phone(browser_page: Page) -> None:
    await open_example(browser_page, "dossier")
    await browser_page.click(".site-menu summary")
    assert await browser_page.is_visible(".site-menu nav")
    await browser_page.keyboard.press("Escape")
    assert not await browser_page.is_visible(".site-menu nav")


async def _focused(page: Page) -> str:
    found: str = await page.evaluate("document.activeElement.innerText.trim()")
    return found
