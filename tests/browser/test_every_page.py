"""Every page of the portal: readable by everyone, on a small phone, in both schemes, under the real headers."""

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from hub.portal.examples import PAGES
from tests.browser.pages import AXE, leave, open_example, violations

PHONE: ViewportSize = {"width": 320, "height": 640}


GROUPS = 5


@pytest.mark.parametrize("group", range(GROUPS))
async def test_pages_fit_320_px_and_axe_finds_nothing(browser: Browser, group: int) -> None:
    """POR-05: WCAG 2.2 AA, light and dark; nothing is refused by the pages' own policy."""
    context = await browser.new_context(locale="vi-VN", viewport=PHONE, color_scheme="light", reduced_motion="reduce")
    await context.add_init_script(path=AXE)
    page, found = await context.new_page(), {}
    for name in sorted(PAGES)[group::GROUPS]:
        await leave(page)
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size(PHONE)
        wrong = await open_example(page, name)
        if sticks_out := await _sideways(page):
            wrong.append(f"{sticks_out} px sideways on a phone")
        wrong += await violations(page)
        await page.emulate_media(color_scheme="dark")
        wrong += [f"dark: {each}" for each in await violations(page, ["color-contrast"])]
        await page.set_viewport_size({"width": 1280, "height": 900})
        if sticks_out := await _sideways(page):
            wrong.append(f"{sticks_out} px sideways on a desk")
        if wrong:
            found[name] = wrong
    assert found == {}


@pytest.mark.parametrize("name", ["dossier", "check", "desk", "home"])
async def test_page_reads_the_same_without_scripts(browser: Browser, name: str) -> None:
    texts = []
    for scripts in (True, False):
        context = await browser.new_context(locale="vi-VN", java_script_enabled=scripts)
        page = await context.new_page()
        await open_example(page, name)
        texts.append(await page.inner_text("main"))
        await context.close()
    assert texts[0] == texts[1]


async def test_english_pages_are_whole(browser_page: Page) -> None:
    wrong = await open_example(browser_page, "dossier", "en")
    assert await browser_page.get_attribute("html", "lang") == "en"
    assert await browser_page.get_by_role("heading", name="What has happened").count() == 1
    assert await _sideways(browser_page) == 0
    assert wrong == []


@pytest.mark.parametrize("name", ["dossier", "question", "way", "payment", "log-in"])
async def test_what_is_touched_is_large_enough(browser_page: Page, name: str) -> None:
    """44 px: buttons, fields, stand-alone links of the citizen's pages."""
    await open_example(browser_page, name)
    small = await browser_page.evaluate(
        """() => [...document.querySelectorAll('main :is(button, .govuk-button, .alone, summary, select,'
           + ' input:not([type=hidden], [type=radio], [type=checkbox]))')]
           .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"""
    )
    assert small == []


async def _sideways(page: Page) -> int:
    """How many pixels stick out."""
    found: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found
