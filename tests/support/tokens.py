"""A software token (SoftHSM, Debian) with keys of a test's PKI. Its library reads its configuration once a process."""

import os
import subprocess
from pathlib import Path

import pytest

from signing.test_pki import Pki
from tests.support.parts import Missing, tool_programs

LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "271828"
TOKEN, EMPTY = "Sở TNMT", "Khác"


def softhsm(folder: Path, pki: Pki, *names: str) -> str:
    """A token with these private keys, each under its name, and an empty one; the beginning of an RFC 7512 address."""
    try:
        tool_programs()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    for label in (TOKEN, EMPTY):
        _tool("--init-token", "--free", "--label", label, "--so-pin", PIN, "--pin", PIN)
    for number, name in enumerate(names, start=1):
        key = pki.folder / f"{name}.key.pem"
        _tool("--import", str(key), "--token", TOKEN, "--label", name, "--id", f"{number:02}", "--pin", PIN)
    return f"pkcs11:token={TOKEN}"


def _tool(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
