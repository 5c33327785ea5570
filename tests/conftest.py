"""The suite's fixtures: the real parts come from tests.support.plugin."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from hub.identity import passwords
from signing import test_pki
from tests.support import depth
from tests.support.house_keys import from_stock

pytest_plugins = ["tests.support.plugin"]

depth.install()


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes() -> Iterator[None]:
    """argon2 is costly on purpose; a test of anything else need not pay for it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(autouse=True, scope="session")
def keys_from_stock() -> Iterator[None]:
    """The PKIs that tests make for themselves."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(test_pki, "_new_key", from_stock(test_pki._new_key))
        yield
