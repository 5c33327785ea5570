"""What escaped, one file for each place that it escaped from, with its traceback beside it."""

import hashlib
import sys
import traceback
from pathlib import Path


class Findings:
    """A folder of them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._known: set[str] = set()

    def __len__(self) -> int:
        """Different ones, whoever put them there."""
        return len(list(self._folder.glob("*.txt")))

    def keep(self, data: bytes, escaped: BaseException) -> None:
        """Unless the same error came from the same lines before."""
        where = _where(escaped)
        if where in self._known:
            return
        self._known.add(where)
        name = self._folder / hashlib.sha256(where.encode()).hexdigest()[:16]
        name.write_bytes(data)
        name.with_suffix(".txt").write_text("".join(traceback.format_exception(escaped)), encoding="utf-8")
        sys.stdout.write(f"{where}: {name}\n")


def _where(escaped: BaseException) -> str:
    """The error and the innermost line of ours."""
    frames = traceback.extract_tb(escaped.__traceback__)
    ours = next((f for f in reversed(frames) if "/signing/" in f.filename), frames[-1])
    return f"{type(escaped).__name__} {Path(ours.filename).name}:{ours.lineno}"
