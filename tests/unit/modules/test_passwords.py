"""argon2id as it runs in production: bounded, and as slow for an unknown account as for a known one."""

import asyncio
import threading

import pytest

from hub.identity import Busy, passwords

pytestmark = pytest.mark.anyio


async def test_a_password_holds_only_for_its_own_hash() -> None:
    stored = await passwords.make("mật khẩu của tôi")
    assert stored.startswith("$argon2id$")
    assert await passwords.holds(stored, "mật khẩu của tôi")
    assert not await passwords.holds(stored, "mật khẩu của tồi")
    assert not await passwords.holds(None, "mật khẩu của tôi")
    assert not await passwords.holds("hỏng", "x")
    assert not passwords.outdated(stored)


async def test_an_unknown_account_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def note(stored: str, _: str) -> bool:
        checked.append(stored)
        return False

    monkeypatch.setattr(passwords, "_verify", note)
    await passwords.holds(None, "x")
    assert checked[0].startswith("$argon2id$")


async def test_beyond_the_bound_a_log_in_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, running, most = threading.Event(), 0, 0
    lock = threading.Lock()

    def slow(stored: str, password: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait(10)
        with lock:
            running -= 1
        return True

    monkeypatch.setattr(passwords, "_verify", slow)
    waiting = [asyncio.create_task(passwords.holds("$", "x")) for _ in range(34)]
    await asyncio.sleep(0.05)
    with pytest.raises(Busy):
        await passwords.holds("$", "x")
    gate.set()
    assert all(await asyncio.gather(*waiting))
    assert most <= 2
