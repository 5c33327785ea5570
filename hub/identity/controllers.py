"""Accounts and sessions over HTTP."""

from typing import Annotated

import msgspec
from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from hub.identity import service
from hub.identity.model import Principal, Registration
from hub.kernel.actor import Actor
from hub.kernel.auth import COOKIE, anyone, logged_in, token_of
from hub.kernel.db import Database

_VISITOR = Actor(kind="system", id="visitor", name="Khách")


class LogIn(msgspec.Struct, frozen=True, kw_only=True):
    """Login and password."""

    login: Annotated[str, msgspec.Meta(examples=["congdan"])]
    password: Annotated[str, msgspec.Meta(examples=["mật khẩu của bạn"])]


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """`token` goes into `Authorization: Bearer`."""

    token: str
    name: str
    kind: str
    roles: tuple[str, ...]
    must_change_password: bool


class NewPassword(msgspec.Struct, frozen=True, kw_only=True):
    """Both passwords."""

    old: str
    new: str


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """The new account."""

    id: str
    login: str
    name: str


class Accounts(Controller):
    """`/api/v1/accounts`, `/api/v1/sessions`."""

    path = "/api/v1"
    tags = ("Tài khoản / Accounts",)

    @post("/accounts", guards=[anyone], status_code=201)
    async def register(self, data: JSONBody[Registration], db: NamedDependency[Database]) -> Registered:
        """A citizen's account (ACC-01, ACC-08)."""
        async with db.begin(_VISITOR) as uow:
            citizen = await service.register(uow, data)
        return Registered(id=str(citizen.id), login=citizen.login, name=citizen.name)

    @post("/sessions", guards=[anyone], status_code=201)
    async def open(self, data: JSONBody[LogIn], db: NamedDependency[Database]) -> Opened:
        """Log in."""
        async with db.begin(_VISITOR) as uow:
            principal = await service.log_in(uow, data.login, data.password)
            token = await service.open_session(uow, principal)
        return Opened(
            token=token,
            name=principal.name,
            kind=principal.kind,
            roles=tuple(sorted(principal.roles)),
            must_change_password=principal.must_change_password,
        )

    @get("/sessions/me", guards=[logged_in])
    async def me(self, request: Request[Principal, str, State]) -> Principal:
        """Who am I?"""
        return request.user

    @delete("/sessions/me", guards=[logged_in], status_code=204)
    async def close(self, request: Request[Principal, str, State], db: NamedDependency[Database]) -> None:
        """Log out."""
        async with db.begin(request.user.actor) as uow:
            await service.close_session(uow, token_of(request))

    @post("/accounts/me/password", guards=[logged_in], status_code=204)
    async def change(
        self, request: Request[Principal, str, State], data: JSONBody[NewPassword], db: NamedDependency[Database]
    ) -> Response[None]:
        """A new password (ACC-07)."""
        async with db.begin(request.user.actor) as uow:
            await service.change_password(uow, request.user, data.old, data.new, token=token_of(request))
        response: Response[None] = Response(None, status_code=204)
        response.delete_cookie(COOKIE)
        return response
