"""Anybody's file over HTTP: short ones at once, long ones by a worker, reports in three forms (RES-10, SUB-11)."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import msgspec
import pytest
from pypdf import PdfWriter

from hub import portfolio
from hub.install import Installation, installed
from hub.kernel.actor import system
from hub.kernel.signatures import Checker
from hub.main import create_app
from hub.settings import load
from signing import Level, Look, Role, seal_pdf
from signing.test_pki import Pki
from tests.support.house_keys import with_keys
from tests.support.modules import Clock, blank_pdf
from tests.support.run import fresh_database

LONG = 100_000


def with_attachment(size: int) -> bytes:
    """A page with something long in the same file."""
    writer, out = PdfWriter(BytesIO(blank_pdf())), BytesIO()
    writer.add_attachment("ban-do.bin", random.Random(1).randbytes(size))
    writer.write(out)
    return out.getvalue()


class Desk(msgspec.Struct):
    """One for the file; time only goes forward."""

    parts: Installation
    client: httpx.AsyncClient
    clock: Clock

    async def sealed(self, filler: int = 0) -> bytes:
        pki = Pki.load_or_create(self.parts.keys.folder, self.clock.now)
        content = with_attachment(filler) if filler else blank_pdf()
        look = Look(role=Role.AGENCY)
        return await seal_pdf(
            content, pki.key("agency"), look, tsa=pki.tsa(self.clock), level=Level.B_T, at=self.clock.now
        )

    async def kept(self) -> int:
        count: int = await self.parts.db.pool.fetchval("select count(*) from portfolio.verification")
        return count

    def answering(self) -> portfolio.Answering:
        return portfolio.Answering(self.parts.asking, self.parts.checker, poll_seconds=1)


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    clock = Clock()
    with fresh_database() as dsn:
        environ = {
            "DATABASE_URL": dsn, "DATA_DIR": str(with_keys(tmp_path_factory.mktemp("desk"))),
            "VERIFY_AT_ONCE_BYTES": str(LONG), "VERIFY_MAX_BYTES": "400000", "SECRET_KEY": "k" * 40,
        }  # fmt: skip
        async with installed(load(environ), clock) as parts:
            app = httpx.ASGITransport(create_app(parts, environ=environ))
            async with httpx.AsyncClient(transport=app, base_url="http://hub.test", timeout=60) as client:
                yield Desk(parts, client, clock)


async def test_a_short_file_is_answered_at_once_in_the_form_that_is_asked_for(desk: Desk) -> None:
    data, before = await desk.sealed(), await desk.kept()
    answer = await desk.client.post("/api/v1/verify", content=data)
    assert answer.status_code == 200
    assert answer.json()["indication"] == "TOTAL-PASSED"
    xml = await desk.client.post("/api/v1/verify", content=data, headers={"accept": "application/xml"})
    assert xml.headers["content-type"].startswith("application/xml")
    assert ET.fromstring(xml.content).tag.endswith("ValidationReport")
    pdf = await desk.client.post(
        "/api/v1/verify", content=data, headers={"accept": "text/html;q=0.9, application/pdf, application/xml;q=0.5"}
    )
    assert pdf.content.startswith(b"%PDF-")
    assert await desk.kept() == before


async def test_a_detached_signature_comes_as_a_form_with_its_content(desk: Desk) -> None:
    answer = await desk.client.post(
        "/api/v1/verify",
        files={"file": ("van-ban.pdf", await desk.sealed()), "content": ("goc.txt", b"noi dung")},
        data={"password": "khong-can"},
    )
    assert answer.status_code == 200
    assert answer.json()["indication"] == "TOTAL-PASSED"
    nothing = await desk.client.post("/api/v1/verify", data={"password": "x"}, files={"other": ("a", b"b")})
    assert (nothing.status_code, nothing.json()["type"]) == (422, "urn:mot-cua:verify.empty")


async def test_a_long_file_waits_sealed_survives_a_dead_worker_and_is_forgotten(desk: Desk) -> None:
    data = await desk.sealed(filler=LONG)
    answer = await desk.client.post("/api/v1/verify", content=data)
    assert answer.status_code == 202
    status = answer.headers["location"]
    assert answer.json()["status"] == status
    waiting = await desk.client.get(status)
    assert (waiting.json()["state"], waiting.headers["retry-after"]) == ("queued", "2")
    early = await desk.client.get(f"{status}/report")
    assert (early.status_code, early.json()["type"]) == (409, "urn:mot-cua:verify.not-yet")
    pieces: list[Any] = await desk.parts.db.pool.fetch("select body from portfolio.verification_piece")
    assert pieces
    assert not any(b"%PDF" in row["body"] for row in pieces)
    await _taken_by_a_worker_that_dies(desk)
    assert (await desk.client.get(status)).json()["state"] == "running"
    assert not await desk.answering().once(), "the dead worker's lease still runs"
    desk.clock.forward(minutes=6)
    assert await desk.answering().once()
    done = (await desk.client.get(status)).json()
    assert (done["state"], done["report"]["indication"], done["report"]["size"]) == ("done", "TOTAL-PASSED", len(data))
    assert await desk.parts.db.pool.fetchval("select count(*) from portfolio.verification_piece") == 0
    pdf = await desk.client.get(f"{status}/report", params={"format": "pdf"})
    assert pdf.content.startswith(b"%PDF-")
    desk.clock.forward(hours=25)
    assert (await desk.client.get(status)).status_code == 404
    async with desk.parts.db.begin(system("test")) as uow:
        await portfolio.JOBS["verifications"].run(uow, "")
    assert await desk.kept() == 0


async def test_a_long_file_that_kills_its_worker_three_times_is_answered_without_a_fourth(desk: Desk) -> None:
    """Not determined, and why; the queue goes on."""
    data = await desk.sealed()
    data += b"%" * LONG
    answer = await desk.client.post("/api/v1/verify", content=data)
    status = answer.json()["status"]
    for _ in range(3):
        with pytest.raises(asyncio.CancelledError):
            await portfolio.Answering(desk.parts.asking, _Dying(), poll_seconds=1).once()
        desk.clock.forward(minutes=6)
    assert await portfolio.Answering(desk.parts.asking, _Dying(), poll_seconds=1).once()
    done = (await desk.client.get(status)).json()
    report = done["report"]
    assert (done["state"], report["indication"], report["sub_indication"]) == (
        "done",
        "INDETERMINATE",
        "POLICY_PROCESSING_ERROR",
    )
    assert (report["sha256"], report["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert "3 lần bị ngắt" in report["sentence_vi"]
    assert not await desk.answering().once()
    for form in ("pdf", "xml"):
        assert (await desk.client.get(f"{status}/report", params={"format": form})).status_code == 200


class _Dying(Checker):
    """As if the process were ended in the middle of a verification."""

    def __init__(self) -> None:
        pass

    async def check(self, *_: object, **__: object) -> None:  # type: ignore[override]
        raise asyncio.CancelledError


async def _taken_by_a_worker_that_dies(desk: Desk) -> None:
    await desk.parts.db.pool.execute(
        "update portfolio.verification set state = 'running', taken_until = $1, attempts = 1 where state = 'queued'",
        desk.clock.now + timedelta(minutes=5),
    )


async def test_a_file_over_the_limit_is_refused_as_a_problem_whatever_its_length_says(desk: Desk) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 60_000

    for content in (b"x" * 600_000, unannounced()):
        answer = await desk.client.post("/api/v1/verify", content=content)
        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("application/problem+json")
    empty = await desk.client.post("/api/v1/verify", content=b"")
    assert (empty.status_code, empty.json()["type"]) == (422, "urn:mot-cua:verify.empty")


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\nabc", b"\0" * 99]
)
async def test_a_form_that_is_none_is_a_problem_and_no_defect(desk: Desk, body: bytes) -> None:
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data"):
        answer = await desk.client.post("/api/v1/verify", content=body, headers={"content-type": content_type})
        assert 400 <= answer.status_code < 500, answer.text


async def test_a_token_that_is_none_is_not_there(desk: Desk) -> None:
    answer = await desk.client.get("/api/v1/verifications/khong-co")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:mot-cua:verify.not-there")
