"""Both stores: a folder, and a bucket on a real S3 server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.kernel.storage import KeyFile, Objects, SealedStorage, in_bucket, in_folder
from tests.support.bucket import S3Server

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    server = S3Server()
    yield server
    server.stop()


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile.made(tmp_path / "keys.json", NOW)


@pytest.fixture(params=["folder", "bucket"])
async def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    if request.param == "folder":
        return in_folder(tmp_path / "files")
    server: S3Server = request.getfixturevalue("s3")
    return await in_bucket(server.fresh())


@pytest.fixture
def storage(objects: Objects, keys: KeyFile) -> SealedStorage:
    return SealedStorage(objects, keys)
