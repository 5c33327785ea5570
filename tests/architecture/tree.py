"""Reads the source tree for the structure tests."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGES = ("hub", "connectors", "signing", "schemas")
STATEMENT = re.compile(r"\s*(?:--[^\n]*\n\s*)*(select|insert|update|delete|merge|with)\s", re.IGNORECASE)


class Text(NamedTuple):
    """A string literal, with the constant parts of an f-string joined by `{}`."""

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}"


def sources(*packages: str) -> list[Path]:
    return sorted(file for package in packages or PACKAGES for file in (ROOT / package).rglob("*.py"))


def texts(*packages: str) -> Iterator[Text]:
    """Every string literal that is not a docstring."""
    for file in sources(*packages):
        tree = ast.parse(file.read_text())
        skipped = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Constant, ast.JoinedStr))
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and id(node) not in skipped:
                skipped |= {id(part) for part in node.values}
                words = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
                yield Text(file, node.lineno, "".join(words))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
                yield Text(file, node.lineno, node.value)


class Query(NamedTuple):
    """A statement that a module keeps under a name."""

    name: str
    sql: str


def queries() -> Iterator[Query]:
    """Every upper-case module constant of the hub that is an SQL statement, as the running program has it."""
    for file in sources("hub"):
        names = [
            target.id
            for node in ast.parse(file.read_text()).body
            if isinstance(node, (ast.Assign, ast.AnnAssign))
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name) and target.id.upper() == target.id
        ]
        if not names or "migrations" in file.parts:
            continue
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        for constant in names:
            value = getattr(module, constant)
            if isinstance(value, str) and STATEMENT.match(value):
                yield Query(f"{name}.{constant}", value)
