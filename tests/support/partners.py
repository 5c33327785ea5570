"""What tests of connectors share: a hub that records, a context, a desk."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from connectors.runtime.ports import Connector, Context, SimulatorContext
from connectors.runtime.simulation import SimulatorTransport
from schemas.envelope import Answer, Inbound
from schemas.messages import BY_NAME
from schemas.messages.dossier import FileRef

NOON = datetime(2026, 11, 23, 7, 4, 5, tzinfo=UTC)  # 14:04:05 in Vietnam: an hour that 12-hour clocks get wrong


class RecordingIntake:
    """The hub's door, as tests want it: answers by `judge`, and a repeat like the first time."""

    def __init__(self, judge: Callable[[Inbound], Answer] | None = None) -> None:
        self.seen: list[Inbound] = []
        self._judge = judge or (lambda _: Answer(accepted=True, code="ok", vi="Đã nhận", en="Taken"))
        self._answers: dict[tuple[str, str], Answer] = {}
        self._news = asyncio.Event()

    async def ask(self, message: Inbound, *, timeout: float = 10.0) -> Answer:
        key = (message.source, message.external_id)
        if key in self._answers:
            return msgspec.structs.replace(self._answers[key], duplicate=True)
        self.seen.append(message)
        self._answers[key] = self._judge(message)
        self._news.set()
        return self._answers[key]

    accept = ask

    async def heard(self, count: int) -> None:
        """Until so many different messages have come."""
        async with asyncio.timeout(60):
            while len(self.seen) < count:
                self._news.clear()
                await self._news.wait()

    def bodies(self) -> list[Any]:
        return [body(message) for message in self.seen]


class NoFiles:
    """For handlers that read no files."""

    async def fetch(self, ref: FileRef) -> bytes:
        raise AssertionError(f"nobody asked for {ref.id}")


class Desk:
    """The control desk of a twin, as a person would use it."""

    def __init__(self, app: Any) -> None:
        self.http = httpx.AsyncClient(transport=SimulatorTransport(app), base_url="http://twin", timeout=10)

    async def fault(self, name: str, *, times: int | None = None, on: bool | None = None, seconds: float = 5.0) -> None:
        change = {"times": times} if times else {"on": True if on is None else on}
        response = await self.http.put("/_sim/faults", json={name: {**change, "seconds": seconds}})
        assert response.status_code == 200, response.text

    async def act(self, what: str, **given: Any) -> dict[str, Any]:
        response = await self.http.post(f"/_sim/act/{what}", json=given)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def effects(self, *, everything: bool = False) -> list[tuple[str, str]]:
        found = (await self.http.get("/_sim/effects", params={"all": "1"} if everything else {})).json()
        return [(effect["kind"], effect["key"]) for effect in found]


def body(message: Inbound) -> Any:
    """The decoded body of an inbound message."""
    return msgspec.json.decode(message.body, type=BY_NAME[message.type])


def bodies(messages: Sequence[Inbound]) -> list[Any]:
    return [body(message) for message in messages]


def context(client: Any, *, message_id: str = "m-1", attempt: int = 1, lane: str = "H01.01-261123-0001") -> Context:
    return Context(client=client, files=NoFiles(), message_id=message_id, attempt=attempt, lane=lane, now=lambda: NOON)


def twin_context(folder: Path, hub: httpx.AsyncClient, *, base_url: str = "http://bank.example") -> SimulatorContext:
    return SimulatorContext(
        folder=folder / "twin", hub=hub, base_url=base_url, pki_folder=folder / "pki", now=lambda: NOON
    )


def transport(simulator: Any) -> SimulatorTransport:
    return SimulatorTransport(simulator.app)


async def handled(connector: Connector, message: Any, within: Context) -> list[Any]:
    """What the connector's handler for a message tells the hub."""
    return bodies(await connector.consumes[type(message)](message, within))
