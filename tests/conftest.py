"""The suite's fixtures: the real parts come from tests.support.plugin."""

from hypothesis import settings

pytest_plugins = ["tests.support.plugin"]

# An example's time says how busy the machine is, not whether the code is right.
settings.register_profile("hub", deadline=None)
settings.load_profile("hub")
