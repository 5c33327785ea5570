"""One running house behind an address, its people, and what bad input may not do to it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from hub.demo.journey import PROCEDURE, Cast, Journey, filled, uploads
from hub.demo.people import Person
from hub.demo.world import World
from hub.whole import House

ENGLISH = set("abcdefghijklmnopqrstuvwxyz")
LIMIT = 300_000
"""Bytes of one upload in this house: small, so that "too large" is quickly made."""

TABLES = """
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = any($1::text[]) order by 1
"""
KEPT = ("dossier", "vault", "workflow", "payment", "result", "postal")
"""The schemas whose rows are somebody's dossier, money or paper."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`bare` calls without a session and follows nothing."""

    home: House
    world: World
    bare: httpx.AsyncClient
    citizen: Person
    stranger: Person
    counter: Person
    operator: Person
    passwords: Mapping[str, str]

    async def rows(self) -> dict[str, tuple[int, str]]:
        """Each table's count and the digest of its rows."""
        pool = self.home.parts.db.pool
        found = {}
        for record in await pool.fetch(TABLES, list(KEPT)):
            name = record[0]
            found[name] = tuple(
                await pool.fetchrow(
                    "select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '')"  # noqa: S608
                    f" from {name} t"
                )
            )
        return found

    @asynccontextmanager
    async def nothing_changes(self) -> AsyncIterator[None]:
        """Not one row of anybody's dossier, money or paper."""
        before = await self.rows()
        yield
        assert await self.rows() == before

    async def value(self, sql: str, *arguments: Any) -> Any:
        return await self.home.parts.db.pool.fetchval(sql, *arguments)

    async def submission(self, **changes: Any) -> dict[str, Any]:
        """What the citizen would rightly send; an uploaded file stands for each paper."""
        procedure = await self.citizen.get(f"/api/v1/procedures/{PROCEDURE}")
        whole = {
            "procedure_code": PROCEDURE,
            "procedure_version": procedure["version"],
            "form": filled(procedure["form"]),
            "files": await uploads(self.citizen, procedure["components"]),
            "return_way": "counter",
            "declared": True,
        }
        return {**whole, **changes}

    async def send(self, body: Any, *, key: str = "") -> httpx.Response:
        """The citizen submits."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self.citizen.try_call("POST", "/api/v1/dossiers", json=body, headers=headers)

    async def submitted(self) -> str:
        """The id of a dossier of the citizen, freshly sent."""
        answer = await self.send(await self.submission(), key=str(uuid4()))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def at_vendor(self) -> Journey:
        """A dossier that the sector system has: status 4."""
        journey = Journey(self.world, Cast(self.citizen, self.counter, self.operator))
        journey.id = await self.submitted()
        await journey.accept()
        await journey.hand_over()
        return journey


def problem(answer: httpx.Response, status: int, code: str, field: str) -> dict[str, Any]:
    """RFC 9457: a stable type, a Vietnamese sentence, an English one, the field."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert (told["type"], told["status"], told.get("field", "")) == (f"urn:mot-cua:{code}", status, field), told
    assert told["title"]
    in_two_languages(told["detail"], told["detail_en"])
    return told


def in_two_languages(vi: str, en: str) -> None:
    """Both are sentences, and each in its language."""
    assert any(letter.isalpha() and not letter.isascii() for letter in vi), vi
    assert vi != en
    assert len(ENGLISH.intersection(en.lower())) > 8, en
    assert "!" not in vi + en
