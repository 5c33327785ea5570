"""What `make run` costs at rest, and what a citizen's first visit costs over the wire."""

from pathlib import Path

from playwright.async_api import async_playwright

from hub.demo.processes import free_port
from tests.bench.harness import Bench, Row, less
from tests.support.parts import chromium_program
from tests.support.plugin import CHROMIUM_FLAGS

MEGABYTES = 500.0
KILOBYTES = 100.0
PAGES = ("/", "/thu-tuc/1.012784")


async def rows(bench: Bench) -> list[Row]:
    port = free_port()
    environ = {"DATA_DIR": str(bench.folder / "rest"), "PORT": str(port)}
    async with bench.process("-m", "hub", "run", environ=environ) as process:
        await process.until(lambda: _said(process.log, f"127.0.0.1:{port}/_partners"), seconds=240)
        figures = [await _first_visit(f"http://127.0.0.1:{port}{path}") for path in PAGES]
        memory = _resident(process.child.pid)
    return [
        less("memory of make run after the journey", memory, MEGABYTES, "MB", "budget; hub, PostgreSQL, twins"),
        *(
            less(f"first visit of {path} over the wire", weight, KILOBYTES, "kB", f"budget; {parts} requests")
            for path, (weight, parts) in zip(PAGES, figures, strict=True)
        ),
    ]


async def _said(log: Path, word: str) -> bool:
    return word in log.read_text()


async def _first_visit(url: str) -> tuple[float, int]:
    """Bytes that a fresh browser received, headers included, in kB."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_program(), args=list(CHROMIUM_FLAGS))
        page = await browser.new_page(locale="vi-VN", viewport={"width": 390, "height": 844})
        wire = await page.context.new_cdp_session(page)
        received: list[float] = []
        wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        await wire.send("Network.enable")
        answer = await page.goto(url, wait_until="networkidle")
        assert answer is not None
        assert answer.ok, f"{url}: {answer.status}"
        await browser.close()
    return sum(received) / 1000, len(received)


def _resident(pid: int) -> float:
    """Proportional set size of a process and all below it: shared pages are counted once. MB."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    tree = [pid]
    for one in tree:
        tree += children.get(one, [])
    kilobytes = 0
    for one in tree:
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1000
