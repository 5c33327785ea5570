"""A private RabbitMQ node that a test may stop, kill and start again."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS = 60.0


class Broker:
    """One node in a folder of its own, on free ports, seen by nobody else."""

    def __init__(self, folder: Path) -> None:
        self.port, dist, self._epmd_port = _free_ports(3)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": str(folder / "log" / "node.log"),
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(dist),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def start(self) -> None:
        """Returns when the node takes connections."""
        (self._folder / "log").mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [str(SERVER)],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            start_new_session=True,
        )
        give_up = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"RabbitMQ did not start; its log: {self._folder / 'log'}")
            time.sleep(0.1)

    def kill(self) -> None:
        """As when the machine loses its power."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def close(self) -> None:
        """The node and the port mapper that it leaves behind."""
        self.kill()
        subprocess.run(
            ["epmd", "-port", str(self._epmd_port), "-kill"],
            env=self._environment,
            capture_output=True,
            check=False,
            timeout=10,
        )

    def _answers(self) -> bool:
        """Speaks AMQP: an open port alone may still refuse the handshake."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as wire:
                wire.sendall(b"AMQP\x00\x00\x09\x01")
                return bool(wire.recv(1))
        except OSError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
            self._process.wait(timeout=30)
        except ProcessLookupError:
            pass
        self._process = None


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
