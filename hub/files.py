"""Where the installation's files lie and which keys open them, as the settings say."""

from hub.kernel.clock import Clock
from hub.kernel.storage import Bucket, KeyFile, Objects, SealedStorage, in_bucket, in_folder
from hub.settings import Settings


async def open_storage(settings: Settings, clock: Clock) -> SealedStorage:
    """Raises SettingError for a key ring or a bucket that cannot be used."""
    return SealedStorage(await _objects(settings), _keys(settings, clock))


async def _objects(settings: Settings) -> Objects:
    if not settings.storage_url:
        return in_folder(settings.data_dir / "files")
    return await in_bucket(
        Bucket(
            url=settings.storage_url,
            endpoint=settings.storage_endpoint,
            region=settings.storage_region,
            key_id=settings.storage_access_key_id,
            key=settings.storage_secret_access_key,
        )
    )


def _keys(settings: Settings, clock: Clock) -> KeyFile:
    """A demonstration makes a ring for itself, beside its PKI; a named one must be there."""
    if settings.vault_keys is not None:
        return KeyFile(settings.vault_keys)
    return KeyFile.made(settings.data_dir / "pki" / "vault-keys.json", clock())
