"""Where the parts lie that the tests need and Python packages do not bring: RabbitMQ, Chromium, clamd, others' tools."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK_BROKER = "amqp://guest:guest@127.0.0.1:5672/"


class Missing(Exception):
    """A part that cannot be had here. The text is one line and names the command that would provide it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that `make test` provisions: its name in WITHOUT=, its fixtures, its Debian package."""

    name: str
    title: str
    package: str
    fixtures: frozenset[str]

    @property
    def install(self) -> str:
        return f"apt-get install -y --no-install-recommends {self.package}"

    def missing(self, why: str, otherwise: str) -> Missing:
        return Missing(
            f"{self.title}: {why}; run `{self.install}`, {otherwise}, or leave it out with `make test WITHOUT={self.name}`"
        )


RABBIT = Part("rabbit", "RabbitMQ", "rabbitmq-server", frozenset({"amqp_url", "own_rabbit"}))
BROWSER = Part("browser", "Chromium", "chromium", frozenset({"chromium", "browser", "browser_page"}))
TOOLS = Part(
    "tools",
    "Others' signature tools",
    "xmlsec1 softhsm2 poppler-utils openssl fonts-noto-core",
    frozenset({"other_tools"}),
)
CLAMD = Part("clamd", "ClamAV", "clamav-daemon", frozenset({"clamd"}))
PARTS = (RABBIT, BROWSER, TOOLS, CLAMD)
TOOL_PROGRAMS = ("xmlsec1", "softhsm2-util", "pdfsig", "pdftoppm", "openssl")


def left_out(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """The names in WITHOUT=. An unknown one is an error, so that a typing slip cannot hide a run."""
    names = frozenset(filter(None, environ.get("WITHOUT", "").replace(" ", "").split(",")))
    unknown = names - {part.name for part in PARTS}
    if unknown:
        raise Missing(
            f"WITHOUT={','.join(sorted(names))}: `{min(unknown)}` is no part; "
            f"choose from {','.join(sorted(part.name for part in PARTS))}"
        )
    return names


def clamd_program() -> Path:
    """Debian's lies where only root looks."""
    for found in (shutil.which("clamd"), "/usr/sbin/clamd"):
        if found and os.access(found, os.X_OK):
            return Path(found)
    raise CLAMD.missing("no clamd", "put one on PATH")


@dataclass(frozen=True, slots=True)
class RabbitPrograms:
    server: Path
    ctl: Path
    epmd: Path


def rabbit_programs() -> RabbitPrograms:
    # Debian's /usr/sbin wrappers change to the user rabbitmq; the plain scripts run as whoever calls them.
    folders = [Path("/usr/lib/rabbitmq/bin")]
    on_path = shutil.which("rabbitmq-server")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    epmd = shutil.which("epmd")
    for folder in folders:
        if os.access(folder / "rabbitmq-server", os.X_OK) and epmd:
            return RabbitPrograms(folder / "rabbitmq-server", folder / "rabbitmqctl", Path(epmd))
    raise RABBIT.missing("no server program and AMQP_URL is not set", "set AMQP_URL to a broker made for tests")


def given_broker(environ: Mapping[str, str] = os.environ) -> str | None:
    """AMQP_URL, which must answer; else a broker that answers on loopback; else None."""
    named = environ.get("AMQP_URL")
    if named:
        where = urlsplit(named)
        if not speaks_amqp(where.hostname or "127.0.0.1", where.port or 5672):
            raise Missing(f"RabbitMQ: AMQP_URL names {where.hostname}:{where.port or 5672}, which does not answer")
        return named
    return LOOPBACK_BROKER if speaks_amqp("127.0.0.1", 5672) else None


def speaks_amqp(host: str, port: int) -> bool:
    """Whether an AMQP 0-9-1 broker answers: it begins with Connection.Start, a frame of type 1."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=2) as talk:
        talk.sendall(b"AMQP\x00\x00\x09\x01")
        return talk.recv(1) == b"\x01"
    return False


def chromium_program(environ: Mapping[str, str] = os.environ) -> Path:
    named = environ.get("CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise Missing(f"Chromium: CHROMIUM={named} is not a program")
        return Path(named)
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise BROWSER.missing("no such program", "set CHROMIUM to one")


def version_of(*command: str | Path) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split("\n", 1)[0]
    return said.strip()


def tool_programs() -> tuple[str, ...]:
    """The programs that must agree with what we sign: their paths."""
    lacking = [name for name in TOOL_PROGRAMS if shutil.which(name) is None]
    if lacking:
        raise TOOLS.missing(f"not here: {', '.join(lacking)}", "install them another way")
    return tuple(str(shutil.which(name)) for name in TOOL_PROGRAMS)
