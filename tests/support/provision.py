"""`python -m tests.support.provision`: sees to it that what the tests need is here, says what it does, and installs
Debian's packages where it may. Ends with 1 and one line when a part cannot be had."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hub.kernel.postgres import PostgresBinaries, PostgresUnavailable
from tests.support.parts import (
    BROWSER,
    CLAMD,
    PARTS,
    RABBIT,
    TOOLS,
    Missing,
    Part,
    chromium_program,
    clamd_program,
    given_broker,
    left_out,
    rabbit_programs,
    tool_programs,
    version_of,
)


def main() -> int:
    try:
        without = left_out()
        say("PostgreSQL", postgres())
        for part in PARTS:
            if part.name in without:
                say(part.title, f"left out (WITHOUT={part.name}); its tests do not run")
            else:
                say(part.title, FINDERS[part](part))
    except (Missing, PostgresUnavailable) as missing:
        sys.stderr.write(f"make test: {missing}\n")
        return 1
    return 0


def say(title: str, what: str) -> None:
    sys.stdout.write(f"make test: {title}: {what}\n")
    sys.stdout.flush()


def postgres() -> str:
    found = PostgresBinaries.locate()
    return f"private server {found.major} by the programs in {os.path.relpath(found.folder)}, in a temporary folder"


def rabbit(part: Part) -> str:
    url = given_broker()
    if url:
        return f"uses the broker that answers at {url.rpartition('@')[2]}"
    programs = installed(part, rabbit_programs)
    return f"private node by {programs.server}, in a temporary folder on free ports"


def browser(part: Part) -> str:
    program = installed(part, chromium_program)
    return f"{version_of(program, '--version')} at {program}"


def tools(part: Part) -> str:
    return ", ".join(Path(program).name for program in installed(part, tool_programs))


def clamd(part: Part) -> str:
    program = installed(part, clamd_program)
    return f"{version_of(program, '--version')} at {program}, with a signature of the test virus alone"


T = TypeVar("T")

FINDERS: dict[Part, Callable[[Part], str]] = {RABBIT: rabbit, BROWSER: browser, TOOLS: tools, CLAMD: clamd}


def installed(part: Part, find: Callable[[], T]) -> T:
    try:
        return find()
    except Missing:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise
    say(part.title, f"not here; apt-get update && {part.install}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update", part.install):
        done = subprocess.run(
            [*command.split(), "-qq", "-o", "DPkg::Lock::Timeout=300"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise part.missing(f"`{command}` failed here ({last})", "see to Debian's package sources")
    return find()


if __name__ == "__main__":
    sys.exit(main())
