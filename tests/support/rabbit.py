"""A private RabbitMQ node: own folder, own ports, own cookie, own name server; nothing is left when it stops."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from hub.demo.processes import free_port
from tests.support.parts import Missing, rabbit_programs, speaks_amqp

VHOSTS_AT_ONCE = 16
_READY_SECONDS = 90


@dataclass(frozen=True, slots=True)
class RabbitControl:
    """How a node is reached and ordered about, also from a process that did not start it."""

    folder: str
    port: int
    dist_port: int
    epmd_port: int

    def url(self, vhost: str) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{vhost}"

    def ctl(self, *arguments: str) -> str:
        """Runs rabbitmqctl on this node."""
        done = subprocess.run(
            [rabbit_programs().ctl, "--quiet", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_READY_SECONDS,
        )
        if done.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def fresh_vhosts(self, count: int = VHOSTS_AT_ONCE) -> list[str]:
        """Addresses of virtual hosts that nobody has used: many by one call, because each call costs half a second."""
        batch = f"test-{os.getpid()}-{time.monotonic_ns()}"
        names = [f"{batch}-{n}" for n in range(count)]
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        file = Path(self.folder) / f"{batch}.json"
        file.write_text(
            json.dumps(
                {
                    "vhosts": [{"name": name} for name in names],
                    "permissions": [{"user": "guest", "vhost": name, **everything} for name in names],
                }
            )
        )
        self.ctl("import_definitions", str(file))
        return [self.url(name) for name in names]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        folder = Path(self.folder)
        return {
            **kept,
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"hub-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(folder / "crash.dump"),
        }


class RabbitNode:
    """One running node. Stops, starts, dies and recovers on the same port with its messages kept."""

    def __init__(self) -> None:
        self._programs = rabbit_programs()
        self.control = RabbitControl(tempfile.mkdtemp(prefix="hub-rabbit-"), free_port(), free_port(), free_port())
        self.folder = Path(self.control.folder)
        self._server: subprocess.Popen[bytes] | None = None
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.control.port}\ndisk_free_limit.absolute = 50MB\nlog.console = false\n"
        )
        (self.folder / "plugins").write_text("[].")
        # Started first and in the foreground, so that the node makes no daemon of it that outlives everything.
        self._epmd = subprocess.Popen(
            [self._programs.epmd, "-port", str(self.control.epmd_port), "-address", "127.0.0.1"],
            env=self.control.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self.launch()
        except BaseException:
            self.stop()
            raise

    def fresh_url(self) -> str:
        """The address of a virtual host that nobody has used."""
        return self.control.fresh_vhosts(1)[0]

    def launch(self) -> None:
        """Starts the node, at first or after `kill`; returns when it takes connections."""
        log = self.folder / "console.log"
        with log.open("ab") as console:
            self._server = subprocess.Popen(
                [self._programs.server],
                env=self.control.environment(),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        deadline = time.monotonic() + _READY_SECONDS
        while not speaks_amqp("127.0.0.1", self.control.port):
            if self._server.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace").strip().splitlines()
                raise Missing(f"RabbitMQ: the private node did not start: {' / '.join(said[-3:]) or 'it said nothing'}")
            time.sleep(0.05)

    def stop_app(self) -> None:
        """Closes every connection and stops the broker; the node stays."""
        self.control.ctl("stop_app")

    def start_app(self) -> None:
        self.control.ctl("start_app")

    def kill(self) -> None:
        """Kill -9, as a power cut. `launch` recovers.

        RabbitMQ 3.10 loses a quorum queue that was declared less than about a second before: it comes back without
        a leader and never answers. Messages of older queues are all there.
        """
        self._end(signal.SIGKILL)

    def restore(self) -> None:
        """Runs again, whatever was done to it."""
        if self._server is None:
            self.launch()

    def stop(self) -> None:
        self._end(signal.SIGTERM)
        self._epmd.terminate()
        self._epmd.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        for signal_now, seconds in ((how, 30), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal_now)  # the shell script, the Erlang machine and its helpers
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=seconds)
                break
