"""Paying a fee: open, go to the bank, come back, wait for the word of the bank."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Response

from hub import dossier, payment
from hub.kernel.auth import anyone, citizen
from hub.kernel.db import Database
from hub.kernel.errors import NotFound
from hub.portal.builders.payment import payment_page
from hub.portal.rendering import go, page, speech_of

AnyRequest = Request[Any, Any, Any]


class PaymentPages(Controller):
    """`/ho-so/<id>/thanh-toan`; the browser comes back from the bank to `/thanh-toan/<reference>`."""

    include_in_schema = False

    @get("/ho-so/{dossier_id:uuid}/thanh-toan", guards=[citizen])
    async def show(
        self,
        request: AnyRequest,
        db: NamedDependency[Database],
        dossier_id: FromPath[UUID],
        back: Annotated[str, QueryParameter(name="ve")] = "",
    ) -> Response[Any]:
        """The page asks again by itself while it waits."""
        async with db.read() as uow:
            found = await dossier.owned(uow, request.user.id, dossier_id)
            owed = await payment.obligations_of(uow, dossier_id)
            due = next((each for each in owed if not each.paid), owed[-1] if owed else None)
            orders = await payment.orders_of(uow, due.id) if due else ()
        it = payment_page(found, owed, orders[-1] if orders else None, speech_of(request), returned=bool(back))
        return page(request, "payment/show.html", it=it) if it else go(request, f"/ho-so/{dossier_id}")

    @post("/ho-so/{dossier_id:uuid}/thanh-toan", guards=[citizen])
    async def start(self, request: AnyRequest, db: NamedDependency[Database], dossier_id: FromPath[UUID]) -> Redirect:
        """An attempt; one that is under way is continued."""
        ip = request.client.host if request.client else ""
        async with db.begin(request.user.actor) as uow:
            await dossier.owned(uow, request.user.id, dossier_id)
            owed = await payment.obligations_of(uow, dossier_id)
            due = next((each for each in owed if not each.paid), None)
            if due is not None:
                await payment.open_order(uow, due.id, client_ip=ip)
        return go(request, f"/ho-so/{dossier_id}/thanh-toan")

    @get("/thanh-toan/{reference:str}", guards=[anyone])
    async def back(self, request: AnyRequest, db: NamedDependency[Database], reference: FromPath[str]) -> Redirect:
        """Back from the bank. What the address says proves nothing; only the platform's own message does."""
        async with db.read() as uow:
            try:
                order = await payment.order_of(uow, reference)
            except NotFound:
                return go(request, "/ho-so")
            due = await payment.obligation(uow, order.obligation_id)
        return go(request, f"/ho-so/{due.dossier_id}/thanh-toan?ve=1")
