"""Runs a private PostgreSQL server in a folder: Unix socket only, peer authentication, no password anywhere.

The folder holds `cluster/` (the database files), `socket/`, `server.log` and `lock`. Whoever holds the lock owns the
server; the lock dies with its process, so a server without an owner is an orphan, and the next start ends it.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote

from hub.kernel.postgres.binaries import PostgresBinaries, PostgresUnavailable

SUPERUSER = "hub"
PORT = 5432
"""Names the socket file only; the server listens on no network port."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}

_LONGEST_SOCKET_PATH = 107  # bytes, sockaddr_un of Linux
_OVERFLOW_UID = 65534  # what an unmapped user of the machine looks like inside a user namespace
_HBA = "local all all peer map=owner\n"


class EmbeddedPostgres:
    """A server started by `start`. Blocking calls; each takes well under a second."""

    def __init__(
        self, folder: Path, socket_dir: Path, binaries: PostgresBinaries, settings: Mapping[str, str], lock: int
    ) -> None:
        self.folder = folder
        self.socket_dir = socket_dir
        self._binaries = binaries
        self._settings = settings
        self._lock = lock
        self._server: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls,
        data_dir: Path,
        *,
        settings: Mapping[str, str] | None = None,
        binaries: PostgresBinaries | None = None,
    ) -> "EmbeddedPostgres":
        """Starts the server of `data_dir`, making the cluster on the first call. Ready when it returns."""
        folder = data_dir.absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        lock = _take_lock(folder)
        try:
            server = cls(
                folder,
                _private_socket_dir(folder),
                binaries or PostgresBinaries.locate(),
                {**SETTINGS, **(settings or {})},
                lock,
            )
            server._end_orphan()
            server._init_cluster()
            server.launch()
        except BaseException:
            os.close(lock)
            raise
        return server

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def dsn(self, database: str) -> str:
        """The address for this process and for others of the same user; the same after every restart."""
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={quote(str(self.socket_dir))}&port={PORT}"

    def ensure_database(self, name: str) -> str:
        """Makes the database if it is not there; its address."""
        self.psql(
            "select format('create database %I', :'name')"
            " where not exists (select from pg_database where datname = :'name') \\gexec\n",
            name=name,
        )
        return self.dsn(name)

    def psql(self, script: str, *, database: str = "postgres", **variables: str) -> str:
        """Runs a psql script; what it prints, unaligned. For administration, not for data."""
        command = [self._binaries.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.dsn(database)]
        for name, value in variables.items():
            command += ["-v", f"{name}={value}"]
        done = subprocess.run(command, input=script, capture_output=True, text=True, check=False, env=_environment())
        if done.returncode != 0:
            raise PostgresUnavailable(f"psql on {database}: {done.stderr.strip()}")
        return done.stdout

    def launch(self) -> None:
        """Starts the server again after `kill`, at the same address."""
        deadline = time.monotonic() + 60
        while not self._came_up(deadline):
            time.sleep(0.05)

    def restart(self) -> None:
        """Stops the server as `stop` does and starts it at the same address, keeping the folder's lock."""
        self._end(signal.SIGINT)
        self.launch()

    def stop(self) -> None:
        """Fast shutdown: ends the sessions, writes everything down, gives the folder free."""
        self._end(signal.SIGINT)
        self._release()

    def kill(self) -> None:
        """Ends the server as a power cut would. `launch` recovers it."""
        self._end(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _release(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        if self.socket_dir.parent != self.folder:
            with contextlib.suppress(OSError):
                self.socket_dir.rmdir()

    def _init_cluster(self) -> None:
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        made_by = int((self.cluster / "PG_VERSION").read_text())
        if made_by != self._binaries.major:
            raise PostgresUnavailable(
                f"{self.cluster} was made by PostgreSQL {made_by}, the programs in {self._binaries.folder} are"
                f" {self._binaries.major}: set PG_BIN to a PostgreSQL {made_by}, or dump and load into a new DATA_DIR"
            )
        # Peer means: the kernel says who connects. Only the owner of this process passes; written at each start,
        # because the owner's name may have changed since the folder was made.
        (self.cluster / "pg_hba.conf").write_text(_HBA)
        (self.cluster / "pg_ident.conf").write_text(f'owner "{_owner().pw_name}" {SUPERUSER}\n')

    def _make_cluster(self) -> None:
        # initdb works beside the final place, so that one cut short leaves nothing that looks like a cluster.
        with tempfile.TemporaryDirectory(prefix="new-", dir=self.folder) as made:
            fresh = Path(made) / "cluster"
            done = subprocess.run(
                _as_owner(
                    self._binaries.program("initdb"),
                    f"--pgdata={fresh}",
                    f"--username={SUPERUSER}",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--auth=peer",
                    "--auth-host=scram-sha-256",
                    "--data-checksums",
                    "--no-instructions",
                ),
                capture_output=True,
                text=True,
                check=False,
                env=_environment(),
            )
            if done.returncode != 0:
                raise PostgresUnavailable(_explain(done.stderr or done.stdout))
            fresh.rename(self.cluster)

    def _came_up(self, deadline: float) -> bool:
        """One try. False: the sessions of a killed server still hold its memory, which they give up by themselves."""
        arguments = [f"--{name}={value}" for name, value in self._settings.items()]
        with self.log.open("ab") as log:
            start_of_log = log.tell()
            self._server = subprocess.Popen(
                _as_owner(
                    self._binaries.program("postgres"),
                    "-D",
                    str(self.cluster),
                    f"--unix_socket_directories={self.socket_dir}",
                    *arguments,
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                start_new_session=True,  # a terminal's Ctrl-C is for the hub, which stops its database last
            )
        while not self._ready():
            if self._server.poll() is not None or time.monotonic() > deadline:
                self._end(signal.SIGQUIT)
                with self.log.open("rb") as written:
                    written.seek(start_of_log)
                    said = written.read().decode(errors="replace")
                if "pre-existing shared memory block" in said and time.monotonic() < deadline:
                    return False
                raise PostgresUnavailable(_explain(said))
            time.sleep(0.005)
        return True

    def _ready(self) -> bool:
        server = self._server
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return server is not None and len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready"

    def _end(self, how: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        if server.poll() is None:
            server.send_signal(how)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

    def _end_orphan(self) -> None:
        """Ends a server whose owner died, and takes away a pid file whose number now belongs to another program."""
        pid_file = self.cluster / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        if not Path("/proc/self").exists():
            return  # not Linux: PostgreSQL's own look at the number must do
        try:
            # A postmaster works in its cluster's folder. PostgreSQL itself only asks whether the number is in use.
            ours = Path(f"/proc/{pid}/cwd").readlink() == self.cluster
        except OSError:
            ours = False
        if not ours:
            if Path(f"/proc/{pid}").exists():
                pid_file.unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 30
        while pid_file.exists() and Path(f"/proc/{pid}").exists():
            if time.monotonic() > deadline:
                raise PostgresUnavailable(f"an earlier server (process {pid}) does not end; stop it and start again")
            time.sleep(0.005)


def _take_lock(folder: Path) -> int:
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise PostgresUnavailable(
            f"another process runs the database in {folder}: stop it, choose another DATA_DIR,"
            " or share its server through DATABASE_URL"
        ) from None
    return lock


def running_dsn(data_dir: Path, database: str) -> str:
    """The address of a database whose server another process of this user runs in `data_dir`."""
    socket_dir = _private_socket_dir(data_dir.absolute())
    return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={quote(str(socket_dir))}&port={PORT}"


def _private_socket_dir(folder: Path) -> Path:
    """A folder of ours, mode 0700, short enough for a socket; the same at every start, so that addresses last."""
    near = folder / "socket"
    if len(os.fsencode(near / f".s.PGSQL.{PORT}")) > _LONGEST_SOCKET_PATH:
        place = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        near = Path(tempfile.gettempdir()) / f"hub-pg-{os.geteuid()}-{place}"
    near.mkdir(mode=0o700, exist_ok=True)
    state = near.lstat()
    if near.is_symlink() or state.st_uid != os.geteuid():
        raise PostgresUnavailable(f"{near} belongs to someone else: remove it or choose a shorter DATA_DIR")
    near.chmod(0o700)
    return near


def _owner() -> pwd.struct_passwd:
    """The account that the server sees as its own.

    PostgreSQL refuses to run as root, and needs a name for its user. So as root (or as a number without a name) the
    server runs in a user namespace where our number shows as that of some named account. Nothing is made on the
    machine, files stay ours, and peer authentication works: the kernel translates a client's number for the server,
    ours to this account, everybody else's to the overflow number, which is therefore never chosen.
    """
    uid = os.geteuid()
    if uid != 0:
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(uid)
    for account in sorted(pwd.getpwall(), key=lambda account: account.pw_uid):
        if account.pw_uid not in (0, _OVERFLOW_UID):
            return account
    raise PostgresUnavailable("PostgreSQL does not run as root and this machine names no other user: set DATABASE_URL")


def _as_owner(*command: str) -> list[str]:
    account = _owner()
    if account.pw_uid == os.geteuid():
        return list(command)
    return ["unshare", "--user", f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}", "--", *command]


def _environment() -> dict[str, str]:
    """Ours without what would steer PostgreSQL's programs from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _explain(said: str) -> str:
    last = "\n".join(said.strip().splitlines()[-5:]) or "the server said nothing"
    if "unshare" in said:
        last += "\nThis container forbids user namespaces: run as a normal user, or set DATABASE_URL to a server"
    return f"PostgreSQL did not start: {last}"
