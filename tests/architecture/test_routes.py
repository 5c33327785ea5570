"""Every route says who may call it, every error page has one shape, and the API documents itself."""

from collections.abc import AsyncIterator

import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.testing import AsyncTestClient

from hub.install import installed
from hub.kernel import auth
from hub.main import create_app
from hub.portal.web import HEADERS
from hub.settings import load
from tests.support.house_keys import with_keys
from tests.support.run import fresh_database

GUARDS = frozenset({auth.anyone, auth.partner, auth.signed_link, auth.citizen, auth.logged_in})
OFFICER = auth.officer().__code__
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Litestar]:
    with fresh_database() as dsn:
        environ = {"DATABASE_URL": dsn, "DATA_DIR": str(with_keys(tmp_path_factory.mktemp("house")))}
        async with installed(load(environ)) as parts:
            yield create_app(parts, environ=environ)


def names_a_guard(handler: BaseRouteHandler) -> bool:
    guards = [guard for layer in handler.ownership_layers for guard in layer.guards or ()]
    return any(guard in GUARDS or getattr(guard, "__code__", None) is OFFICER for guard in guards)


async def test_every_route_declares_its_guard(app: Litestar) -> None:
    handlers = {(path, handler) for route in app.routes for path in [route.path] for handler in handlers_of(route)}
    assert len(handlers) > 20
    assert sorted(path for path, handler in handlers if ours(handler) and not names_a_guard(handler)) == []


def ours(handler: BaseRouteHandler) -> bool:
    """Litestar's own pages about the API are not."""
    return not handler.fn.__module__.startswith("litestar.")


def handlers_of(route: object) -> list[BaseRouteHandler]:
    many = getattr(route, "route_handlers", None) or [route.route_handler]  # type: ignore[attr-defined]
    return [h for h in many if "OPTIONS" not in getattr(h, "http_methods", ()) or len(h.http_methods) > 1]


async def test_the_api_documents_itself(app: Litestar) -> None:
    async with AsyncTestClient(app) as client:
        schema = msgspec.json.decode((await client.get("/api/openapi.json")).content)
    assert schema["openapi"].startswith("3.1")
    operations = [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
    assert len(operations) > 10
    silent = [f"{method} {path}" for path, method, o in operations if not o.get("summary") and not o.get("description")]
    assert silent == []
    bodies = msgspec.json.encode(schema.get("components", {})).decode()
    assert '"examples"' in bodies


@pytest.mark.parametrize("path", ["/", "/kiem-tra", "/khong-co", "/api/v1/lookup/KHONG-CO", "/api/v1/tasks"])
async def test_every_answer_has_its_headers_once(app: Litestar, path: str) -> None:
    """Whether page, API or error; a handler's own stand; the API has no policy of its own for contents."""
    async with AsyncTestClient(app) as client:
        answer = await client.get(path, headers={"accept": "text/html, */*"})
    wanted = {name.lower() for name in HEADERS} - ({"content-security-policy"} if path.startswith("/api") else set())
    assert {name: len(answer.headers.get_list(name)) for name in wanted} == dict.fromkeys(wanted, 1)
    assert ("content-security-policy" in answer.headers) is not path.startswith("/api")
    allowed = "camera=(self)" if path == "/kiem-tra" else "camera=()"
    assert allowed in answer.headers["permissions-policy"]


async def test_an_unknown_address_is_a_problem_in_two_languages(app: Litestar) -> None:
    async with AsyncTestClient(app) as client:
        answer = await client.get("/api/v1/khong-co", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    told = answer.json()
    assert told["type"].startswith("urn:mot-cua:")
    assert told["detail"]
    assert told["detail_en"]
