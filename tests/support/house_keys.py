"""Keys for tests: an RSA key takes a twentieth of a second of a processor to make, a PKI has twenty of them."""

import fcntl
import os
import shutil
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

from signing.test_pki import Pki
from tests.support.run import FOLDER

STOCK = 100
"""More than the PKIs of any one test have together, so that no two of its parties share a key."""


def from_stock(new_key: Callable[[str], Any]) -> Callable[[str], Any]:
    """Makes so many keys of a kind, then hands out the same ones again."""
    places = cycle(range(STOCK))
    made: dict[tuple[str, int], Any] = {}

    def next_key(kind: str) -> Any:
        at = (kind, next(places))
        if at not in made:
            made[at] = new_key(kind)
        return made[at]

    return next_key


def with_keys(data_dir: Path) -> Path:
    """The same folder, with the run's keys where a house looks for its own. Other PKIs of a test are strangers to it."""
    kept = Path(os.environ[FOLDER]) / "house-keys"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            Pki.load_or_create(kept)
    if not (data_dir / "pki").exists():
        shutil.copytree(kept, data_dir / "pki")
    return data_dir
