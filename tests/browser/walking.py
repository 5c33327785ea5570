"""Walking through the pages as people do."""

import io
from dataclasses import dataclass
from pathlib import Path

import anyio
import httpx
from PIL import Image
from playwright.async_api import Page, expect

from hub.kernel.db import Database

LAND = "1.012784"
ANSWERS = {
    "parcel_sheet": "12",
    "parcel_number": "345",
    "parcel_area_m2": "250,5",
    "parcel_address": "Khóm Mỹ Quới",
    "certificate_number": "DA 123456",
    "parts": "2",
}
TURNS = 40
"""More pages than any submission has."""


@dataclass(frozen=True)
class Town:
    address: str
    data_dir: Path
    passwords: dict[str, str]
    db: Database

    async def act(self, partner: str, what: str, **given: str) -> None:
        """A partner acts by itself."""
        async with httpx.AsyncClient(base_url=self.address, timeout=30) as http:
            answer = await http.post(f"/_partners/{partner}/_sim/act/{what}", json=given)
        assert answer.status_code == 200, answer.text

    async def catalogue(self, code: str = LAND) -> None:
        """The procedures have been read from the national portal."""
        async with httpx.AsyncClient(base_url=self.address, timeout=30) as http:
            for _ in range(400):
                if (await http.get(f"/api/v1/procedures/{code}")).status_code == 200:
                    return
                await _pause()
        raise AssertionError("the catalogue did not come")


async def log_in(page: Page, town: Town, login: str, role: str) -> None:
    await page.goto(f"{town.address}/dang-nhap")
    await page.fill("#login", login)
    await page.fill("#password", town.passwords[role])
    await page.click("main form button")


async def submit(page: Page, town: Town, code: str = LAND, *, way: str = "postal") -> str:
    """A dossier, page by page; the address of its page."""
    await page.goto(f"{town.address}/thu-tuc/{code}")
    await page.click("a.govuk-button--start")
    for _ in range(TURNS):
        await page.wait_for_load_state()
        path = page.url.removeprefix(town.address)
        if path.endswith("/xong"):
            await page.click("main a.govuk-button")
            return page.url
        if path.endswith("/xem-lai"):
            await page.check("#declared")
        elif "/thong-tin/" in path:
            await _answer(page)
        elif "/giay-to/" in path:
            await page.set_input_files("#file", {"name": "giấy tờ.jpg", "mimeType": "image/jpeg", "buffer": photo()})
        elif path.endswith("/nhan-ket-qua"):
            await page.check(f"input[value={way}]")
        await page.click("main a.govuk-button" if path.count("/") == 3 else "main form button.govuk-button")
    raise AssertionError(f"still at {page.url}")


async def _answer(page: Page) -> None:
    for field in await page.locator("main :is(input:not([type=hidden]), textarea)").all():
        name, kind = await field.get_attribute("name") or "", await field.get_attribute("type")
        if kind in ("radio", "checkbox"):
            if not await page.locator(f"input[name='{name}']:checked").count():
                await field.check()
        elif not await field.input_value():
            await field.fill(ANSWERS.get(name, "Theo đơn"))


async def until(page: Page, text: str) -> None:
    """Reload until the page says it."""
    for _ in range(120):
        if await page.get_by_text(text).count():
            return
        await _pause()
        await page.reload()
    await expect(page.get_by_text(text).first).to_be_visible(timeout=1)


def photo() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(kept, "JPEG")
    return kept.getvalue()


async def _pause() -> None:
    await anyio.sleep(0.1)
