"""Every setting that the program reads is in docs/settings.md, and nothing there is invented."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from connectors import registry
from hub import settings
from tests.architecture.test_compose import SERVICES

DOCUMENTED = frozenset(
    re.findall(
        r"^\| `([A-Z][A-Z0-9_]+)`", (Path(__file__).parents[2] / "docs" / "settings.md").read_text(), re.MULTILINE
    )
)
BY_OTHERS = {"FORWARDED_ALLOW_IPS": "uvicorn", "PG_BIN": "hub.kernel.postgres"}
DOCUMENTED_TOGETHER = "_MODE"


class Asked(Mapping[str, str]):
    """An empty environment that remembers what was asked of it."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def asked() -> set[str]:
    environ = Asked()
    settings.load(environ)
    for connector in registry.connectors().values():
        connector.settings(environ)
    return {name for name in environ.names if not name.endswith(DOCUMENTED_TOGETHER)}


def test_every_setting_is_documented() -> None:
    assert asked() - DOCUMENTED == set()


def test_nothing_is_documented_that_nobody_reads() -> None:
    assert DOCUMENTED - asked() == set(BY_OTHERS)


def test_compose_sets_only_what_is_documented() -> None:
    named = {name for service in SERVICES.values() if "build" in service for name in service["environment"]}
    assert {name for name in named - DOCUMENTED if not name.endswith(DOCUMENTED_TOGETHER)} == set()
