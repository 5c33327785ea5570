"""Processes of the house that start in milliseconds: forked from one that has read all modules, not begun anew.

They are processes as any other, with a pid to kill; what they save is 1 to 2 s of processor time each for imports.
That the commands themselves start is shown by tests/architecture/test_compose and by the journeys that execute them.
"""

import asyncio
import gc
import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.util import get_temp_dir
from pathlib import Path

from connectors import registry
from tests.support.run import FOLDER

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(
    [
        "hub.cli",
        "hub.commands.serve",
        "hub.commands.vault",
        "hub.commands.work",
        "connectors.__main__",
        *(f"connectors.{name}.{module}" for name in registry.NAMES for module in ("connector", "simulator")),
    ]
)


def _keep_the_socket_beside_the_run() -> None:
    """The run's folder goes before this process does, which tidies up the server's socket by itself."""
    usual, tempfile.tempdir = tempfile.tempdir, str(Path(os.environ[FOLDER]).parent)
    get_temp_dir()
    tempfile.tempdir = usual


class Forked:
    """What `hub.demo.processes` asks of a running child."""

    def __init__(self, process: multiprocessing.process.BaseProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    async def wait(self) -> int:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        assert self._process.exitcode is not None
        return self._process.exitcode


async def forked(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Forked:
    """A `Launch`: the module `command[0]` with its arguments, as `python -m` would run it."""
    _keep_the_socket_beside_the_run()
    process = _FORKING.Process(target=_run, args=(tuple(command), dict(environ), str(log)), daemon=True)
    await asyncio.to_thread(process.start)
    return Forked(process)


def _run(command: Sequence[str], environ: Mapping[str, str], log: str) -> None:
    gc.freeze()
    os.environ.clear()
    os.environ.update(environ)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    module, *arguments = command
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
