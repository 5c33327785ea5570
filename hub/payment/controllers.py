"""Paying over HTTP."""

from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.identity import Principal
from hub.kernel.auth import citizen
from hub.kernel.db import Database
from hub.payment import service
from hub.payment.errors import no_such_obligation
from hub.payment.model import Obligation, Order

AnyRequest = Request[Principal, str, State]


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt to pay; `pay_url` is "" until the platform has answered: ask again in a moment."""

    reference: str
    status: str
    amount: int
    pay_url: str


class Payments(Controller):
    """What a citizen owes and pays."""

    path = "/api/v1/payments"
    guards = (citizen,)
    tags = ("Thanh toán / Payments",)

    @get("/of/{dossier_id:uuid}")
    async def owed(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: NamedDependency[Database]
    ) -> tuple[Obligation, ...]:
        """What a dossier owes and has paid."""
        async with db.read() as uow:
            found = await service.obligations_of(uow, dossier_id)
        return tuple(due for due in found if due.owner_id == request.user.id)

    @post("/{obligation_id:uuid}", status_code=201)
    async def pay(self, request: AnyRequest, obligation_id: FromPath[UUID], db: NamedDependency[Database]) -> Opened:
        """Open an attempt, or get the one under way."""
        ip = request.client.host if request.client else ""
        async with db.begin(request.user.actor) as uow:
            due = await service.obligation(uow, obligation_id)
            if due.owner_id != request.user.id:
                raise no_such_obligation()
            return _opened(await service.open_order(uow, obligation_id, client_ip=ip))

    @get("/orders/{reference:str}")
    async def order(self, request: AnyRequest, reference: FromPath[str], db: NamedDependency[Database]) -> Opened:
        """Where an attempt stands."""
        async with db.read() as uow:
            order = await service.order_of(uow, reference)
            due = await service.obligation(uow, order.obligation_id)
            if due.owner_id != request.user.id:
                raise no_such_obligation()
            return _opened(order)


def _opened(order: Order) -> Opened:
    return Opened(reference=order.reference, status=order.status.value, amount=order.amount, pay_url=order.pay_url)
