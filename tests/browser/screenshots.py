"""`python -m tests.browser.screenshots`: the pictures of the README, from the example pages, into docs/."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, async_playwright

from tests.browser.pages import open_example
from tests.support.parts import chromium_program

DOCS = Path(__file__).parents[2] / "docs"
WIDE: ViewportSize = {"width": 1180, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PICTURES = {
    "citizen-dossier.png": ("dossier", WIDE, "light"),
    "screenshots/citizen-dossier-phone.png": ("dossier", PHONE, "light"),
    "screenshots/citizen-dossier-dark.png": ("dossier", WIDE, "dark"),
    "screenshots/officer-queue.png": ("queue", WIDE, "light"),
    "screenshots/officer-desk.png": ("desk", {"width": 1400, "height": 900}, "light"),
    "screenshots/verification.png": ("verify", WIDE, "light"),
    "screenshots/operator.png": ("connectors", WIDE, "light"),
}


async def main() -> None:
    (DOCS / "screenshots").mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_program(), args=["--no-sandbox"])
        for name, (example, size, scheme) in PICTURES.items():
            await _take(browser, DOCS / name, example, size, scheme)
        await browser.close()


async def _take(browser: Browser, path: Path, example: str, size: ViewportSize, scheme: str) -> None:
    context = await browser.new_context(
        locale="vi-VN", viewport=size, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    await open_example(page, example)
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=path, full_page=True)
    await context.close()


if __name__ == "__main__":
    asyncio.run(main())
