"""Text and numbers that PostgreSQL cannot take are refused or found nowhere; never a defect of ours."""

from collections.abc import AsyncIterator

import httpx
import pytest

from hub.install import installed
from hub.main import create_app
from hub.settings import load
from tests.support.house_keys import with_keys
from tests.support.run import fresh_database


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    with fresh_database() as dsn:
        environ = {"DATABASE_URL": dsn, "DATA_DIR": str(with_keys(tmp_path_factory.mktemp("house")))}
        async with installed(load(environ)) as parts:
            app = httpx.ASGITransport(create_app(parts, environ=environ), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=app, base_url="http://hub.example") as client:
                yield client


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "đất\x00đai"},
        {"q": "\x95L0\xed\U000b3994"},
        {"q": "%_\\"},
        {"q": "a" * 5000},
        {"field": "\x00"},
        {"page": str(10**30)},
        {"page": str(2**62)},
        {"page": "-1"},
        {"q": "' or 1=1 --"},
    ],
    ids=str,
)
async def test_a_search_answers_whatever_is_asked(client: httpx.AsyncClient, asked: dict[str, str]) -> None:
    answer = await client.get("/api/v1/procedures", params=asked)
    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize("code", ["%00", "a%00b", "%F0%9F%92%A9", "x" * 3000, "%25%5F"])
@pytest.mark.parametrize("path", ["/api/v1/lookup/", "/api/v1/procedures/"])
async def test_a_code_that_cannot_be_is_not_found(client: httpx.AsyncClient, path: str, code: str) -> None:
    assert (await client.get(path + code)).status_code in (404, 422)


async def test_a_zero_byte_in_a_body_is_named(client: httpx.AsyncClient) -> None:
    body = {"name": "Nguyễn\x00Văn", "id_number": "089090000009", "phone": "0912345678", "email": "a@example.vn",
            "address": "Long Xuyên\x00", "password": "Mau-tin-\x00-2026", "declared": True}  # fmt: skip
    answer = await client.post("/api/v1/accounts", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert answer.json()["detail_en"]
