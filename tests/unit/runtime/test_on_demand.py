"""A process carries only what it runs: a connector to a live partner does not load the partner's twin."""

import subprocess
import sys

LOADED = """
import sys
import connectors.__main__
from connectors import registry
for name in registry.NAMES:
    registry.connector(name)
print(*(name for name in sys.modules if name.endswith(".simulator")))
"""


def test_no_twin_is_loaded_before_it_is_asked_for() -> None:
    said = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    assert said.stdout.split() == []
