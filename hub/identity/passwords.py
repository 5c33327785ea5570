"""argon2id in threads of its own: costly on purpose, so only a few at once and only a few waiting."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from hub.identity.errors import Busy
from hub.kernel.text import nfc

T = TypeVar("T")

_AT_ONCE = 2
_WAITING = 32
COST = RFC_9106_LOW_MEMORY
_HASHER = PasswordHasher.from_parameters(COST)
_THREADS = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="argon2")
_places = asyncio.Semaphore(_AT_ONCE + _WAITING)


async def make(password: str) -> str:
    """The hash to store."""
    return await _in_thread(lambda: _HASHER.hash(nfc(password)))


async def holds(stored: str | None, password: str) -> bool:
    """Whether it is the password; an unknown account (None) takes as long as a known one."""
    return await _in_thread(lambda: _verify(stored or _nobodys(), nfc(password))) and stored is not None


def outdated(stored: str) -> bool:
    """Made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    """Of a password that nobody has; made by the first who needs it, not by every start."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


async def _in_thread(work: Callable[[], T]) -> T:
    if _places.locked():
        raise Busy
    async with _places:
        return await asyncio.get_running_loop().run_in_executor(_THREADS, work)
