"""The import contracts of ARCHITECTURE.md, made from what is in the tree. `python -m tests.architecture.contracts`.

Numbers are ARCHITECTURE's ("Contracts that the build enforces", 1 to 6). A new module, partner or file is under them
from its first day, because nothing here is listed by hand but the layers.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
HUB_LAYERS = (
    ("main", "cli"),  # and what lies beside them: the composition root
    ("portal", "api", "integration", "reporting"),
    ("proof", "portfolio"),
    ("dossier",),
    ("workflow", "payment", "result", "sealing", "postal", "notification"),
    ("catalog", "identity", "vault"),
    ("kernel",),
    ("settings",),
)
MODULES = tuple(name for layer in HUB_LAYERS[1:-2] for name in layer)
FILE_LAYERS = (
    ("controllers", "subscribers"),
    ("service",),
    ("repository",),
    ("lifecycle",),
    ("model",),
    ("events", "errors"),
)
INPUT_AND_OUTPUT = ("asyncpg", "sqlalchemy", "alembic", "litestar", "uvicorn", "httpx", "zeep", "aio_pika")
TWINS = ("simulator", "seal", "paper")
WIRING = ("controllers", "subscribers")
"""What the composition root takes from a module beside its face; of `integration`, which is all wiring, everything."""

NOT_CODE = ("adr", "migrations", "profiles")

LINT = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True))
"""

Contract = dict[str, str | list[str]]


def packages(folder: str) -> list[str]:
    return sorted(p.parent.name for p in (ROOT / folder).glob("*/__init__.py"))


def contracts() -> Iterator[Contract]:
    """In ARCHITECTURE's order."""
    present = {p.stem for p in (ROOT / "hub").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    below = {name for layer in HUB_LAYERS[1:] for name in layer}
    composition = sorted(present - below - {"__init__", *NOT_CODE})
    modules = [name for name in MODULES if name in present]
    yield from _roots()
    yield from _hub(present, composition)
    yield from _files(modules)
    yield from _pure(modules)
    yield from _insides(modules, composition)
    yield from _partners(composition)
    yield from _libraries()


def _roots() -> Iterator[Contract]:
    yield {
        "name": "1 layers of the roots",
        "type": "layers",
        "layers": ["hub", "connectors | signing", "schemas"],
        # A partner's twin signs as the partner does. What talks to the real partner knows no signature.
        "ignore_imports": [f"connectors.*.{file} -> {what}" for file in TWINS for what in ("signing", "signing.*")],
        "unmatched_ignore_imports_alerting": "none",
    }


def _hub(present: set[str], composition: list[str]) -> Iterator[Contract]:
    layers = [" : ".join(name for name in layer if name in present) for layer in (composition, *HUB_LAYERS[1:])]
    yield {
        "name": "2 layers of the hub",
        "type": "layers",
        "containers": ["hub"],
        "layers": [layer for layer in layers if layer],
        "exhaustive": "true",
        "exhaustive_ignores": [name for name in NOT_CODE if name in present],
    }


def _files(modules: list[str]) -> Iterator[Contract]:
    for module in modules:
        files = {p.stem for p in (ROOT / "hub" / module).iterdir()}
        inside = [" : ".join(name for name in layer if name in files) for layer in FILE_LAYERS]
        if len([layer for layer in inside if layer]) > 1:
            yield {
                "name": f"3 layers of hub.{module}",
                "type": "layers",
                "containers": [f"hub.{module}"],
                "layers": [layer for layer in inside if layer],
            }


def _pure(modules: list[str]) -> Iterator[Contract]:
    pure = [
        f"hub.{module}.{file}"
        for module in modules
        for file in ("model", "lifecycle")
        if (ROOT / "hub" / module / f"{file}.py").exists()
    ]
    if pure:
        yield {
            "name": "4 models and lifecycles are pure",
            "type": "forbidden",
            "source_modules": pure,
            "forbidden_modules": list(INPUT_AND_OUTPUT),
            "allow_indirect_imports": "true",
        }


def _insides(modules: list[str], composition: list[str]) -> Iterator[Contract]:
    for module in modules:
        insides = [
            p.stem
            for p in sorted((ROOT / "hub" / module).iterdir())
            if p.stem != "__init__" and (p.suffix == ".py" or (p / "__init__.py").exists())
        ]
        wiring = [file for file in insides if file in WIRING or module == "integration"]
        for title, files, others in (
            ("the wiring", wiring, [f"hub.{name}" for name in composition]),
            ("the insides", [file for file in insides if file not in wiring], []),
        ):
            if files:
                yield {
                    "name": f"5 {title} of hub.{module}",
                    "type": "protected",
                    "protected_modules": [f"hub.{module}.{file}" for file in files],
                    "allowed_importers": [f"hub.{module}", *others],
                }


def _partners(composition: list[str]) -> Iterator[Contract]:
    partners = [f"connectors.{name}" for name in packages("connectors") if name != "runtime"]
    if partners:
        yield {
            "name": "6 the hub names no partner",
            "type": "forbidden",
            "source_modules": ["hub"],
            "forbidden_modules": partners,
            "allow_indirect_imports": "true",
        }
        yield {"name": "6 partners do not know each other", "type": "independence", "modules": partners}
        yield {
            "name": "6 only the composition root knows the registry",
            "type": "protected",
            "protected_modules": ["connectors.registry"],
            "allowed_importers": ["connectors.__main__", *(f"hub.{name}" for name in composition)],
        }


def _libraries() -> Iterator[Contract]:
    yield {
        "name": "6 one file knows aio_pika",
        "type": "forbidden",
        "source_modules": ["hub", "connectors", "signing", "schemas"],
        "forbidden_modules": ["aio_pika", "aiormq"],
        "allow_indirect_imports": "true",
        "ignore_imports": ["connectors.runtime.rabbit -> aio_pika", "connectors.runtime.rabbit -> aiormq"],
        "unmatched_ignore_imports_alerting": "none",
    }
    yield {
        "name": "6 no database outside the hub",
        "type": "forbidden",
        "source_modules": ["connectors", "signing", "schemas"],
        "forbidden_modules": ["asyncpg", "sqlalchemy", "alembic"],
        "allow_indirect_imports": "true",
    }
    yield {
        "name": "6 signing has no web",
        "type": "forbidden",
        "source_modules": ["signing", "schemas"],
        "forbidden_modules": ["litestar", "uvicorn", "aio_pika"],
        "allow_indirect_imports": "true",
    }


def configuration() -> str:
    lines = [
        "[importlinter]",
        "root_packages =",
        *(f"    {name}" for name in ("hub", "connectors", "signing", "schemas")),
    ]
    lines.append("include_external_packages = True")
    for number, contract in enumerate(contracts()):
        lines.append(f"\n[importlinter:contract:{number}]")
        for key, value in contract.items():
            lines += [f"{key} =", *(f"    {one}" for one in value)] if isinstance(value, list) else [f"{key} = {value}"]
    return "\n".join(lines) + "\n"


def check() -> tuple[bool, str]:
    """Whether all contracts are kept, and import-linter's words."""
    return check_apart(configuration(), ROOT)


def check_apart(text: str, root: Path) -> tuple[bool, str]:
    """The same of any tree: in a process of its own, so that its packages can have any names."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "importlinter.ini"
        config.write_text(text)
        done = subprocess.run(
            [sys.executable, "-c", LINT, str(config)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode == 0, done.stdout + done.stderr


if __name__ == "__main__":
    kept, said = check()
    sys.stdout.write(said)
    sys.exit(not kept)
