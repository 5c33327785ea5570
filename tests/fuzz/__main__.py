"""`python -m tests.fuzz [--seconds 600] [--findings FOLDER] [--samples FOLDER]`: fuzz `signing.verify` for a time; exit status 1 on a finding.

With atheris installed (requirements-fuzz.lock) coverage leads; without it the same mutations are drawn blindly.
"""

import argparse
import hashlib
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

from signing import TrustStore
from signing.test_pki import Pki
from tests.fuzz.mutations import mutate
from tests.fuzz.seeds import SAMPLES, made, samples
from tests.fuzz.target import TooLong, target
from tests.unit.signing.makers import NOW

KEPT = 4000


def main(arguments: list[str]) -> int:
    """The number of different findings decides."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--findings", type=Path, default=Path("var/fuzz"))
    parser.add_argument("--samples", type=Path, default=SAMPLES)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args(arguments)
    asked.findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        pki = Pki.load_or_create(Path(folder) / "pki", NOW)
        trust = pki.trust(NOW)
        pki.import_ocsp(trust, NOW)
        seeds = made(pki, trust) + samples(asked.samples)
        return _blindly(seeds, trust, asked.seconds, asked.findings, asked.seed)


def _blindly(seeds: list[bytes], trust: TrustStore, seconds: float, folder: Path, seed: int | None) -> int:
    """Mutants of mutants: some of what was judged is changed further."""
    ask, random = target(trust), Random(seed)
    pool, found, count, end = list(seeds), dict[str, str](), 0, time.monotonic() + seconds
    told = time.monotonic()
    while time.monotonic() < end:
        data = mutate(random.choice(pool), random)
        count += 1
        try:
            ask(data)
        except (Exception, TooLong) as escaped:
            where = _where(escaped)
            if where not in found:
                found[where] = _keep(folder, data, escaped)
                sys.stdout.write(f"{where}: {found[where]}\n")
        else:
            if random.random() < 0.1 and len(pool) < KEPT:
                pool.append(data)
        if time.monotonic() - told > 30:
            told = time.monotonic()
            sys.stdout.write(f"{count} files, {len(found)} findings, {end - told:.0f} s left\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} files, {len(seeds)} seeds, {len(found)} findings\n")
    return int(bool(found))


def _where(escaped: BaseException) -> str:
    """What tells two findings apart: the error and the innermost lines of ours and of whoever raised."""
    frames = traceback.extract_tb(escaped.__traceback__)
    ours = next((f for f in reversed(frames) if "/signing/" in f.filename), frames[-1])
    return f"{type(escaped).__name__} {Path(ours.filename).name}:{ours.lineno}"


def _keep(folder: Path, data: bytes, escaped: BaseException) -> str:
    name = folder / hashlib.sha256(data).hexdigest()[:16]
    name.write_bytes(data)
    name.with_suffix(".txt").write_text("".join(traceback.format_exception(escaped)), encoding="utf-8")
    return str(name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
