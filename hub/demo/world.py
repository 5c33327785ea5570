"""Where a journey happens: the hub and the partners' control desks, all reached over HTTP alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx
import msgspec

T = TypeVar("T")


class StepFailed(Exception):
    """What should have been true was not; the text says what was seen."""


class World(msgspec.Struct, frozen=True):
    """`hub` and one client a partner, each at the root of its address. `patience` in seconds."""

    hub: httpx.AsyncClient
    desks: Mapping[str, httpx.AsyncClient]
    patience: float = 60.0

    async def act(self, partner: str, what: str, given: dict[str, Any]) -> dict[str, Any]:
        """A partner does something by itself."""
        done: dict[str, Any] = await self._until(
            f"{partner}: {what}", lambda: self._acted(partner, what, given), lambda found: found is not None
        )
        return done

    async def _acted(self, partner: str, what: str, given: dict[str, Any]) -> dict[str, Any] | None:
        answer = await self.desks[partner].post(f"/_sim/act/{what}", json=given)
        if answer.status_code == 409:
            return None
        expect(answer.is_success, f"{partner} {what}: {answer.status_code} {answer.text[:300]}")
        done: dict[str, Any] = answer.json()
        return done

    async def fault(self, partner: str, **switches: Any) -> None:
        """Set a partner's failure switches."""
        answer = await self.desks[partner].put("/_sim/faults", json=switches)
        expect(answer.is_success, f"{partner} faults: {answer.status_code} {answer.text[:300]}")

    async def effects(self, partner: str) -> list[dict[str, Any]]:
        """What a partner has taken in, each effect once, oldest first."""
        answer = await self.desks[partner].get("/_sim/effects")
        rows: list[dict[str, Any]] = answer.json()
        return rows

    async def until(self, what: str, look: Callable[[], Awaitable[T]], good: Callable[[T], bool]) -> T:
        """Look until it is good; raises StepFailed with what was seen last."""
        seen: T = await self._until(what, look, good)
        return seen

    async def _until(self, what: str, look: Callable[[], Awaitable[T]], good: Callable[[T], bool]) -> Any:
        pause, loop = 0.02, asyncio.get_running_loop()
        began = loop.time()
        while True:
            try:
                seen: Any = await look()
            except httpx.TransportError as away:  # a process that is being restarted
                seen = away
            else:
                if good(seen):
                    return seen
            waited = loop.time() - began
            if waited > self.patience:
                raise StepFailed(f"{what}: sau {self.patience:.0f} giây vẫn là / still {str(seen)[:600]}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.5 + waited / 10)  # who waits long need not ask often


def expect(holds: bool, otherwise: str) -> None:
    """A check of the journey."""
    if not holds:
        raise StepFailed(otherwise)
