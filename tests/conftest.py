"""The suite's fixtures: the real parts come from tests.support.plugin."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from hub.identity import passwords
from signing import test_pki
from tests.support.house_keys import from_stock

pytest_plugins = ["tests.support.plugin"]

# An example's time says how busy the machine is, not whether the code is right.
settings.register_profile("hub", deadline=None)
settings.load_profile("hub")


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
