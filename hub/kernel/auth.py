"""Who is calling, and what each route demands. Every route names one of these guards; a structure test looks."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from hub.kernel.actor import Actor, ActorKind
from hub.kernel.errors import Forbidden, Unauthenticated

COOKIE = "phien"


class Caller(Protocol):
    """Somebody who has logged in."""

    @property
    def kind(self) -> ActorKind: ...
    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def agency_code(self) -> str: ...


Lookup = Callable[[str], Awaitable[Caller | None]]
Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]
"""Asynchronous, all of them: Litestar gives a plain function a thread for each request."""


def authentication(lookup: Lookup) -> DefineMiddleware:
    """The middleware that turns a session cookie or a bearer token into `request.user`."""
    return DefineMiddleware(Authentication, lookup=lookup)


class Authentication:
    """Knows who calls before anything else looks. Most callers of the public pages bring nothing: they cost nothing."""

    def __init__(self, app: ASGIApp, lookup: Lookup) -> None:
        self._app = app
        self._lookup = lookup

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises nothing of its own; what a token is worth is the lookup's word."""
        if scope["type"] == ScopeType.HTTP:
            token = token_of(ASGIConnection(scope)) if _brings_something(scope) else ""
            scope["user"] = await self._lookup(token) if token else None
            scope["auth"] = token
        await self._app(scope, receive, send)


def _brings_something(scope: Scope) -> bool:
    return any(name in (b"authorization", b"cookie") for name, _ in scope["headers"])


def token_of(connection: Connection) -> str:
    """From `Authorization: Bearer` or the session cookie; "" for none."""
    header = connection.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        return header[7:].strip()
    return connection.cookies.get(COOKIE, "")


async def anyone(_: Connection, __: BaseRouteHandler) -> None:
    """Public."""


async def partner(_: Connection, __: BaseRouteHandler) -> None:
    """A partner's push: its receiver authenticates it in the partner's own way."""


async def signed_link(_: Connection, __: BaseRouteHandler) -> None:
    """The address itself carries a signature that the handler checks."""


async def citizen(connection: Connection, _: BaseRouteHandler) -> None:
    """A citizen's own session."""
    if _caller(connection).kind != "citizen":
        raise not_allowed()


def officer(*roles: str) -> Guard:
    """An officer with at least one of these roles (any officer when none is named)."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        caller = _caller(connection)
        if caller.kind != "officer" or (roles and not caller.roles.intersection(roles)):
            raise not_allowed()

    guard.__name__ = f"officer_{'_'.join(roles) or 'any'}"
    return guard


async def logged_in(connection: Connection, _: BaseRouteHandler) -> None:
    """Anybody with a session."""
    _caller(connection)


def actor_of(caller: Caller, unit: str = "") -> Actor:
    """The caller as the actor of a transaction."""
    return Actor(kind=caller.kind, id=str(caller.id), name=caller.name, unit=unit)


def _caller(connection: Connection) -> Caller:
    caller: Caller | None = connection.scope.get("user")
    if caller is None:
        raise Unauthenticated(
            "auth.log-in",
            "Bạn cần đăng nhập để tiếp tục. Nếu vừa đăng nhập, phiên đã hết hạn; nội dung đã lưu vẫn còn.",
            "Please log in to go on. If you were logged in, the session has expired; what was saved is kept.",
        )
    return caller


def not_allowed() -> Forbidden:
    """Logged in, but this is not for this account."""
    return Forbidden(
        "auth.not-allowed",
        "Tài khoản của bạn không có quyền làm việc này. Nếu cần, hãy đề nghị quản trị đơn vị cấp quyền.",
        "Your account may not do this. If you need to, ask your unit's administrator.",
    )
