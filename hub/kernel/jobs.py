"""Jobs by the clock: a module offers them, `hub.integration.schedules` runs them."""

from collections.abc import Awaitable, Callable

import msgspec

from hub.kernel.db import UnitOfWork


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """`every` seconds, `run(uow, cursor)` in one transaction."""

    every: float
    run: Callable[[UnitOfWork, str], Awaitable[None]]
