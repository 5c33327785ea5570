"""Named objects in a local folder or in an S3-compatible bucket; obstore does both, this adds what the hub needs."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from hub.kernel.storage.errors import StoreAway
from hub.settings import Secret, SettingError

_PART = 5 << 20
"""The smallest part of a multipart upload; two are in flight, so this bounds memory."""


class Found(msgspec.Struct, frozen=True):
    """An object of a listing; `size` in bytes."""

    path: str
    size: int


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """Where an S3-compatible store is. `url`: `s3://bucket/prefix`; `endpoint` empty: AWS's own."""

    url: str
    endpoint: str = ""
    region: str = ""
    key_id: Secret = Secret("")
    key: Secret = Secret("")


class Objects:
    """Raises StoreAway; None or False where an object is not there."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def get(self, path: str) -> bytes | None:
        """A small object, whole."""
        with _answering():
            try:
                return bytes(await (await self._store.get_async(path)).bytes_async())
            except (NotFoundError, FileNotFoundError):
                return None

    async def size(self, path: str) -> int | None:
        """In bytes."""
        with _answering():
            try:
                return (await self._store.head_async(path))["size"]
            except (NotFoundError, FileNotFoundError):
                return None

    async def part(self, path: str, start: int, end: int) -> memoryview | None:
        """The bytes from `start` to `end`."""
        with _answering():
            try:
                return memoryview(await self._store.get_range_async(path, start=start, end=end))
            except (NotFoundError, FileNotFoundError):
                return None

    async def create(self, path: str, data: bytes) -> bool:
        """False when it is there already; then nothing is changed."""
        with _answering():
            try:
                await self._store.put_async(path, data, mode="create", use_multipart=False)
            except AlreadyExistsError:
                return False
        await self._settle(path)
        return True

    async def replace(self, path: str, data: bytes) -> None:
        """In one step."""
        with _answering():
            await self._store.put_async(path, data, use_multipart=False)
        await self._settle(path)

    async def write(self, path: str, chunks: AsyncIterator[bytes]) -> None:
        """A new object as it comes; when `chunks` fails there is none."""
        with _answering():
            await self._store.put_async(path, chunks, chunk_size=_PART, max_concurrency=2)
        await self._settle(path)

    async def delete(self, path: str) -> None:
        """Gone, whether or not it was there."""
        with _answering():
            try:
                await self._store.delete_async(path)
            except (NotFoundError, FileNotFoundError):
                return

    async def list(self, prefix: str) -> AsyncIterator[Found]:
        """All objects below it."""
        with _answering():
            async for batch in self._store.list(prefix=prefix, chunk_size=1000):
                for each in batch:
                    yield Found(each["path"], each["size"])

    async def _settle(self, path: str) -> None:
        """In a folder: on the disk, fsynced, before a row that names it can commit."""
        if self._folder is not None:
            await asyncio.to_thread(_sync, self._folder / path)


def in_folder(folder: Path) -> Objects:
    """A local folder, made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Objects(LocalStore(folder), folder)


async def in_bucket(bucket: Bucket, *, patience: timedelta = timedelta(seconds=60)) -> Objects:
    """Raises SettingError when it is not there or not ours. `patience`: how long a 5xx or a lost connection is retried."""
    where = urlsplit(bucket.url)
    if where.scheme != "s3" or not where.netloc:
        raise SettingError("STORAGE_URL: phải có dạng / must look like s3://bucket/prefix")
    store = S3Store(
        where.netloc,
        prefix=where.path.strip("/") or None,
        endpoint=bucket.endpoint or None,
        region=bucket.region or "us-east-1",
        access_key_id=bucket.key_id.reveal() or None,
        secret_access_key=bucket.key.reveal() or None,
        virtual_hosted_style_request=False,
        client_options={"timeout": "60s", "connect_timeout": "5s", "allow_http": bucket.endpoint.startswith("http://")},
        retry_config={"max_retries": 8, "retry_timeout": patience},
    )
    try:
        await store.list(prefix="k/", chunk_size=1).__anext__()
    except StopAsyncIteration:
        pass
    except (BaseError, FileNotFoundError, PermissionError) as refused:
        raise SettingError(
            f"STORAGE_URL={bucket.url}: kho không mở được; kiểm tra tên bucket, STORAGE_ENDPOINT, STORAGE_REGION và "
            f"khóa truy cập / the bucket cannot be opened; check its name, the endpoint, the region and the access "
            f"key: {_said(refused)}"
        ) from None
    return Objects(store)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as lost:
        raise StoreAway(_said(lost)) from lost


def _said(error: BaseException) -> str:
    """Its first line: the rest is the library's own debugging, with addresses in it."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


def _sync(path: Path) -> None:
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
