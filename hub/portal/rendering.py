"""Pages out of templates. The language, the viewer and the form token come from the request; nothing else does."""

from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.utils.scope.state import ScopeState

from hub.portal.compiled import Assets
from hub.portal.language import LANGUAGES, Language
from hub.portal.site import Site, Viewer
from hub.portal.speech import Speech

LANGUAGE_COOKIE = "ngon_ngu"
NOTICE_COOKIE = "loi_nhan"
_VOICES = {language: Speech(language) for language in LANGUAGES}


class Portal(msgspec.Struct, frozen=True, kw_only=True):
    """What every page of one installation shares."""

    site: Site
    assets: Assets
    templates: Environment
    secure_cookies: bool = False
    upload_max_bytes: int = 20 * 1024 * 1024


def environment() -> Environment:
    """Strict: a page that misspells a name fails in its test, not in front of a person."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def speech_of(request: Request[Any, Any, Any]) -> Speech:
    """Vietnamese unless this person has chosen otherwise."""
    return _VOICES[_language(request.cookies.get(LANGUAGE_COOKIE, "vi"))]


def _language(asked: str) -> Language:
    return next((each for each in LANGUAGES if each == asked), "vi")


def html(
    portal: Portal,
    template: str,
    *,
    speech: Speech,
    viewer: Viewer | None = None,
    path: str = "/",
    csrf: str = "",
    notice: str = "",
    **context: Any,
) -> str:
    """The page as text; also what tests and the style page call."""
    t = speech
    return portal.templates.get_template(template).render(
        t=t,
        site=portal.site,
        asset=portal.assets.address,
        viewer=viewer,
        path=path,
        csrf=csrf,
        notice=notice,
        **context,
    )


def page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A page for this request."""
    portal: Portal = request.state.portal
    speech = speech_of(request)
    key = request.cookies.get(NOTICE_COOKIE, "")
    notice = speech(f"notice.{key}") if key and speech.has(f"notice.{key}") else ""
    body = html(
        portal,
        template,
        speech=speech,
        viewer=viewer_of(request),
        path=request.url.path,
        csrf=csrf_token(request),
        notice=notice,
        **context,
    )
    response = Response(body, status_code=status, media_type="text/html")
    response.headers["Cache-Control"] = "no-store" if viewer_of(request) else "no-cache"
    if key:
        response.delete_cookie(NOTICE_COOKIE)
    return response


def go(request: Request[Any, Any, Any], path: str, *, notice: str = "") -> Redirect:
    """After a POST, always a GET: reloading repeats nothing. `notice` names a text of the catalogue."""
    portal: Portal = request.state.portal
    answer = Redirect(path, status_code=HTTP_303_SEE_OTHER)
    if notice:
        answer.set_cookie(
            NOTICE_COOKIE, notice, max_age=60, httponly=True, samesite="lax", secure=portal.secure_cookies
        )
    return answer


def csrf_token(request: Request[Any, Any, Any]) -> str:
    """The token that this page's forms send back; the cookie holds its twin."""
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else ""


def viewer_of(request: Request[Any, Any, Any]) -> Viewer | None:
    """Whom the session names, if anyone."""
    caller = request.scope.get("user")
    if caller is None:
        return None
    portal: Portal = request.state.portal
    at_centre = bool(caller.agency_code) and caller.agency_code == portal.site.centre_code
    return Viewer(kind=caller.kind, name=caller.name, roles=caller.roles, at_centre=at_centre)
