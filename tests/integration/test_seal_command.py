"""`hub seal`: a thousand documents with progress and resumption (issue 3, «Seal»), each sealed exactly once."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli import main
from signing import LaterChanges, Level, verify
from signing.test_pki import Pki
from tests.unit.signing.makers import plain_pdf

HUB = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\nfrom hub.cli import main; main()",
)
"""Ctrl-C works in it even when the tests themselves run in the background."""

COUNT = 1000
SECONDS = 240.0
"""For a thousand, two processes and their starts included; about twenty on two idle cores."""


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.load_or_create(tmp_path_factory.mktemp("pki") / "pki")


def documents(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04}.pdf").write_bytes(plain_pdf(f"Document {number}"))
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["seal", *map(str, arguments)])


@pytest.mark.long
async def test_a_thousand_documents_killed_in_the_middle_are_sealed_once_each(pki: Pki, tmp_path: Path) -> None:
    folder, out = documents(tmp_path / "in", COUNT), tmp_path / "out"
    command = [*HUB, "seal", str(folder), "--out", str(out), "--key", "agency"]
    command += ["--keys", str(pki.folder), "--level", "B-B", "--look", "unseen"]
    start = time.monotonic()
    first = await asyncio.create_subprocess_exec(*command, start_new_session=True)
    while len(list(out.glob("*.pdf"))) < COUNT // 4:
        assert first.returncode is None
        await asyncio.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    await first.wait()
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.pdf")}
    assert COUNT // 4 <= len(before) < COUNT
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start < SECONDS
    assert f"there already {len(before)}, failed 0 of {COUNT}" in done.stdout
    assert {path.name: path.stat().st_mtime_ns for path in out.glob("*.pdf")}.items() >= before.items()
    trust = pki.trust(datetime.now(UTC))
    for path in sorted(out.glob("*.pdf")):
        sealed = path.read_bytes()
        assert sealed.startswith((folder / path.name).read_bytes())
        assert sealed.count(b"/ByteRange") == 1
    for number in range(0, COUNT, 25):
        report = verify((out / f"{number:04}.pdf").read_bytes(), trust=trust)
        assert report.passed, report.sentence_en


def test_ctrl_c_stops_between_files_and_says_how_to_go_on(pki: Pki, tmp_path: Path) -> None:
    folder, out = documents(tmp_path / "in", 400), tmp_path / "out"
    command = [*HUB, "seal", str(folder), "--out", str(out), "--key", "agency"]
    command += ["--keys", str(pki.folder), "--level", "B-B", "--look", "unseen"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while len(list(out.glob("*.pdf"))) < 5:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert "để làm tiếp" in said
    assert len(list(out.glob("*.pdf"))) < 400


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT", "B-LTA"])
def test_every_level_and_look(pki: Pki, tmp_path: Path, level: str) -> None:
    folder, out = documents(tmp_path / "in", 1), tmp_path / "out"
    looks = {"B-B": "leader", "B-T": "agency", "B-LT": "officer", "B-LTA": "digitised"}
    done = run(folder, "--out", out, "--key", "center", "--keys", pki.folder, "--level", level, "--look", looks[level])
    assert done.exit_code == 0, done.output
    report = verify((out / "0000.pdf").read_bytes(), trust=pki.trust(datetime.now(UTC)))
    assert report.passed
    assert report.signatures[0].level is Level(level)


def test_a_certified_document_takes_nothing_more(pki: Pki, tmp_path: Path) -> None:
    folder, out = documents(tmp_path / "in", 1), tmp_path / "out"
    assert run(folder, "--out", out, "--key", "agency", "--keys", pki.folder, "--certify").exit_code == 0
    again = tmp_path / "again"
    run(out, "--out", again, "--key", "leader", "--keys", pki.folder)
    for path in again.glob("*.pdf"):
        report = verify(path.read_bytes(), trust=pki.trust(datetime.now(UTC)))
        assert report.later_changes is LaterChanges.FORBIDDEN


def test_what_cannot_be_sealed_is_named_and_the_rest_is_sealed(pki: Pki, tmp_path: Path) -> None:
    folder, out = documents(tmp_path / "in", 3), tmp_path / "out"
    (folder / "hỏng.pdf").write_bytes(b"not a PDF")
    (folder / "sâu").mkdir()
    (folder / "sâu" / "0.PDF").write_bytes(plain_pdf("deep"))
    (folder / "khác.txt").write_bytes(b"left alone")
    done = run(folder, "--out", out, "--key", "agency", "--keys", pki.folder)
    assert done.exit_code == 1
    assert "hỏng.pdf:" in done.output
    assert sorted(str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()) == [
        "0000.pdf",
        "0001.pdf",
        "0002.pdf",
        "sâu/0.PDF",
    ]


@pytest.mark.parametrize(
    "wrong", [["--key", "nobody"], ["--key", "agency", "--level", "B-X"], ["--key", "agency", "--trust", "nothing"]]
)
def test_wrong_calls(pki: Pki, tmp_path: Path, wrong: list[str]) -> None:
    done = run(documents(tmp_path / "in", 1), "--out", tmp_path / "out", "--keys", pki.folder, *wrong)
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
    assert (pki.folder / "agency.key.pem").exists()


def test_a_folder_that_is_no_demonstration_is_left_alone(pki: Pki, tmp_path: Path) -> None:
    """Keys of an office lie beside something called tsa: nothing of it may be made anew."""
    keys = tmp_path / "keys"
    keys.mkdir()
    for name in ("agency.key.pem", "agency.cert.pem", "tsa.key.pem"):
        (keys / name).write_bytes((pki.folder / name).read_bytes())
    done = run(documents(tmp_path / "in", 1), "--out", tmp_path / "out", "--key", "agency", "--keys", keys)
    assert done.exit_code == 1
    assert "time-stamp authority" in done.output
    assert sorted(p.name for p in keys.iterdir()) == ["agency.cert.pem", "agency.key.pem", "tsa.key.pem"]
