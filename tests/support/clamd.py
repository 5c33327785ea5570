"""A private clamd: one signature, the test virus; no download, no service of the machine."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.parts import Missing, clamd_program

_START_SECONDS = 60
_VIRUS = b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
_SETTINGS = """
Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
LogFile {folder}/clamd.log
StreamMaxLength 1M
"""


@contextmanager
def running() -> Iterator[str]:
    """Its socket. Raises Missing."""
    program = clamd_program()
    folder = Path(tempfile.mkdtemp(prefix="hub-clamd-"))  # short: a socket's path has 108 bytes at most
    try:
        (folder / "signatures").mkdir()
        (folder / "signatures" / "test.ndb").write_text(f"Test.EICAR:0:*:{_VIRUS.hex()}\n")
        (folder / "clamd.conf").write_text(_SETTINGS.format(folder=folder))
        with subprocess.Popen(
            [program, "--config-file", folder / "clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                _answers(process, folder)
                yield str(folder / "clamd.sock")
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as talk:
            talk.connect(str(folder / "clamd.sock"))
            return
        time.sleep(0.02)
    with suppress(OSError):
        raise Missing(f"ClamAV: clamd does not start: {(folder / 'clamd.log').read_text()[-300:]}")
    raise Missing("ClamAV: clamd does not start")
