"""The key ring: its file, its names, its wraps, and that it never shows itself (OPS-06)."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.kernel.storage import Damaged, KeyFile, KeyMissing
from hub.settings import SettingError

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile.made(tmp_path / "ring" / "keys.json", NOW)


def test_it_is_made_once_and_only_its_owner_reads_it(keys: KeyFile) -> None:
    assert keys.path.stat().st_mode & 0o777 == 0o600
    assert KeyFile.made(keys.path, NOW).ring == keys.ring
    assert sorted(file.name for file in keys.path.parent.iterdir()) == ["keys.json"]


def test_a_ring_that_others_can_read_stops_the_start(keys: KeyFile) -> None:
    keys.path.chmod(0o640)
    with pytest.raises(SettingError, match=r"VAULT_KEYS=.*chmod 600"):
        KeyFile(keys.path)


@pytest.mark.parametrize("text", ["", "{}", '{"current": "a", "names": "AAAA", "keys": []}'])
def test_what_is_no_ring_is_refused_without_being_quoted(keys: KeyFile, text: str) -> None:
    keys.path.write_text(text)
    with pytest.raises(SettingError, match="VAULT_KEYS") as refused:
        KeyFile(keys.path)
    assert "AAAA" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_missing_ring_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="hub vault init"):
        KeyFile(tmp_path / "none.json")


def test_it_never_shows_a_key(keys: KeyFile) -> None:
    ring = keys.ring
    shown = f"{ring!r} {ring} {ring.keys!r}"
    for secret in (ring.names, ring.keys[0].key):
        assert secret.hex() not in shown
        assert repr(secret) not in shown


def test_a_running_process_sees_the_turned_ring(keys: KeyFile) -> None:
    other = KeyFile(keys.path)
    old = other.ring
    keys.replace(old.turned(NOW))
    assert other.ring.current == "20261126-2"
    assert [each.superseded_at for each in other.ring.keys] == [NOW, None]
    assert other.ring.name(b"x") == old.name(b"x")
    assert other.ring.unwrap(old.current, old.wrap(b"k" * 32, b"file"), b"file") == b"k" * 32


def test_a_wrap_holds_only_for_its_file_and_its_key(keys: KeyFile) -> None:
    ring = keys.ring.turned(NOW)
    box = ring.wrap(os.urandom(32), b"file")
    for kek, sealed, bound in (
        (ring.current, box, b"other"),
        (ring.keys[0].id, box, b"file"),
        (ring.current, box[:-1], b"file"),
        (ring.current, b"", b"file"),
    ):
        with pytest.raises(Damaged):
            ring.unwrap(kek, sealed, bound)
    with pytest.raises(KeyMissing, match="key-missing"):
        ring.without(ring.keys[0].id).unwrap(keys.ring.current, box, b"file")


def test_the_current_key_is_never_taken_off(keys: KeyFile) -> None:
    assert keys.ring.without(keys.ring.current) == keys.ring


def test_one_command_at_a_time_changes_it(keys: KeyFile) -> None:
    with keys.alone(), pytest.raises(SettingError, match="VAULT_KEYS"), KeyFile(keys.path).alone():
        pass
    with keys.alone():
        pass
