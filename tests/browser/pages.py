"""The example pages in a real browser without a server: every request is answered from templates and assets."""

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from playwright.async_api import Error, Page, Route

from hub.portal.compiled import PREFIX, Assets
from hub.portal.examples import PAGES, SITE, Example
from hub.portal.language import Language
from hub.portal.rendering import Portal, environment, html
from hub.portal.speech import Speech
from hub.portal.web import HEADERS

ORIGIN = "https://portal.test"
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
    it = portal()
    await page.unroute(f"{ORIGIN}/**")
    await page.route(f"{ORIGIN}/**", answer(page, it, rendered(it, PAGES[name], language)))
    await page.goto(f"{ORIGIN}{PAGES[name].path}")
    return wrong


def answer(page: Page, it: Portal, body: str) -> Callable[[Route], Awaitable[None]]:
    """Assets as they are served, and this page for everything else. A page that has closed waits for no answer."""

    async def fulfil(route: Route) -> None:
        try:
            await _fulfil(route)
        except Error:
            if not page.is_closed():
                raise

    async def _fulfil(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path.startswith(PREFIX):
            file = path.removeprefix(f"{PREFIX}/")
            await route.fulfill(path=Path(it.assets.folder) / file, headers={"Cache-Control": "max-age=60"})
        else:
            await route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=HEADERS)

    return fulfil


async def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds, one line each. It is there before the page: the pages' own policy allows no foreign script."""
    found = await page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'], preload: false })", rules or RULES
    )
    return [
        f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes']][:3]}" for each in found["violations"]
    ]
