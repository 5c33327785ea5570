"""Content-addressed files, encrypted at rest: the address is the SHA-256 of the content, and only the hub knows it.

`envelope` seals and opens, `keyring` holds the key-encryption keys, `objects` is the folder or the bucket, `sealed` puts
them together, `upkeep` changes keys and seals what an older installation left in plain.
"""

from hub.kernel.storage.errors import Damaged, KeyMissing, Missing, StoreAway
from hub.kernel.storage.keyring import KeyFile, KeyRing
from hub.kernel.storage.objects import Bucket, Objects, in_bucket, in_folder
from hub.kernel.storage.port import Content, Storage, Stored
from hub.kernel.storage.sealed import SealedStorage
from hub.kernel.storage.upkeep import Rewrapped, Stock, plain_files, rewrap, seal_plain, stock

__all__ = [
    "Bucket", "Content", "Damaged", "KeyFile", "KeyMissing", "KeyRing", "Missing", "Objects", "Rewrapped",
    "SealedStorage", "Stock",
    "Storage", "StoreAway", "Stored", "in_bucket", "in_folder", "plain_files", "rewrap", "seal_plain", "stock",
]  # fmt: skip
