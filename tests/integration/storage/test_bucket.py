"""What only a bucket can do wrong: not be there, not be ours, fail for a while."""

import os
from datetime import timedelta

import pytest

from hub.demo.processes import free_port
from hub.kernel.storage import Bucket, KeyFile, SealedStorage, StoreAway, in_bucket
from hub.settings import Secret, SettingError
from tests.support.bucket import Gate, S3Server

pytestmark = pytest.mark.anyio
SOON = timedelta(seconds=1)


async def test_a_missing_bucket_stops_the_start_and_names_the_setting(s3: S3Server) -> None:
    with pytest.raises(SettingError, match=r"STORAGE_URL=s3://khong-co: .*bucket cannot be opened") as refused:
        await in_bucket(s3.named("s3://khong-co"))
    assert "secret-of-the-bucket" not in str(refused.value)


@pytest.mark.parametrize("url", ["bucket", "s3://", "https://example.vn/bucket"])
async def test_an_address_that_is_no_bucket_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="s3://bucket/prefix"):
        await in_bucket(Bucket(url=url))


async def test_a_server_that_is_away_stops_the_start_in_time() -> None:
    nobody = Bucket(url="s3://b", endpoint=f"http://127.0.0.1:{free_port()}", key_id=Secret("a"), key=Secret("b"))
    with pytest.raises(SettingError, match="STORAGE_ENDPOINT"):
        await in_bucket(nobody, patience=SOON)


def test_credentials_never_show() -> None:
    assert "hidden" not in repr(Bucket(url="s3://b", key_id=Secret("hidden"), key=Secret("hidden")))


async def test_a_server_error_is_tried_again_until_it_answers(s3: S3Server, keys: KeyFile) -> None:
    bucket = s3.fresh()
    async with Gate(s3.port).open() as gate:
        objects = await in_bucket(Bucket(url=bucket.url, endpoint=gate.url, key_id=bucket.key_id, key=bucket.key))
        storage = SealedStorage(objects, keys)
        gate.failing = 2
        stored = await storage.put(b"tep")
        gate.failing = 2
        assert await storage.read(stored.sha256) == b"tep"
        gate.failing = 1
        long = os.urandom(12 << 20)
        assert await storage.read((await storage.put(long)).sha256) == long
        assert gate.failed == 5


async def test_a_server_that_stays_away_is_told_in_words(s3: S3Server, keys: KeyFile) -> None:
    bucket = s3.fresh()
    async with Gate(s3.port).open() as gate:
        away = Bucket(url=bucket.url, endpoint=gate.url, key_id=bucket.key_id, key=bucket.key)
        storage = SealedStorage(await in_bucket(away, patience=SOON), keys)
        gate.failing = 1000
        with pytest.raises(StoreAway) as told:
            await storage.put(b"tep")
    assert told.value.code == "storage.away"
    assert "secret-of-the-bucket" not in told.value.words
