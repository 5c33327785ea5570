"""The camera of the page that checks paper copies, on a film of a code: seen without network, refused, missing (RES-10)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.async_api import Page, async_playwright, expect

from tests.browser.test_checker import Paper, paper, told, town
from tests.browser.walking import Town
from tests.support.plugin import CHROMIUM_FLAGS

__all__ = ["paper", "town"]

SIZE = (640, 480)
FRAMES = 10
FILM = "--use-fake-device-for-media-stream"
GRANTED = "--use-fake-ui-for-media-stream"
REFUSED = "--use-fake-ui-for-media-stream=deny"
Phone = Callable[..., AbstractAsyncContextManager[Page]]


def film(path: Path, text: str) -> Path:
    """A code held somewhat askew and not quite still, as YUV4MPEG2 in grey."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    drawn = code.make_image().get_image().convert("L").resize((430, 430))
    grey = bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    with path.open("wb") as out:
        out.write(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n" % SIZE)
        for number in range(FRAMES):
            frame = Image.new("L", SIZE, 90)
            frame.paste(drawn.rotate(6, fillcolor=90), (100 + number, 20))
            out.write(b"FRAME\n" + frame.tobytes() + grey)
    return path


@pytest.fixture
def phone(chromium: Path, town: Town) -> Phone:
    """A browser of its own with these switches, which has kept the page."""

    @asynccontextmanager
    async def opened(*switches: str) -> AsyncIterator[Page]:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_FLAGS, *switches])
            context = await browser.new_context(locale="vi-VN", viewport={"width": 320, "height": 640})
            page = await context.new_page()
            await page.goto(f"{town.address}/kiem-tra")
            await expect(page.locator("[data-checker]")).to_have_attribute("data-kept", "yes")
            yield page
            await browser.close()

    return opened


async def test_a_paper_before_the_camera_is_checked_without_network(phone: Phone, paper: Paper, tmp_path: Path) -> None:
    seen = film(tmp_path / "code.y4m", paper.address)
    async with phone(FILM, GRANTED, f"--use-file-for-fake-video-capture={seen}") as page:
        await page.context.set_offline(True)
        await page.reload()
        await page.click("[data-open]")
        words = await told(page, "valid-offline")
        assert paper.code in words
        assert "Mã trên giấy là thật" in words
        await expect(page.locator("[data-view]")).to_be_hidden()
        assert await page.evaluate("document.querySelector('video').srcObject") is None


async def test_a_camera_that_sees_nothing_is_closed_when_it_is_told_to(phone: Phone) -> None:
    """Also while the person is still being asked: it must not stay on afterwards."""
    async with phone(FILM, GRANTED) as page:
        await page.evaluate(_COUNT_TRACKS)
        await page.click("[data-open]")
        await expect(page.locator("video")).to_be_visible()
        await page.click("[data-close]")
        await expect(page.locator("[data-open]")).to_be_visible()
        await expect(page.locator("body")).to_have_attribute("data-tracks", "1 opened, 1 stopped")
        await page.evaluate(_OPEN_AND_CLOSE)
        await expect(page.locator("body")).to_have_attribute("data-tracks", "2 opened, 2 stopped")
        assert await page.get_attribute("[data-answer]", "data-verdict") is None


_COUNT_TRACKS = """() => {
    let opened = 0, stopped = 0;
    const tell = () => { document.body.dataset.tracks = `${opened} opened, ${stopped} stopped`; };
    const { stop } = MediaStreamTrack.prototype;
    MediaStreamTrack.prototype.stop = function () { stop.call(this); stopped += 1; tell(); };
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => {
        const stream = await ask(wish);
        opened += stream.getTracks().length;
        tell();
        return stream;
    };
}"""
_OPEN_AND_CLOSE = """() => {
    for (const name of ["open", "close"]) document.querySelector(`[data-${name}]`).click();
}"""


@pytest.mark.parametrize(
    ("switches", "verdict", "words"),
    [
        ((FILM, REFUSED), "camera-denied", "cho phép máy ảnh"),
        ((GRANTED,), "no-camera", "không có máy ảnh"),
    ],
    ids=["refused", "none"],
)
async def test_without_a_camera_it_says_why_and_what_else_there_is(
    phone: Phone, switches: tuple[str, ...], verdict: str, words: str
) -> None:
    async with phone(*switches) as page:
        await page.click("[data-open]")
        said = await told(page, verdict)
        assert words in said
        assert "chọn ảnh chụp" in said
        assert await page.evaluate("document.activeElement === document.querySelector('[data-answer]')")
        await expect(page.locator("[data-open]")).to_be_visible()


async def test_a_camera_that_another_program_holds(phone: Phone) -> None:
    async with phone(FILM, GRANTED) as page:
        await page.evaluate(_HELD)
        await page.click("[data-open]")
        assert "đang bận" in await told(page, "camera-busy")


_HELD = """() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotReadableError"));
}"""
