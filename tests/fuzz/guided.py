"""The same question, led by coverage: `python -m tests.fuzz.guided SECONDS FINDINGS SEEDS`; needs atheris.

A process of its own, because libFuzzer ends the process that it runs in. What escapes is kept and the run goes on.
"""

import sys
import tempfile
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["signing"]):
    import signing.cades
    import signing.jws
    import signing.pdf
    import signing.report_xml
    import signing.verifier
    import signing.xml  # noqa: F401  instrumented by being imported here

from signing.test_pki import Pki
from tests.fuzz.findings import Findings
from tests.fuzz.mutations import mutate
from tests.fuzz.target import TooLong, target
from tests.unit.signing.makers import NOW

LARGEST = 600_000


def main(arguments: list[str]) -> None:
    """Does not return."""
    seconds, folder, seeds = arguments
    found = Findings(Path(folder))
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        pki = Pki.load_or_create(Path(place) / "pki", NOW)
        trust = pki.trust(NOW)
        pki.import_ocsp(trust, NOW)
    ask = target(trust)

    def one(data: bytes) -> None:
        try:
            ask(data)
        except (Exception, TooLong) as escaped:
            found.keep(data, escaped)

    def mutated(data: bytes, largest: int, seed: int) -> bytes:
        random = Random(seed)
        return mutate(data, random)[:largest] if random.random() < 0.8 else atheris.Mutate(data, largest)

    options = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-timeout=60", "-rss_limit_mb=2048", "-verbosity=1"]
    atheris.Setup([sys.argv[0], *options, seeds], one, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
