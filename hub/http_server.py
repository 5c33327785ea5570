"""Runs the application on uvicorn inside the process's own loop, and stops it in an orderly way."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from hub.settings import Settings


class PortTaken(OSError):
    """Somebody listens on this port already."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Cổng {port} đang được chương trình khác dùng. Hãy chọn cổng khác: PORT={port + 1} make run "
            f"/ Port {port} is taken; choose another."
        )


class Server(uvicorn.Server):
    """Uvicorn without its own signal handling: Ctrl-C belongs to the whole process."""

    def __init__(self, app: Any, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                app, host=settings.host, port=settings.port, loop="none", http="httptools", access_log=False,
                log_level="warning", timeout_graceful_shutdown=10, server_header=False,
            )
        )  # fmt: skip
        self._done = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Any:
        """Ctrl-C and TERM end `finished`."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._done.set)
        yield

    async def finished(self) -> None:
        """Until somebody asks to stop."""
        await self._done.wait()

    def finish(self) -> None:
        """End `finished`."""
        self._done.set()


@asynccontextmanager
async def serving(app: Any, settings: Settings) -> AsyncIterator[Server]:
    """Listens while the block runs; raises PortTaken."""
    server = Server(app, settings)
    task = asyncio.create_task(_serve(server), name="http")
    while not server.started:
        if task.done():
            raise PortTaken(settings.port)
        await asyncio.sleep(0.01)
    try:
        yield server
    finally:
        server.should_exit = True
        await task


async def _serve(server: Server) -> None:
    try:
        await server.serve()
    except SystemExit:
        server.finish()
