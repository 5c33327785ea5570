"""How far the property tests search: `DEPTH`, 1 unless `make nightly` says otherwise.

At 1 the examples are the same every time, so that a red run speaks of the change and not of luck. Deeper, they are
fresh and so many times as many.
"""

import os

from hypothesis import settings

DEPTH = int(os.environ.get("DEPTH", "1"))
ALWAYS_THE_SAME = DEPTH == 1


def install() -> None:
    """The profile of every property test. How long an example takes says how busy the machine is, no more."""
    settings.register_profile("hub", deadline=None, derandomize=ALWAYS_THE_SAME, max_examples=100 * DEPTH)
    settings.load_profile("hub")
