"""The dotted form of an object identifier, decoded once for the same bytes.

asn1crypto decodes it anew for every element, some forty times in one signature; there are few different ones.
"""

from __future__ import annotations

from functools import lru_cache

from asn1crypto import core

_theirs = core.ObjectIdentifier.dotted.fget


@lru_cache(maxsize=1024)
def dotted_of(contents: bytes) -> str:
    fresh = core.ObjectIdentifier(contents=contents)
    dotted: str = _theirs(fresh)
    return dotted


def install() -> None:
    """Once a process."""
    core.ObjectIdentifier.dotted = property(lambda identifier: dotted_of(identifier.contents))
