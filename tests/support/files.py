"""A file store for tests: a folder, with a key ring beside it."""

from datetime import UTC, datetime
from pathlib import Path

from hub.kernel.storage import KeyFile, SealedStorage, in_folder


def folder_storage(folder: Path) -> SealedStorage:
    """Sealed files in `folder/files`, keys in `folder/keys.json`."""
    keys = KeyFile.made(folder / "keys.json", datetime(2026, 11, 23, tzinfo=UTC))
    return SealedStorage(in_folder(folder / "files"), keys)
