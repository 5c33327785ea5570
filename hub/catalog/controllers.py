"""Procedures over HTTP."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from hub.catalog import service
from hub.catalog.model import FieldCount, Found, Procedure
from hub.kernel.auth import anyone
from hub.kernel.db import Database


class Procedures(Controller):
    """`/api/v1/procedures` (PRO-02, POR-03)."""

    path = "/api/v1/procedures"
    guards = (anyone,)
    tags = ("Thủ tục / Procedures",)

    @get("/")
    async def search(
        self,
        db: NamedDependency[Database],
        q: FromQuery[str] = "",
        field: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Found:
        """Search by words; accents need not be typed."""
        async with db.read() as uow:
            return await service.search(uow, q, field=field, page=max(page, 1))

    @get("/fields")
    async def fields(self, db: NamedDependency[Database]) -> tuple[FieldCount, ...]:
        """The fields that have procedures."""
        async with db.read() as uow:
            return await service.fields(uow)

    @get("/{code:str}")
    async def one(self, code: FromPath[str], db: NamedDependency[Database]) -> Procedure:
        """One procedure, whole, as it is offered now."""
        async with db.read() as uow:
            return await service.procedure(uow, code)
