"""pytest's part of provisioning: fixtures for the real parts, WITHOUT=, and a last word on what was used."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from hub.kernel.postgres import EmbeddedPostgres
from tests.support.clamd import running as clamd_running
from tests.support.parts import PARTS, Missing, chromium_program, left_out
from tests.support.rabbit import RabbitNode
from tests.support.run import FAST, FOLDER, Run, fresh_database, virtual_host

_RUN = pytest.StashKey[Run]()
_LEFT_OUT = pytest.StashKey[dict[str, int]]()

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process draws every page: a new one for each navigation costs more than most pages.
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
)


def pytest_configure(config: pytest.Config) -> None:
    for part in PARTS:
        config.addinivalue_line("markers", f"needs_{part.name}: uses {part.title}; WITHOUT={part.name} leaves it out")
    config.addinivalue_line("markers", "long: takes half a minute or more; starts before the others")
    config.stash[_LEFT_OUT] = dict.fromkeys((part.name for part in PARTS), 0)
    try:
        left_out()
    except Missing as missing:
        raise pytest.UsageError(str(missing)) from None
    if FOLDER not in os.environ:
        config.stash[_RUN] = Run()


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(_RUN, None)
    if run:
        del config.stash[_RUN]
        run.end()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    without = left_out()
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        needs = {part.name for part in PARTS if part.fixtures & set(getattr(item, "fixturenames", ()))}
        needs |= {part.name for part in PARTS if item.get_closest_marker(f"needs_{part.name}")}
        for name in needs:
            item.add_marker(f"needs_{name}")
        missed = needs & without
        for name in missed:
            config.stash[_LEFT_OUT][name] += 1
        (dropped if missed else kept).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    items[:] = sorted(kept, key=_turn)


def _turn(item: pytest.Item) -> int:
    """One worker takes the long ones and those that break a broker, which takes ten seconds to start, while the other
    takes the rest; whoever is done first helps from the end."""
    if item.get_closest_marker("long"):
        return 0
    return 1 if "own_rabbit" in getattr(item, "fixturenames", ()) else 2


def pytest_collection_finish() -> None:
    # What collecting has made stays to the end, and houses come and go by hundreds of thousands of objects.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        counts = session.config.stash[_LEFT_OUT]
        output["left_out"] = counts


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # Every worker collects everything, so the last one's count is the count.
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    run = config.stash.get(_RUN, None)
    for note in run.notes() if run else []:
        terminalreporter.write_line(f"provisioned: {note}")
    for name in sorted(left_out()):
        title = next(part.title for part in PARTS if part.name == name)
        count = config.stash[_LEFT_OUT].get(name, 0)
        terminalreporter.write_line(f"NOT TESTED: {count} tests that need {title} (WITHOUT={name})", yellow=True)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def database_url() -> Iterator[str]:
    """The address of a fresh database with the whole schema."""
    try:
        with fresh_database() as url:
            yield url
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test's own, for tests that stop, restart or kill it. Its databases are empty."""
    # One that is killed must keep what it has committed; the machine stays up, so the disk need not be waited for.
    with EmbeddedPostgres.start(tmp_path / "postgres", settings={**FAST, "synchronous_commit": "on"}) as server:
        yield server


@pytest.fixture
def amqp_url() -> Iterator[str]:
    """The address of an empty virtual host on the run's broker. To stop or kill a broker take `own_rabbit`."""
    try:
        with virtual_host() as url:
            yield url
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def _breakable_rabbit() -> Iterator[RabbitNode]:
    try:
        node = RabbitNode()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)
    yield node
    node.stop()


@pytest.fixture
def own_rabbit(_breakable_rabbit: RabbitNode) -> RabbitNode:
    """A running broker that nobody else uses, for tests that stop, start or kill it."""
    _breakable_rabbit.restore()
    return _breakable_rabbit


@pytest.fixture
def clamd() -> Iterator[str]:
    """The address of a real clamd that knows the test virus and takes 1 MB at most."""
    try:
        with clamd_running() as address:
            yield address
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    try:
        return chromium_program()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="module")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """A running Chromium; `browser.new_context(java_script_enabled=False)` is a citizen without scripts."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def browser_page(browser: Browser) -> Page:
    """A page in a fresh profile, Vietnamese, phone-sized as most citizens' are."""
    context = await browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 844})
    return await context.new_page()
