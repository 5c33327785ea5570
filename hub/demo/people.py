"""Who plays in the journey: clients of the hub with a session each."""

import asyncio
from typing import Any

import httpx

from hub.demo.world import World, expect
from hub.kernel.idempotency import IN_FLIGHT

_TRIES = 240


class Person:
    """Somebody logged in. Calls survive a restart of the hub: they are repeated until it answers."""

    def __init__(self, world: World, token: str, name: str) -> None:
        self._world = world
        self.headers = {"Authorization": f"Bearer {token}"}
        self.name = name

    async def get(self, path: str) -> Any:
        """JSON of a page; raises StepFailed on an error."""
        return (await self.call("GET", path)).json()

    async def file(self, path: str) -> bytes:
        """A download."""
        return (await self.call("GET", path)).content

    async def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        """Send JSON; an empty answer is None."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self.call("POST", path, json=body if body is not None else {}, headers=headers)
        return answer.json() if answer.content else None

    async def upload(self, name: str, data: bytes) -> str:
        """The id of the stored file."""
        answer = await self.call("POST", "/api/v1/files", params={"name": name}, content=data)
        return str(answer.json()["id"])

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One call that must succeed."""
        answer = await self.try_call(method, path, **more)
        expect(answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:600]}")
        return answer

    async def try_call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One call, whatever it answers; repeated while the hub or its database is away."""
        headers = {**self.headers, **more.pop("headers", {})}
        return await steady(self._world.hub, method, path, headers=headers, **more)


async def steady(client: httpx.AsyncClient, method: str, path: str, **more: Any) -> httpx.Response:
    """Repeat while nobody answers (a restart), the answer is 503, or our own first try is under way; at most two minutes."""
    for _ in range(_TRIES):
        try:
            answer = await client.request(method, path, **more)
            if answer.status_code != 503 and not (answer.status_code == 409 and IN_FLIGHT in answer.text):
                return answer
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.5)
    return await client.request(method, path, **more)


async def log_in(world: World, login: str, password: str) -> Person:
    """A session."""
    answer = await steady(world.hub, "POST", "/api/v1/sessions", json={"login": login, "password": password})
    expect(answer.status_code == 201, f"log in {login}: {answer.status_code} {answer.text[:300]}")
    opened = answer.json()
    return Person(world, opened["token"], opened["name"])


async def new_citizen(world: World, number: str, name: str, password: str) -> Person:
    """Registers, unless this person has an account already, and logs in (ACC-01)."""
    body = {
        "name": name,
        "id_number": number,
        "phone": "0912345678",
        "email": f"{number}@example.vn",
        "address": "12 đường Tôn Đức Thắng, phường Long Xuyên, tỉnh An Giang",
        "password": password,
        "declared": True,
    }
    answer = await steady(world.hub, "POST", "/api/v1/accounts", json=body)
    expect(answer.status_code in (201, 409, 422), f"register: {answer.status_code} {answer.text[:400]}")
    return await log_in(world, number, password)
