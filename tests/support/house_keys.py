"""The demonstration's keys for houses that a test opens: made once a run, because making them takes seconds."""

import fcntl
import os
import shutil
from pathlib import Path

from signing.test_pki import Pki
from tests.support.run import FOLDER


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
