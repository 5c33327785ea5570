"""The suite's fixtures: the real parts come from tests.support.plugin."""

pytest_plugins = ["tests.support.plugin"]
