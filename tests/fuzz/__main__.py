"""`python -m tests.fuzz [--seconds 600] [--findings FOLDER] [--samples FOLDER]`: exit status 1 when something escapes.

With atheris (requirements-fuzz.lock) coverage leads; without it the same mutations are drawn blindly.
"""

import argparse
import hashlib
import importlib.util
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from signing import TrustStore
from signing.test_pki import Pki
from tests.fuzz.findings import Findings
from tests.fuzz.mutations import mutate
from tests.fuzz.seeds import SAMPLES, made, samples
from tests.fuzz.target import TooLong, target
from tests.unit.signing.makers import NOW

KEPT = 4000


def main(arguments: list[str]) -> int:
    """Whether there are findings."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--findings", type=Path, default=Path("var/fuzz"))
    parser.add_argument("--samples", type=Path, default=SAMPLES)
    parser.add_argument("--blind", action="store_true")
    asked = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    found = Findings(asked.findings)
    before = len(found)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        pki = Pki.load_or_create(Path(folder) / "pki", NOW)
        trust = pki.trust(NOW)
        pki.import_ocsp(trust, NOW)
        seeds = made(pki, trust) + samples(asked.samples)
        if asked.blind or importlib.util.find_spec("atheris") is None:
            _blindly(seeds, trust, asked.seconds, found)
        else:
            _guided(seeds, Path(folder) / "seeds", asked.seconds, asked.findings)
    sys.stdout.write(f"{len(seeds)} seeds, {len(found) - before} new findings in {asked.findings}\n")
    return int(len(found) > before)


def _guided(seeds: list[bytes], folder: Path, seconds: int, findings: Path) -> None:
    """libFuzzer adds to the folder what reaches something new."""
    folder.mkdir()
    for seed in seeds:
        (folder / hashlib.sha256(seed).hexdigest()).write_bytes(seed)
    command = [sys.executable, "-W", "ignore", "-m", "tests.fuzz.guided", str(seconds), str(findings), str(folder)]
    done = subprocess.run(command, check=False)
    if done.returncode:
        (findings / "process.txt").write_text(f"the process ended with {done.returncode}", encoding="utf-8")


def _blindly(seeds: list[bytes], trust: TrustStore, seconds: float, found: Findings) -> None:
    """Mutants of mutants: some of what was judged is changed further."""
    ask, random = target(trust), Random()
    pool, count, end = list(seeds), 0, time.monotonic() + seconds
    told = time.monotonic()
    while time.monotonic() < end:
        data = mutate(random.choice(pool), random)
        count += 1
        try:
            ask(data)
        except (Exception, TooLong) as escaped:
            found.keep(data, escaped)
        else:
            if random.random() < 0.1 and len(pool) < KEPT:
                pool.append(data)
        if time.monotonic() - told > 30:
            told = time.monotonic()
            sys.stdout.write(f"{count} files, {len(found)} findings, {end - told:.0f} s left\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} files\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
