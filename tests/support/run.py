"""One test run's shared servers: started by whoever needs one first, ended when the run ends, however it ends.

The run's first process makes a folder and holds its pipe `alive` open. A server lives in a keeper process of its own
(`python -m tests.support.run SERVER FOLDER`), which watches that pipe: when the run is over, or was killed, the pipe
closes and the keeper takes its server down. The workers of pytest-xdist find the folder by HUB_TEST_RUN.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hub.kernel.postgres import EmbeddedPostgres, PostgresBinaries
from tests.support.parts import Missing, given_broker
from tests.support.rabbit import RabbitControl, RabbitNode

FOLDER = "HUB_TEST_RUN"
TEMPLATE = "template_hub"
NAME = "DATABASE"
"""Stands in a server's address for the database's name."""
ROOT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")
ROOM = 6 * 1024**3
_ENDING_SECONDS = 60

# What a test run may lose in a power cut is nothing, so nothing is flushed to the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


class Run:
    """The run as its first process sees it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hub-test-", dir=_memory()))
        os.mkfifo(self.folder / "alive")
        self._alive = os.open(self.folder / "alive", os.O_RDWR | os.O_CLOEXEC)
        os.environ[FOLDER] = str(self.folder)
        _temporary_files_in(self.folder / "tmp")

    def notes(self) -> list[str]:
        """What was provisioned, a line each."""
        return [json.loads(file.read_text())["note"] for file in sorted(self.folder.glob("*.json"))]

    def end(self) -> None:
        """Ends the servers."""
        os.close(self._alive)
        for file in self.folder.glob("*.held"):
            with file.open() as held:
                _lock(held.fileno(), _ENDING_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.environ.pop(FOLDER, None)


def _memory() -> str | None:
    """A file system in memory with room for a run and its programs, unless TMPDIR says where; None: the usual place.

    A database made from the template takes 0.1 s there and up to 0.7 s on a virtual disk, and most tests take one.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return str(MEMORY) if min(shutil.disk_usage(MEMORY).free, _available()) > ROOM else None


def _available() -> int:
    """Bytes of memory that can be had without swapping; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        found = re.search(r"^MemAvailable:\s+(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return 0


def _temporary_files_in(folder: Path) -> None:
    """Of this process and of all that it starts."""
    folder.mkdir()
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None


def shared(server: str) -> dict[str, Any]:
    """What the run's `server` (postgres or rabbit) is reached by; starts it if nobody has yet."""
    folder = Path(os.environ[FOLDER])
    told = folder / f"{server}.json"
    with (folder / f"{server}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            with (folder / f"{server}.log").open("w") as log:
                keeper = subprocess.Popen(
                    [sys.executable, "-m", "tests.support.run", server, str(folder)],
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            while not told.exists():
                if keeper.poll() is not None:
                    said = (folder / f"{server}.log").read_text().strip()
                    raise Missing(f"{server}: its keeper ended: {said}")
                time.sleep(0.01)
            keeper.returncode = 0  # it outlives this process on purpose: no complaint when this object goes
    reached: dict[str, Any] = json.loads(told.read_text())
    if "error" in reached:
        raise Missing(reached["error"])
    return reached


@contextlib.contextmanager
def virtual_host() -> Iterator[str]:
    """The address of a virtual host that nobody else uses meanwhile."""
    reached = shared("rabbit")
    if "url" in reached:
        # A broker that is not ours has the one virtual host of its address: one test at a time.
        with (Path(os.environ[FOLDER]) / "rabbit.turn").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield reached["url"]
        return
    if not _virtual_hosts:
        _virtual_hosts.extend(RabbitControl(**reached["control"]).fresh_vhosts())
    yield _virtual_hosts.pop()


@contextlib.contextmanager
def fresh_database() -> Iterator[str]:
    """The address of a fresh database with the whole schema. Copying its files takes half as long as logging them."""
    server = shared("postgres")
    name = f"test_{uuid.uuid4().hex}"
    admin = server["dsn"].replace(NAME, "postgres")
    _psql(server["psql"], admin, f"create database {name} template {TEMPLATE} strategy file_copy")
    yield server["dsn"].replace(NAME, name)
    _psql(server["psql"], admin, f"drop database {name} with (force)")


def _psql(program: str, dsn: str, statement: str) -> None:
    subprocess.run(
        [program, "-Xq", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-c", statement], check=True, capture_output=True
    )


_virtual_hosts: list[str] = []


def _keep(server: str, folder: Path) -> None:
    with (folder / f"{server}.held").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        try:
            reached, end = KEEPERS[server](folder)
        except Exception as problem:  # whatever it is, the tests that need the server must say it
            reached = {"error": f"{problem}" if isinstance(problem, Missing) else f"{server}: {problem!r}", "note": ""}
            end = None
        reached["note"] = (
            reached["error"] if "error" in reached else f"{reached['note']} ({time.monotonic() - began:.1f} s)"
        )
        part = folder / f"{server}.part"
        part.write_text(json.dumps(reached))
        part.rename(folder / f"{server}.json")
        with (folder / "alive").open("rb") as alive:
            alive.read()
        if end:
            end()


Kept = tuple[dict[str, Any], Callable[[], None]]


def _keep_postgres(folder: Path) -> Kept:
    server = EmbeddedPostgres.start(folder / "postgres", settings=FAST)
    template = server.ensure_database(TEMPLATE)
    try:
        from hub.kernel import migrate
    except ImportError:
        pass
    else:
        asyncio.run(migrate.upgrade(template))
    binaries = PostgresBinaries.locate()
    note = f"PostgreSQL {binaries.major} from {binaries.folder}, private cluster, schema migrated once"
    return {"dsn": server.dsn(NAME), "psql": binaries.program("psql"), "note": note}, server.stop


def _keep_rabbit(folder: Path) -> Kept:
    del folder
    url = given_broker()
    if url:
        return {"url": url, "note": "RabbitMQ that answers already"}, lambda: None
    node = RabbitNode()
    note = f"RabbitMQ {node.control.ctl('version').strip()}, private node on port {node.control.port}"
    return {"control": asdict(node.control), "note": note}, node.stop


KEEPERS: dict[str, Callable[[Path], Kept]] = {"postgres": _keep_postgres, "rabbit": _keep_rabbit}


def _lock(held: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(0.01)


if __name__ == "__main__":
    _keep(sys.argv[1], Path(sys.argv[2]))
