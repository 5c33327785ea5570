"""Who is calling, and what each route demands. Every route names one of these guards; a structure test looks."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

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
Guard = Callable[[Connection, BaseRouteHandler], None]


def authentication(lookup: Lookup) -> type[AbstractAuthenticationMiddleware]:
    """The middleware that turns a session cookie or a bearer token into `request.user`."""

    class SessionAuthentication(AbstractAuthenticationMiddleware):
        async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
            token = token_of(connection)
            return AuthenticationResult(user=await lookup(token) if token else None, auth=token)

    return SessionAuthentication


def token_of(connection: Connection) -> str:
    """From `Authorization: Bearer` or the session cookie; "" for none."""
    header = connection.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        return header[7:].strip()
    return connection.cookies.get(COOKIE, "")


def anyone(_: Connection, __: BaseRouteHandler) -> None:
    """Public."""


def partner(_: Connection, __: BaseRouteHandler) -> None:
    """A partner's push: its receiver authenticates it in the partner's own way."""


def signed_link(_: Connection, __: BaseRouteHandler) -> None:
    """The address itself carries a signature that the handler checks."""


def citizen(connection: Connection, _: BaseRouteHandler) -> None:
    """A citizen's own session."""
    if _caller(connection).kind != "citizen":
        raise not_allowed()


def officer(*roles: str) -> Guard:
    """An officer with at least one of these roles (any officer when none is named)."""

    def guard(connection: Connection, _: BaseRouteHandler) -> None:
        caller = _caller(connection)
        if caller.kind != "officer" or (roles and not caller.roles.intersection(roles)):
            raise not_allowed()

    guard.__name__ = f"officer_{'_'.join(roles) or 'any'}"
    return guard


def logged_in(connection: Connection, _: BaseRouteHandler) -> None:
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
