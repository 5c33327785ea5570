"""The example pages in a real browser without a hub: every request is answered from templates and assets."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread

from playwright.async_api import Page

from hub.portal.compiled import PREFIX, Assets
from hub.portal.examples import PAGES, SITE, Example
from hub.portal.language import Language
from hub.portal.rendering import Portal, environment, html
from hub.portal.speech import Speech
from hub.portal.web import HEADERS

AXE = Path(__file__).parents[2] / "hub/portal/assets/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def portal() -> Portal:
    """Once: its templates are compiled as they are asked for."""
    return Portal(site=SITE, assets=Assets(), templates=environment())


def rendered(it: Portal, example: Example, language: Language = "vi") -> str:
    return html(
        it, example.template, speech=Speech(language), viewer=example.viewer, path=example.path, csrf="t", it=example.it
    )


async def open_example(page: Page, name: str, language: Language = "vi") -> list[str]:
    """Show an example page under the headers of the real thing; what goes wrong in it gathers in the list."""
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    here = stand()
    here.body = rendered(portal(), PAGES[name], language).encode()
    await page.goto(f"{here.origin}{PAGES[name].path}")
    return wrong


class Stand(ThreadingHTTPServer):
    """Assets as they are served, and the page that is shown for everything else. Browsers keep no file of a page whose
    requests are intercepted: from a port each font and style sheet is read once."""

    daemon_threads = True
    body = b""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Stand

    def do_GET(self) -> None:
        path, _, _ = self.path.partition("?")
        if path.startswith(f"{PREFIX}/"):
            file = Path(portal().assets.folder) / path.removeprefix(f"{PREFIX}/")
            kind = guess_type(file.name)[0] or "application/octet-stream"
            self._send(file.read_bytes(), {"Content-Type": kind, "Cache-Control": "max-age=600"})
        else:
            self._send(self.server.body, {"Content-Type": "text/html; charset=utf-8", **HEADERS})

    def _send(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):  # a page that was left waits for no answer
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nobody reads it."""


@cache
def stand() -> Stand:
    """One for the whole run of this process."""
    server = Stand(("127.0.0.1", 0), _Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


async def leave(page: Page) -> None:
    """What a page asks now and then, it asks no more: an answer while the next one comes would count as that one's."""
    await page.evaluate("() => { window.stop(); document.body.replaceChildren() }")


async def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds, one line each. It is there before the page: the pages' own policy allows no foreign script."""
    found = await page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'], preload: false })", rules or RULES
    )
    return [
        f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes']][:3]}" for each in found["violations"]
    ]
