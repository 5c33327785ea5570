"""The import contracts hold, and can fail."""

from pathlib import Path

import pytest

from tests.architecture import contracts


def test_the_import_contracts_hold() -> None:
    kept, said = contracts.check()
    assert kept, said


def test_a_forbidden_import_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file, text in {
        "hub/__init__.py": "",
        "hub/settings.py": "",
        "hub/kernel/__init__.py": "import hub.vault",
        "hub/vault/__init__.py": "",
        "hub/vault/model.py": "import asyncpg",
        "hub/vault/service.py": "import connectors.post",
        "hub/catalog/__init__.py": "from hub.vault.model import x",
        "connectors/__init__.py": "",
        "connectors/registry.py": "",
        "connectors/__main__.py": "",
        "connectors/post/__init__.py": "import connectors.bank",
        "connectors/bank/__init__.py": "import aio_pika",
        "signing/__init__.py": "import litestar",
        "schemas/__init__.py": "import signing",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text + "\n")
    monkeypatch.setattr(contracts, "ROOT", tmp_path)
    text = contracts.configuration()
    assert "5 the insides of hub.vault" in text
    kept, said = contracts.check_apart(text, tmp_path)
    assert not kept
    for broken in ("1 layers of the roots", "2 layers of the hub", "4 models", "5 the insides of hub.vault"):
        assert any(line.startswith(broken) and line.endswith("BROKEN") for line in said.splitlines()), said
    assert said.count("BROKEN") == 8, said
