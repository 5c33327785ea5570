"""`/kiem-tra`: paper copies are checked in the browser itself, with network or without (RES-10)."""

from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Response

from hub import result
from hub.kernel.auth import anyone
from hub.portal.compiled import Assets
from hub.portal.language import LANGUAGES
from hub.portal.rendering import Portal, csrf_token, html, speech_of, viewer_of
from hub.portal.speech import Speech
from hub.portal.views.checker import CheckerPage
from hub.portal.web import HEADERS

AnyRequest = Request[Any, Any, Any]
PAGE = "/kiem-tra"
KEYS = "/api/v1/papers/keys"
_NAMES = ("portal.css", "portal.js", "checker.js", "mark.svg")
_CAMERA = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")


class CheckerPages(Controller):
    """One page and the worker that keeps it."""

    include_in_schema = False
    guards = (anyone,)

    @get(PAGE)
    async def show(
        self,
        request: AnyRequest,
        press: NamedDependency[result.Press],
        asked: Annotated[str, QueryParameter(name="ngon-ngu")] = "",
    ) -> Response[str]:
        """Without cookies it is the same for everybody, in the language asked: that copy is kept for later."""
        portal: Portal = request.state.portal
        speech = next((Speech(each) for each in LANGUAGES if each == asked), speech_of(request))
        body = html(
            portal,
            "result/check.html",
            speech=speech,
            viewer=viewer_of(request),
            path=PAGE,
            csrf=csrf_token(request),
            it=CheckerPage(keys=KEYS, pinned=pinned(press), cache=cache_name(portal.assets), worker=f"{PAGE}/sw.js"),
        )
        headers = {"Permissions-Policy": _CAMERA, "Cache-Control": "no-store"}
        return Response(body, media_type="text/html", headers=headers)

    @get(f"{PAGE}/sw.js")
    async def worker(self, request: AnyRequest) -> Response[str]:
        """The service worker; it may look after `/kiem-tra` and nothing else."""
        assets: Assets = request.state.portal.assets
        given = {"CACHE": cache_name(assets), "FILES": kept_files(assets), "PAGE": PAGE, "KEYS": KEYS}
        script = f"Object.assign(self, {msgspec.json.encode(given).decode()});\n{assets.text('checker-worker.js')}"
        headers = {"Service-Worker-Allowed": PAGE, "Cache-Control": "no-cache"}
        return Response(script, media_type="text/javascript", headers=headers)


def pinned(press: result.Press) -> str:
    """The public key whose list of keys is believed."""
    key = press.public_key
    return msgspec.json.encode({"x": key.x, "y": key.y}).decode()


def kept_files(assets: Assets) -> list[str]:
    """The page, its assets and fonts, the keys."""
    fonts = [name for name in assets.manifest if name.endswith(".woff2")]
    return [PAGE, KEYS, *(assets.address(name) for name in (*_NAMES, *fonts))]


def cache_name(assets: Assets) -> str:
    """New whenever an asset is."""
    return f"kiem-tra-{sha256(' '.join(kept_files(assets)).encode()).hexdigest()[:12]}"
