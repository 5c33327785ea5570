"""What stands around every page of the portal: its state, security headers, form tokens, errors in words."""

import os
import secrets
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request
from litestar.config.csrf import CSRFConfig
from litestar.enums import ScopeType
from litestar.exceptions import PermissionDeniedException
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.response import Redirect, Response
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from hub import profiles
from hub.kernel.auth import COOKIE
from hub.kernel.clock import VN, system_clock
from hub.kernel.errors import Forbidden
from hub.kernel.http import ProblemDetails
from hub.portal.compiled import PREFIX, Assets
from hub.portal.rendering import Portal, environment, html, speech_of, viewer_of
from hub.portal.site import Site
from hub.portal.speech import Speech
from hub.portal.views.error import ErrorPage
from hub.settings import Settings

ErrorHandler = Callable[[Request[Any, Any, Any], Any], Response[Any]]
PASSWORD_PAGE = "/doi-mat-khau"  # noqa: S105 (an address)
_FREE_OF_CHANGE = (PASSWORD_PAGE, "/dang-xuat", "/ngon-ngu", PREFIX)
_MACHINES = ("/api", "/partners/", "/_partners/", "/tep/")
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_SESSION = f"{COOKIE}=".encode()
FORM_EXPIRED = "http.form-expired"
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_PAGE_HEADERS = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_API_HEADERS = tuple(header for header in _PAGE_HEADERS if header[0] != b"content-security-policy")


class Frame:
    """Gives every request the portal, and every answer its headers, unless the handler set its own."""

    def __init__(self, app: ASGIApp, portal: Portal) -> None:
        self._app = app
        self._portal = portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only HTTP; partners' twins keep their own face."""
        if scope["type"] != ScopeType.HTTP or _path(scope).startswith("/_partners/"):
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["portal"] = self._portal

        wanted = _API_HEADERS if scope["path"].startswith("/api") else _PAGE_HEADERS

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                there = {name.lower() for name, _ in given}
                message["headers"] = given + [header for header in wanted if header[0] not in there]
            await send(message)

        await self._app(scope, receive, with_headers)


class FormToken(CSRFMiddleware):
    """Double submit for whoever may hold a session cookie; machines that bring a token or push to us have none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As Litestar's, but not for machines."""
        if scope["type"] == ScopeType.HTTP and _is_machine(scope):
            await self.app(scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        except PermissionDeniedException as refused:
            raise form_expired() from refused


def form_expired() -> Forbidden:
    """The token of the form is missing or not this browser's: nothing was read."""
    return Forbidden(
        FORM_EXPIRED,
        "Thiếu mã chống giả mạo của biểu mẫu hoặc mã không khớp. Chưa có gì được ghi; hãy mở lại trang rồi gửi lại.",
        "The form's token is missing or does not match. Nothing was stored; open the page again and resend.",
        field="_csrf_token",
    )


def _path(scope: Scope) -> str:
    """As it was asked for: a mounted application sees only the rest in `path`."""
    raw = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1")


def _is_machine(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    path = _path(scope)
    if path.startswith(("/partners/", "/_partners/")) or b"authorization" in headers:
        return True
    return path.startswith("/api") and _SESSION not in headers.get(b"cookie", b"")


class SiteParts(msgspec.Struct, frozen=True, kw_only=True):
    """What `hub.main` hangs into the application."""

    portal: Portal
    middleware: Sequence[DefineMiddleware]
    before_request: Callable[[Request[Any, Any, Any]], Any]
    after_request: None = None

    def error_page(self, render: ErrorHandler) -> ErrorHandler:
        """A page for people, problem details for machines."""

        def handle(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
            answer = render(request, error)
            if _wants_json(request):
                return answer
            told = msgspec.json.decode(answer.content, type=ProblemDetails)
            if told.status == 401 and request.method == "GET":
                return Redirect(f"/dang-nhap?ve={request.url.path}", status_code=303)
            return error_response(self.portal, request, told)

        return handle


def site(settings: Settings) -> SiteParts:
    """The portal of this installation; reads the compiled assets, so `make assets` must have run."""
    portal = Portal(
        site=_site(),
        assets=Assets(),
        templates=environment(),
        secure_cookies=settings.secure_cookies,
        upload_max_bytes=settings.upload_max_bytes,
    )
    tokens = CSRFConfig(
        secret=_secret(settings),
        cookie_name="bieu_mau",
        cookie_httponly=True,
        cookie_secure=settings.secure_cookies,
        cookie_samesite="lax",
    )
    return SiteParts(
        portal=portal,
        middleware=(DefineMiddleware(Frame, portal=portal), DefineMiddleware(FormToken, config=tokens)),
        before_request=must_change_password,
    )


async def must_change_password(request: Request[Any, Any, Any]) -> Redirect | None:
    """ACC-07: whoever still has the issuer's password sees one page only."""
    caller = request.scope.get("user")
    if caller is None or not getattr(caller, "must_change_password", False) or _wants_json(request):
        return None
    return None if request.url.path.startswith(_FREE_OF_CHANGE) else Redirect(PASSWORD_PAGE, status_code=303)


def error_response(portal: Portal, request: Request[Any, Any, Any], told: ProblemDetails) -> Response[str]:
    """What happened to the person's data, and what to do."""
    t = speech_of(request)
    expired = told.type == f"urn:mot-cua:{FORM_EXPIRED}"
    body = html(
        portal,
        "error.html",
        speech=t,
        viewer=viewer_of(request),
        path=request.url.path,
        it=_expired_page(request, t) if expired else _error_page(told, t),
    )
    return Response(body, status_code=told.status, media_type="text/html", headers=HEADERS)


def _error_page(told: ProblemDetails, t: Speech) -> ErrorPage:
    title = f"error.title_{told.status}"
    nowhere = told.type == "urn:mot-cua:http.404"
    return ErrorPage(
        title=t(title) if t.has(title) else t("error.title_500"),
        text=t("error.text_404") if nowhere else told.detail_en if t.language == "en" else told.detail,
        help=t("error.help_500") if told.status >= 500 else "",
        button=t("error.log_in") if told.status == 401 else t("error.home"),
        href="/dang-nhap" if told.status == 401 else "/",
        code=told.instance.removeprefix("urn:uuid:"),
    )


def _expired_page(request: Request[Any, Any, Any], t: Speech) -> ErrorPage:
    return ErrorPage(
        title=t("error.csrf_title"), text=t("error.csrf_text"), button=t("error.back"), href=_way_back(request)
    )


def _way_back(request: Request[Any, Any, Any]) -> str:
    """The page that the form stood on, if it was ours."""
    came_from = request.headers.get("referer", "")
    own = f"{request.base_url}".rstrip("/")
    return came_from.removeprefix(own) if came_from.startswith(f"{own}/") else "/"


def _wants_json(request: Request[Any, Any, Any]) -> bool:
    if request.url.path.startswith(_MACHINES):
        return True
    return "text/html" not in request.headers.get("accept", "text/html")


def _site() -> Site:
    terms = profiles.active().at(system_clock().astimezone(VN).date())
    centre = next((unit for unit in terms.units if unit.kind == "centre"), None)
    return Site(
        name_vi=terms.names.province,
        name_en=terms.names.english.removesuffix(" Province"),
        centre=centre.name if centre else "Trung tâm Phục vụ hành chính công",
        centre_code=centre.code if centre else "",
        address=terms.contact.address,
        hotline=terms.contact.phone,
        email=terms.contact.email,
    )


def _secret(settings: Settings) -> str:
    """SECRET_KEY, or one that this installation makes for itself and keeps."""
    given = settings.secret_key.reveal()
    return given or _kept_secret(settings.data_dir / "portal.key")


def _kept_secret(path: Path) -> str:
    """Whoever comes first writes it, whole before it has its name: two processes may start at once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(made, path)
        Path(made).unlink()
    return path.read_text(encoding="ascii")
